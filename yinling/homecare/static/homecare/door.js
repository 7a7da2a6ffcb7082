// The visitor's day without signal: the doors, one screen of form, and what waits to be sent. Keeping and sending is base/js/offline.js.
(() => {
  "use strict";
  document.addEventListener("DOMContentLoaded", async () => {
    const root = document.querySelector("[data-door]");
    if (!root) return;
    const words = JSON.parse(document.getElementById("door-words").textContent);
    const { make, newId } = YinlingOffline;
    const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
    const queue = await YinlingOffline.open({ app: "visits", owner: root.dataset.owner, sync: root.dataset.forms });
    if (!queue) { root.replaceChildren(make("p", { class: "notice warn", text: words.insecure })); return; }
    let day = { body: null }, open = null, signin = false;

    const badge = (row) => make("span", { class: `badge ${{ sent: "yes", refused: "fail", waiting: "warn" }[row.state] || "info"}`, text: words[row.state] });
    const told = (row) => row.state === "refused" ? row.body.refusal?.title || "" : row.body.said?.order ? words.order : "";

    const list = async () => {
      const drafts = await queue.list();
      const stops = day.body?.stops || [];
      const said = [];
      if (signin || day.state === "signin") said.push(make("p", { class: "notice warn", role: "status", text: words.signin }));
      else if (!day.fresh) said.push(make("p", { class: "notice warn", role: "status", "data-offline": true,
        text: day.at ? say(words.offline, { at: new Date(day.at).toLocaleString(document.documentElement.lang, { hour12: false }) }) : words.cleared }));
      const waiting = drafts.filter((row) => row.state === "waiting").length;
      if (waiting) said.push(make("p", { class: "notice info", role: "status", "data-waiting": waiting, text: `${words.waiting}：${waiting}` }));
      const cards = stops.map((stop, place) => {
        const row = drafts.find((one) => one.body.person === stop.person || one.body.task === stop.person);
        const open = row?.state === "waiting" || row?.state === "sent" ? null : () => start(stop, row);
        return make("li", { "data-stop": stop.person }, make("button", { type: "button", class: "button wide-choice", disabled: !open, onclick: open || (() => {}) },
          make("span", {}, make("strong", { text: `${place + 1}. ${stop.name}` }), make("br"), make("small", { text: stop.address }), make("br"),
            make("small", { text: [stop.about, stop.last && say(words.last, { day: stop.last })].filter(Boolean).join(" · ") })),
          ...(row ? [badge(row), make("small", { text: told(row) })] : stop.late ? [make("span", { class: "badge fail", text: words.late })] : [])));
      });
      const others = drafts.filter((row) => !stops.some((stop) => row.body.person === stop.person || row.body.task === stop.person));
      if (!cards.length && day.fresh) said.push(make("p", { class: "empty", text: words.none }));
      root.replaceChildren(...said, make("ol", { class: "todo" }, ...cards));
      if (others.length) root.append(...others.map((row) => make("p", {}, make("span", { text: `${row.body.name || ""} ` }), badge(row), make("small", { text: ` ${told(row)}` }))));
    };
    const refresh = async () => { day = await YinlingOffline.pack(queue, `visits-day-${root.dataset.owner}`, root.dataset.day); if (!open) await list(); };
    const send = async () => {
      const outcome = await queue.send();
      signin = outcome === "signin";
      if (outcome === "sent") day = { ...day, fresh: true };
      if (!open) await list();
    };
    window.addEventListener("online", send);

    // One group of buttons: `many` lets several be pressed.
    const group = (title, options, chosen, many, heard) => {
      const row = make("div", { class: "actions", role: "group", "aria-label": title }, ...options.map((option) => make("button", {
        type: "button", class: chosen.has(option.value) ? "button primary" : "button", "data-value": String(option.value), "aria-pressed": String(chosen.has(option.value)), text: option.label,
        onclick: () => {
          const on = chosen.has(option.value);
          if (many) { if (on) chosen.delete(option.value); else chosen.add(option.value); } else { chosen.clear(); chosen.add(option.value); }
          row.querySelectorAll("button").forEach((button, place) => {
            const pressed = chosen.has(options[place].value);
            button.setAttribute("aria-pressed", String(pressed));
            button.classList.toggle("primary", pressed);
          });
          heard?.();
        },
      })));
      return make("fieldset", { class: "field group" }, make("legend", { text: title }), row);
    };

    const start = (stop, draft) => {
      open = stop.person;
      const old = draft?.body || {};
      const met = new Set([old.met ?? true]), condition = new Set([old.condition || "well"]), needs = new Set(old.needs || []);
      const at = old.at || new Date().toISOString();
      let point = null;
      const note = make("textarea", { class: "textarea", rows: 2, maxlength: 500, "aria-label": words.note });
      note.value = old.note || "";
      const where = make("button", { type: "button", class: "button", text: words.place, "aria-pressed": "false", onclick: () => {
        navigator.geolocation?.getCurrentPosition(({ coords }) => { point = coords; where.setAttribute("aria-pressed", "true"); }, () => {}, { enableHighAccuracy: true, timeout: 8000 });
      } });
      const finish = async () => {
        // Corrected after a refusal it is another content: a new number, and the old draft goes.
        const id = draft?.state === "refused" || !draft ? newId() : draft.id;
        await queue.save(id, { person: stop.person, task: stop.person, name: stop.name, at, met: met.has(true), condition: [...condition][0], needs: [...needs],
          note: note.value, lon: point?.longitude ?? null, lat: point?.latitude ?? null }, "waiting");
        if (draft && draft.id !== id) await queue.drop(draft.id);
        open = null;
        await list();
        await send();
      };
      root.replaceChildren(
        make("p", {}, make("strong", { text: stop.name }), make("br"), make("span", { class: "quiet", text: stop.address })),
        group(words.met, [{ value: true, label: words.yes }, { value: false, label: words.no }], met, false),
        group(words.condition, day.body.conditions, condition, false),
        group(words.needs, day.body.needs, needs, true),
        make("label", { class: "field" }, make("span", { text: words.note }), note), make("p", {}, where),
        make("div", { class: "dock" }, make("div", {},
          make("button", { type: "button", class: "button", text: words.back, onclick: () => { open = null; list(); } }),
          make("button", { type: "button", class: "button primary", "data-send": true, text: words.send, onclick: finish }))));
    };

    queue.onchange(() => { if (!open) list(); });
    await refresh();
    send();
  });
})();
