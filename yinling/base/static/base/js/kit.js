// What every page does in the browser: asks before what cannot be undone, shows words, keyboard in lists, read aloud.
// No framework beside HTMX, no inline handlers: everything hangs on data-… attributes.
(() => {
  "use strict";
  const body = () => document.body;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // --- Ask first: data-confirm on a button or link, in words.
  let agreed = null;
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-confirm]");
    if (!asked || asked === agreed || asked.disabled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = one("#confirm");
    const picked = asked.form ? all("input[name=uid]:checked", asked.form).length : 0;
    one("#confirm-words").textContent = asked.dataset.confirm.replace("{n}", String(picked));
    const yes = one("[data-yes]", dialog);
    yes.textContent = asked.dataset.confirmYes || yes.dataset.yes;
    yes.classList.toggle("danger", asked.classList.contains("danger"));
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return asked.focus();
      agreed = asked;
      asked.click();
      agreed = null;
    }, { once: true });
    dialog.showModal();
  }, true);

  // --- One press, one request: a form that has been sent waits for its answer.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // --- Days are typed as 2026-01-31; a double click or Alt+↓ opens the browser's own calendar.
  const pick = (field) => {
    const hidden = document.createElement("input");
    hidden.type = "date";
    hidden.className = "unseen";
    hidden.tabIndex = -1;
    hidden.setAttribute("aria-hidden", "true");
    hidden.value = field.value;
    hidden.addEventListener("change", () => {
      field.value = hidden.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    hidden.addEventListener("blur", () => hidden.remove());
    field.after(hidden);
    hidden.showPicker?.();
  };
  document.addEventListener("dblclick", (event) => { if (event.target.matches?.("[data-day]")) pick(event.target); });
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "ArrowDown" && event.target.matches?.("[data-day]")) { event.preventDefault(); pick(event.target); }
  });

  // --- Words above the page.
  const SHOWN_MS = 7000;
  const settle = (toast) => {
    if (toast.dataset.seen) return;
    toast.dataset.seen = "yes";
    if (toast.dataset.toast !== "stay") setTimeout(() => toast.remove(), SHOWN_MS);
  };
  const say = (text, kind = "done") => {
    const toast = document.createElement("div");
    toast.className = `toast ${kind}`;
    toast.dataset.toast = kind === "fail" ? "stay" : "";
    const words = document.createElement("p");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button ghost square";
    close.dataset.close = "";
    close.setAttribute("aria-label", body().dataset.sayClose);
    close.textContent = "×";
    toast.append(words, close);
    one("#toasts").append(toast);
    settle(toast);
  };
  document.addEventListener("yinling:toast", (event) => say(event.detail.text, event.detail.kind));
  document.addEventListener("htmx:sendError", () => say(body().dataset.sayFailed, "fail"));
  document.addEventListener("htmx:responseError", () => say(body().dataset.sayFailed, "fail"));

  document.addEventListener("click", (event) => {
    const pressed = (selector) => event.target.closest(selector);
    if (pressed("[data-close]")) pressed("[data-close]").closest(".toast, dialog")?.remove();
    if (pressed("[data-print]")) window.print();
    if (pressed("[data-back]")) history.length > 1 ? history.back() : (location.href = "/");
    const theme = pressed("[data-theme-switch]");
    if (theme && document.documentElement.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches) theme.value = "light";
    all("details[data-drop][open]").forEach((drop) => { if (!drop.contains(event.target)) drop.open = false; });
    const copy = pressed("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details[data-drop][open]").forEach((drop) => { drop.open = false; one("summary", drop).focus(); });
  });

  // --- Lists: ticked rows, and the keys ↑ ↓ Enter Space and / for the search box.
  const count = (listing) => {
    const ticks = all("input[name=uid]", listing);
    const picked = ticks.filter((tick) => tick.checked).length;
    const words = one("[data-picked]", listing);
    if (words) words.textContent = picked ? words.dataset.words.replace("{n}", String(picked)) : "";
    all("[data-batch] button", listing).forEach((button) => { button.disabled = picked === 0; });
    const whole = one("[data-pick-all]", listing);
    if (whole) { whole.checked = picked > 0 && picked === ticks.length; whole.indeterminate = picked > 0 && picked < ticks.length; }
  };
  document.addEventListener("change", (event) => {
    const listing = event.target.closest("[data-listing]");
    if (!listing) return;
    if (event.target.matches("[data-pick-all]")) all("input[name=uid]", listing).forEach((tick) => { tick.checked = event.target.checked; });
    count(listing);
  });
  // One key for an answer: the element that names it is pressed.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
    const answer = all("[data-key]").find((button) => button.dataset.key === event.key);
    if (answer) { event.preventDefault(); answer.click(); }
  });
  const typing = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const step = (list, by) => {
    const rows = all("tbody tr", list);
    const at = rows.findIndex((row) => row.classList.contains("here") || row.contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    rows.forEach((row) => row.classList.toggle("here", row === next));
    (one("a", next) || one("input", next) || next).focus();
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const list = event.target.closest("[data-listing]") ? one("[data-list]", event.target.closest("[data-listing]")) : one("[data-list]");
    if (event.key === "/" && !typing(event.target) && one("[data-search]")) {
      event.preventDefault();
      one("[data-search]").focus();
    } else if (list && !typing(event.target) && list.closest("[data-listing]").contains(event.target) && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(list, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === " " && event.target.closest("[data-list] tbody a")) {
      const tick = one("input[name=uid]", event.target.closest("tr"));
      if (tick) { event.preventDefault(); tick.checked = !tick.checked; count(tick.closest("[data-listing]")); }
    }
  });

  // --- A slider and the field beside it say the same: the slider moves the field, the field moves the slider.
  document.addEventListener("input", (event) => {
    const from = event.target;
    if (from.dataset?.mirror) document.getElementById(from.dataset.mirror).value = from.value;
    else if ("mirrored" in (from.dataset ?? {})) {
      const slider = one(`[data-mirror="${from.id}"]`);
      if (slider) slider.value = from.value;
    }
  });

  // --- Read aloud: sentence by sentence, in the page's language; a second press stops.
  const readable = (root) => all("h1, h2, h3, p, li, dt, dd, td, figcaption, .choice, .button", root)
    .filter((part) => part.offsetParent && !part.closest("[data-silent], script") && !part.querySelector("p, li, dd, .button, .choice"));
  let reading = false;
  const stopReading = (button) => {
    reading = false;
    speechSynthesis.cancel();
    all(".speaking").forEach((part) => part.classList.remove("speaking"));
    one("[data-words]", button).textContent = button.dataset.words;
    button.setAttribute("aria-pressed", "false");
  };
  const readOn = (button, parts) => {
    const part = parts.shift();
    all(".speaking").forEach((old) => old.classList.remove("speaking"));
    if (!reading || !part) return stopReading(button);
    const voice = new SpeechSynthesisUtterance(part.innerText.trim());
    voice.lang = part.closest("[lang]").lang;
    voice.rate = 0.9;
    voice.onend = () => readOn(button, parts);
    voice.onerror = () => stopReading(button);
    part.classList.add("speaking");
    part.scrollIntoView({ block: "center" });
    speechSynthesis.speak(voice);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-read-aloud]");
    if (!button) return;
    if (!("speechSynthesis" in window)) return say(button.dataset.none, "warn");
    const words = one("[data-words]", button);
    if (reading) return stopReading(button);
    button.dataset.words ||= words.textContent;
    words.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    reading = true;
    speechSynthesis.cancel();
    readOn(button, readable(one(button.dataset.readAloud)));
  });
  window.addEventListener("pagehide", () => "speechSynthesis" in window && speechSynthesis.cancel());

  // --- After load and after each swap.
  const tick = () => all("[data-clock]").forEach((clock) => {
    clock.textContent = new Date().toLocaleString(document.documentElement.lang, { hour12: false });
  });
  const dress = () => {
    all(".toast").forEach(settle);
    all("[data-listing]").forEach(count);
    const error = one("[data-focus-first]");
    if (error && !error.dataset.seen) { error.dataset.seen = "yes"; error.focus(); }
    if (one("[data-clock]")) tick();
  };
  document.addEventListener("htmx:load", dress);
  document.addEventListener("DOMContentLoaded", () => {
    dress();
    if (one("[data-clock]")) setInterval(tick, 1000);
  });
})();
