// Forms that work without signal (assessments, visits): drafts sealed on the device, one question a screen, sent once when there is a line.
// Use: docs/page-kit.md, "Offline forms". Nothing here knows what a form means; its questions come as data.
(() => {
  "use strict";
  const RETRY_MS = 20000, AFTER_ONLINE_MS = [300, 3000], PHOTO_EDGE = 1280, PHOTO_QUALITY = 0.82, SAVE_MS = 250;
  const KEPT_SENT_MS = 7 * 24 * 3600 * 1000;

  // --- The store: IndexedDB; bodies under AES-GCM with a key that scripts cannot read out. Only ids, states and times stay plain.
  const promised = (ask) => new Promise((good, bad) => { ask.onsuccess = () => good(ask.result); ask.onerror = () => bad(ask.error); });
  const database = () => new Promise((good, bad) => {
    const ask = indexedDB.open("yinling-offline", 1);
    ask.onupgradeneeded = () => {
      for (const [name, path] of [["keys", "owner"], ["packs", "id"], ["drafts", "id"]]) ask.result.createObjectStore(name, { keyPath: path });
    };
    ask.onsuccess = () => good(ask.result);
    ask.onerror = () => bad(ask.error);
  });

  class Store {
    constructor(db, owner, key) { this.db = db; this.owner = owner; this.key = key; }

    static async open(owner) {
      if (!window.indexedDB || !window.crypto?.subtle) return null;
      const db = await database();
      const keys = () => db.transaction("keys", "readwrite").objectStore("keys");
      let row = await promised(keys().get(owner));
      if (!row) {
        const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
        row = await promised(keys().get(owner)) || { owner, key };
        await promised(keys().put(row));
      }
      return new Store(db, owner, row.key);
    }

    async put(table, id, plain, body) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) }, this.key, bytes);
      await promised(this.db.transaction(table, "readwrite").objectStore(table).put({ ...plain, id, owner: this.owner, iv, sealed }));
    }

    async get(table, id) {
      const row = await promised(this.db.transaction(table).objectStore(table).get(id));
      return row && row.owner === this.owner ? this.open(row) : null;
    }

    async open(row) {
      const opened = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: row.iv, additionalData: new TextEncoder().encode(row.id) }, this.key, row.sealed);
      const { iv, sealed, ...plain } = row;
      return { ...plain, body: JSON.parse(new TextDecoder().decode(opened)) };
    }

    async all(table) {
      const rows = await promised(this.db.transaction(table).objectStore(table).getAll());
      return Promise.all(rows.filter((row) => row.owner === this.owner).map((row) => this.open(row)));
    }

    async remove(table, id) { await promised(this.db.transaction(table, "readwrite").objectStore(table).delete(id)); }
  }

  // --- The queue of one kind of form: editing → waiting → sent, or refused with the platform's own sentence.
  class Queue {
    constructor(store, app, sync) { this.store = store; this.app = app; this.sync = sync; this.heard = []; this.busy = false; }

    changed() { this.heard.forEach((hear) => hear()); }
    onchange(hear) { this.heard.push(hear); }

    async save(id, body, state = "editing") {
      await this.store.put("drafts", id, { app: this.app, state, at: Date.now() }, body);
      this.changed();
    }
    async load(id) { return this.store.get("drafts", id); }
    async list() {
      const rows = (await this.store.all("drafts")).filter((row) => row.app === this.app);
      for (const row of rows.filter((one) => one.state === "sent" && Date.now() - one.at > KEPT_SENT_MS)) await this.store.remove("drafts", row.id);
      return rows.sort((one, other) => other.at - one.at);
    }
    async drop(id) { await this.store.remove("drafts", id); this.changed(); }
    async finish(id, body) { await this.save(id, body, "waiting"); return this.send(); }

    // Every waiting form once; the id made on this device lets the platform take a repeat for what it is.
    async send() {
      if (this.busy) return "busy";
      this.busy = true;
      try {
        const waiting = (await this.list()).filter((row) => row.state === "waiting").reverse();
        if (!waiting.length) return "nothing";
        const pass = await this.pass();
        if (pass.state !== "ok") return pass.state;
        for (const row of waiting) {
          const outcome = await this.post(row, pass.token);
          if (outcome === "offline" || outcome === "signin") return outcome;
        }
        return "sent";
      } finally { this.busy = false; this.changed(); }
    }

    async pass() {
      try {
        const answer = await fetch("/offline/pass", { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
        if (!answer.ok) return { state: "signin" };
        const said = await answer.json();
        return said.account === this.store.owner ? { state: "ok", token: said.token } : { state: "signin" };
      } catch { return { state: "offline" }; }
    }

    async post(row, token) {
      let answer;
      try {
        answer = await fetch(this.sync, {
          method: "POST", redirect: "manual",
          headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
          body: JSON.stringify({ id: row.id, ...row.body }),
        });
      } catch { return "offline"; }
      if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") return "signin";
      if (answer.status >= 500 || answer.status === 429) return "offline";
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) await this.store.put("drafts", row.id, { app: this.app, state: "sent", at: Date.now() }, { task: row.body.task, said });
      else await this.store.put("drafts", row.id, { app: this.app, state: "refused", at: Date.now() }, { ...row.body, refusal: said });
      return answer.ok ? "sent" : "refused";
    }
  }

  // --- The form: one question a screen. Steps: choice, counts, flags, text, photo, signature, info.
  const make = (tag, given = {}, ...inside) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (name === "text") node.textContent = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...inside);
    return node;
  };

  const shrink = async (file) => {
    const picture = await createImageBitmap(file);
    const part = Math.min(1, PHOTO_EDGE / Math.max(picture.width, picture.height));
    const canvas = make("canvas", { width: Math.round(picture.width * part), height: Math.round(picture.height * part) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", PHOTO_QUALITY);
  };

  class Form {
    // given: steps, values (kept by reference), words, onsave(values), ondone(values), at (index)
    constructor(root, given) {
      Object.assign(this, { root, values: {}, at: 0, ...given });
      this.keys = (event) => this.key(event);
      document.addEventListener("keydown", this.keys);
      this.draw();
    }

    close() { document.removeEventListener("keydown", this.keys); }
    get shown() { return this.steps.filter((step) => !step.unless || !this.values[step.unless]); }
    get step() { return this.shown[Math.min(this.at, this.shown.length - 1)]; }
    missing() { return this.shown.filter((step) => step.required && (this.values[step.key] === undefined || this.values[step.key] === "")); }

    set(value) {
      this.values[this.step.key] = value;
      clearTimeout(this.later);
      this.later = setTimeout(() => this.onsave(this.values, this.at), SAVE_MS);
    }
    go(by) {
      clearTimeout(this.later);
      this.at = Math.max(0, Math.min(this.shown.length, this.at + by));
      this.onsave(this.values, this.at);
      this.draw();
    }
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
      const choice = this.root.querySelectorAll("[data-choice]")[Number(event.key) - 1];
      if (/^[1-9]$/.test(event.key) && choice) { event.preventDefault(); choice.click(); }
      if (event.key === "ArrowLeft") this.go(-1);
      if (event.key === "ArrowRight" && this.at < this.shown.length) this.go(1);
    }

    draw() {
      const whole = this.shown.length, done = this.at >= whole;
      const head = make("div", { class: "step-head" },
        make("progress", { max: whole, value: Math.min(this.at, whole), "aria-label": this.words.progress }),
        make("span", { class: "quiet", text: done ? "" : `${this.at + 1} / ${whole}` }));
      const body = done ? this.summary() : this.question(this.step);
      const back = make("button", { type: "button", class: "button", text: this.words.back, disabled: this.at === 0, onclick: () => this.go(-1) });
      const on = done
        ? make("button", { type: "button", class: "button primary", text: this.words.finish, disabled: this.missing().length > 0, onclick: () => this.ondone(this.values) })
        : make("button", { type: "button", class: "button primary", text: this.words.next, onclick: () => this.go(1) });
      this.root.replaceChildren(head, body, make("div", { class: "dock step-dock" }, make("div", {}, back, on)));
      this.root.querySelector("h2")?.focus();
    }

    question(step) {
      const card = make("section", { class: "card step" });
      if (step.section) card.append(make("p", { class: "quiet", text: step.section }));
      card.append(make("h2", { tabindex: "-1", text: step.title }));
      if (step.help) card.append(make("p", { class: "lead", text: step.help }));
      card.append(...this[step.kind](step));
      return card;
    }

    summary() {
      const left = this.missing();
      const card = make("section", { class: "card step" }, make("h2", { tabindex: "-1", text: this.words.review }));
      if (!left.length) card.append(make("p", { class: "lead", text: this.words.complete }));
      for (const step of left) {
        card.append(make("button", { type: "button", class: "button wide-choice", text: `${this.words.missing} ${step.title}`,
          onclick: () => { this.at = this.shown.indexOf(step); this.draw(); } }));
      }
      return card;
    }

    choice(step) {
      return [make("div", { class: "wide-choices", role: "group", "aria-label": step.title }, ...step.options.map((option, place) => make("button", {
        type: "button", class: "button wide-choice", "data-choice": true, "aria-pressed": String(this.values[step.key] === option.value),
        text: `${place + 1}　${option.label}`, onclick: () => { this.set(option.value); this.go(1); },
      })))];
    }
    counts(step) {
      const counts = { ...(this.values[step.key] || {}) };
      return step.options.map((option) => {
        const shown = make("output", { class: "count", text: String(counts[option.value] || 0) });
        const by = (more) => () => { counts[option.value] = Math.max(0, Math.min(99, (counts[option.value] || 0) + more)); shown.textContent = String(counts[option.value]); this.set({ ...counts }); };
        return make("div", { class: "count-row" }, make("span", { text: option.label }),
          make("button", { type: "button", class: "button", text: "−", "aria-label": `${option.label} −1`, onclick: by(-1) }), shown,
          make("button", { type: "button", class: "button", text: "+", "aria-label": `${option.label} +1`, onclick: by(1) }));
      });
    }
    text(step) {
      const area = make(step.long ? "textarea" : "input", { class: "input", maxlength: step.most || 500, rows: step.long ? 5 : null, "aria-label": step.title });
      area.value = this.values[step.key] || "";
      area.addEventListener("input", () => this.set(area.value));
      return [area];
    }
    info() { return []; }
    photo(step) {
      const shown = make("div", { class: "photos" });
      const kept = () => this.values[step.key] || [];
      const paint = () => shown.replaceChildren(...kept().map((picture, place) => make("figure", {},
        make("img", { src: picture, alt: `${step.title} ${place + 1}` }),
        make("button", { type: "button", class: "button", text: this.words.remove, onclick: () => { this.set(kept().filter((_, other) => other !== place)); paint(); } }))));
      const pick = make("input", { type: "file", accept: "image/*", capture: "environment", "aria-label": step.title, class: "input" });
      pick.addEventListener("change", async () => {
        const said = this.root.querySelector("[data-photo-said]");
        try {
          for (const file of pick.files) if (kept().length < (step.most || 3)) this.set([...kept(), await shrink(file)]);
          said.textContent = "";
        } catch { said.textContent = this.words.photoFailed; }
        pick.value = "";
        paint();
      });
      paint();
      return [pick, make("p", { class: "quiet", "data-photo-said": true, role: "status" }), shown];
    }
    signature(step) {
      const canvas = make("canvas", { class: "signature", width: 640, height: 280, role: "img", "aria-label": step.title });
      const pen = canvas.getContext("2d");
      const blank = () => { pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height); };
      blank();
      if (this.values[step.key]) { const old = new Image(); old.onload = () => pen.drawImage(old, 0, 0); old.src = this.values[step.key]; }
      const place = (event) => { const box = canvas.getBoundingClientRect(); return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height]; };
      let drawing = false;
      canvas.addEventListener("pointerdown", (event) => {
        drawing = true; canvas.setPointerCapture(event.pointerId);
        pen.lineWidth = 5; pen.lineCap = "round"; pen.strokeStyle = "#123"; pen.beginPath(); pen.moveTo(...place(event)); event.preventDefault();
      });
      canvas.addEventListener("pointermove", (event) => { if (drawing) { pen.lineTo(...place(event)); pen.stroke(); } });
      const end = () => { if (drawing) { drawing = false; this.set(canvas.toDataURL("image/png")); } };
      canvas.addEventListener("pointerup", end);
      canvas.addEventListener("pointercancel", end);
      return [canvas, make("button", { type: "button", class: "button", text: this.words.clear, onclick: () => { blank(); this.set(""); } })];
    }
  }

  const newId = () => crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g,
    (sign) => (sign ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> sign / 4).toString(16));

  window.YinlingOffline = {
    newId, make,
    form: (root, given) => new Form(root, given),
    // The queue of an app for the signed-in account; null where the device cannot keep anything (no secure line).
    async open({ app, owner, sync }) {
      navigator.serviceWorker?.register("/offline/worker.js", { scope: "/" }).catch(() => {});
      const store = await Store.open(owner).catch(() => null);
      if (!store) return null;
      const queue = new Queue(store, app, sync);
      // The line is often announced a moment before it carries.
      window.addEventListener("online", () => AFTER_ONLINE_MS.forEach((wait) => setTimeout(() => queue.send(), wait)));
      setInterval(() => navigator.onLine && queue.send(), RETRY_MS);
      return queue;
    },
    // What the form needs at the bedside (tasks, questions): fetched with a line, kept sealed for the time without one.
    async pack(queue, id, url) {
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
        if (answer.ok) {
          const body = await answer.json();
          await queue.store.put("packs", id, { at: Date.now() }, body);
          return { body, fresh: true, at: Date.now() };
        }
        if (answer.status < 500) return { body: null, fresh: false, state: "signin" };
      } catch { /* no line: what was kept counts */ }
      const kept = await queue.store.get("packs", id);
      return { body: kept ? kept.body : null, fresh: false, at: kept?.at };
    },
  };
})();
