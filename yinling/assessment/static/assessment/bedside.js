// The assessor's day on the phone: the visits, the form of one of them, and what waits to be sent. The form itself is base/js/offline.js.
(() => {
  "use strict";
  document.addEventListener("DOMContentLoaded", async () => {
    const root = document.querySelector("[data-bedside]");
    if (!root) return;
    const words = JSON.parse(document.getElementById("bedside-words").textContent);
    const { make, newId } = YinlingOffline;
    const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
    const queue = await YinlingOffline.open({ app: "assessment", owner: root.dataset.owner, sync: root.dataset.forms });
    if (!queue) { root.replaceChildren(make("p", { class: "notice warn", text: words.insecure })); return; }
    let day = { body: null }, open = null, signin = false;

    const badge = (row) => make("span", { class: `badge ${{ sent: "yes", refused: "fail", waiting: "warn" }[row.state] || "info"}`, text: words[row.state] });
    const level = (said) => said?.level_name ? say(words.level, { level: said.level_name }) : "";
    const refusal = (row) => row.body.refusal?.title || "";

    const list = async () => {
      const drafts = await queue.list();
      const visits = day.body?.visits || [];
      const cards = visits.map((visit) => {
        const draft = drafts.find((row) => row.body.task === visit.uid && row.state !== "sent");
        const sent = drafts.find((row) => row.body.task === visit.uid && row.state === "sent");
        const shown = draft || sent;
        const card = make("section", { class: "card", "data-visit": visit.uid },
          make("h2", { text: visit.name }),
          make("p", { class: "quiet", text: `${visit.about} · ${visit.scale_name} · ${visit.reason}` }),
          make("p", { text: visit.place }),
          make("p", { class: "quiet", text: [visit.phone, visit.due && say(words.due, { on: visit.due })].filter(Boolean).join(" · ") }));
        if (shown) card.append(make("p", {}, badge(shown), make("span", { text: ` ${level(shown.body.said)}${refusal(shown)}` })));
        if (draft?.state !== "waiting" && (!sent || visit.state === "returned")) card.append(make("button", { type: "button", class: "button primary",
          text: draft ? (draft.state === "refused" ? words.again : words.go_on) : words.start, onclick: () => start(visit, draft) }));
        return card;
      });
      const others = drafts.filter((row) => !visits.some((visit) => visit.uid === row.body.task));
      const said = [];
      if (signin || day.state === "signin") said.push(make("p", { class: "notice warn", role: "status", text: words.signin }));
      else if (!day.fresh) said.push(make("p", { class: "notice warn", role: "status", "data-offline": true,
        text: day.at ? say(words.offline, { at: new Date(day.at).toLocaleString(document.documentElement.lang, { hour12: false }) }) : words.cleared }));
      const waiting = drafts.filter((row) => row.state === "waiting").length;
      if (waiting) said.push(make("p", { class: "notice info", role: "status", text: `${words.waiting}：${waiting}` }),
        make("button", { type: "button", class: "button", text: words.send, onclick: send }));
      if (!cards.length && day.fresh) said.push(make("p", { class: "empty", text: words.none }));
      root.replaceChildren(...said, ...cards);
      if (others.length) root.append(make("section", { class: "card" }, make("h2", { text: words.kept }), ...others.map((row) => make("p", {}, badge(row), make("span", { text: ` ${row.body.name || ""} ${level(row.body.said)}${refusal(row)}` })))));
    };
    const send = async () => { signin = (await queue.send()) === "signin"; if (!open) await refresh(); };
    const refresh = async () => { day = await YinlingOffline.pack(queue, `assessment-day-${root.dataset.owner}`, root.dataset.day); if (!open) await list(); };

    const start = (visit, draft) => {
      const id = draft?.id || newId();
      const body = draft?.body || { task: visit.uid, name: visit.name, values: {}, at: 0 };
      delete body.refusal;
      const keep = (values, at) => queue.save(id, { ...body, values, at });
      const finish = async (values) => {
        form.close();
        open = null;
        // Corrected after a refusal it is another content: a new number, and the old draft goes.
        const number = draft?.state === "refused" ? newId() : id;
        await queue.save(number, { task: visit.uid, name: visit.name, visited_at: body.visited_at || new Date().toISOString(), values }, "waiting");
        if (number !== id) await queue.drop(id);
        await list();
        await send();
      };
      body.visited_at ||= new Date().toISOString();
      open = visit.uid;
      const place = make("div");
      root.replaceChildren(make("p", {}, make("strong", { text: visit.name }), make("span", { class: "quiet", text: ` ${visit.about} · ${visit.scale_name}` }),
        make("button", { type: "button", class: "button ghost", text: words.close, onclick: () => { form.close(); open = null; refresh(); } })), place);
      const form = YinlingOffline.form(place, { steps: day.body.steps[visit.scale], values: body.values, at: body.at || 0, words, onsave: keep, ondone: finish });
    };

    queue.onchange(() => { if (!open) list(); });
    window.addEventListener("online", () => setTimeout(refresh, 3500));
    await refresh();
    send();
  });
})();
