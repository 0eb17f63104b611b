/** The menu opens without this; here are Escape, the arrow keys, and closing by a click elsewhere. */
function menu(bar, signal) {
  const parents = [...bar.querySelectorAll("details")];
  const tops = [...bar.querySelectorAll("nav > ul > li > :is(a, button), summary")];
  for (const parent of parents) {
    const summary = parent.querySelector("summary");
    const items = [...parent.querySelectorAll("a, button")];
    summary.setAttribute("aria-expanded", "false");
    parent.addEventListener("toggle", () => summary.setAttribute("aria-expanded", String(parent.open)));
    parent.addEventListener("keydown", (event) => {
      const at = items.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" && parent.open) {
        parent.open = false;
        summary.focus();
      } else if (step) {
        parent.open = true;
        const start = at < 0 && step < 0 ? items.length : at;
        items[(start + step + items.length) % items.length].focus();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tops.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    tops[(at + step + tops.length) % tops.length].focus();
  });
  document.addEventListener("click", (event) => {
    for (const parent of parents) if (!parent.contains(event.target)) parent.open = false;
  }, { signal });
}
