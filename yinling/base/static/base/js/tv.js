// Television: the four arrows move one visible focus, OK presses, Back asks before it leaves.
(() => {
  "use strict";
  const main = document.querySelector("[data-tv]");
  if (!main) return;
  const choices = () => Array.from(document.querySelectorAll("dialog[open] button, [data-focus]"))
    .filter((choice) => choice.offsetParent && (!document.querySelector("dialog[open]") || choice.closest("dialog")));
  const middle = (choice) => {
    const box = choice.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  };
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const ASIDE = 2.5; // a choice straight ahead beats a nearer one to the side
  const move = (way) => {
    const list = choices();
    const from = list.includes(document.activeElement) ? document.activeElement : null;
    if (!from) return list[0]?.focus();
    const here = middle(from);
    let best = null;
    let least = Infinity;
    for (const choice of list) {
      if (choice === from) continue;
      const there = middle(choice);
      const ahead = (there.x - here.x) * way[0] + (there.y - here.y) * way[1];
      const aside = Math.abs((there.x - here.x) * way[1]) + Math.abs((there.y - here.y) * way[0]);
      const far = ahead + aside * ASIDE;
      if (ahead > 1 && far < least) { best = choice; least = far; }
    }
    best?.focus();
  };
  const leave = () => {
    if (main.dataset.back) { location.href = main.dataset.back; return; }
    const dialog = document.querySelector("#confirm");
    document.querySelector("#confirm-words").textContent = main.dataset.leave;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => { dialog.returnValue === "yes" ? history.back() : choices()[0]?.focus(); }, { once: true });
    dialog.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (WAYS[event.key]) { event.preventDefault(); move(WAYS[event.key]); }
    else if ((event.key === "Escape" || event.key === "Backspace" || event.key === "GoBack") && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      leave();
    }
  });
  document.addEventListener("focusout", () => setTimeout(() => { if (!choices().includes(document.activeElement)) choices()[0]?.focus(); }, 0));
  choices()[0]?.focus();
})();
