/** Adds Escape, the arrow keys, and closing by a click elsewhere to the menu, which opens without scripts. */
function enhanceMenu(bar, signal) {
  const submenus = [...bar.querySelectorAll("details")];
  const topItems = [...bar.querySelectorAll("nav > ul > li > :is(a, button), summary")];
  for (const submenu of submenus) {
    const summary = submenu.querySelector("summary");
    const items = [...submenu.querySelectorAll("a, button")];
    summary.setAttribute("aria-expanded", "false");
    submenu.addEventListener("toggle", () => summary.setAttribute("aria-expanded", String(submenu.open)));
    submenu.addEventListener("keydown", (event) => {
      const at = items.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" && submenu.open) {
        submenu.open = false;
        summary.focus();
      } else if (step) {
        submenu.open = true;
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
    const at = topItems.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    topItems[(at + step + topItems.length) % topItems.length].focus();
  });
  document.addEventListener("click", (event) => {
    for (const submenu of submenus) if (!submenu.contains(event.target)) submenu.open = false;
  }, { signal });
}
