// A button with a menu, by the pattern of WAI-ARIA: arrow keys, Home, End, first letters, Escape.
import { icon } from "./icons.js";
import { make } from "./make.js";

export class Menu {
  /** `items()` returns what the menu has now: label, run, and maybe checked, swatch, disabled. `columns` lays them out as a grid. */
  constructor({ label, iconName, text, items, columns = 1, choose }) {
    Object.assign(this, { items, columns, choose });
    this.button = make("button", { type: "button", className: "ae-tool ae-drop-down", title: label });
    this.button.setAttribute("aria-label", label);
    this.button.setAttribute("aria-haspopup", "menu");
    this.button.setAttribute("aria-expanded", "false");
    if (text) this.button.append(this.text = make("span", { className: "ae-tool-text" })); else this.button.append(icon(iconName));
    this.button.append(icon("down"));
    this.box = make("div", { className: "ae-menu", role: "menu", popover: "manual" });
    this.box.setAttribute("role", "menu");
    this.box.setAttribute("aria-label", label);
    if (columns > 1) this.box.classList.add("ae-swatches");
    this.button.addEventListener("mousedown", (event) => event.preventDefault());
    this.button.addEventListener("click", (event) => (this.isOpen ? this.close() : this.open(event.detail === 0)));
    this.button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      this.open(true, event.key === "ArrowUp");
    });
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.outside = (event) => { if (!this.box.contains(event.target) && !this.button.contains(event.target)) this.close(); };
    this.moved = () => this.close();
    // Opened by mouse, the focus is still in the text.
    this.escaped = (event) => {
      if (event.key !== "Escape" || this.box.contains(event.target)) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    };
  }

  get isOpen() {
    return this.box.isConnected;
  }

  open(byKeyboard, last = false) {
    this.box.replaceChildren(...this.items().map((item) => {
      const entry = make("button", { type: "button", tabIndex: -1, className: "ae-entry", disabled: Boolean(item.disabled) });
      entry.setAttribute("role", item.checked === undefined ? "menuitem" : "menuitemradio");
      if (item.checked !== undefined) entry.setAttribute("aria-checked", String(item.checked));
      if (item.swatch !== undefined) {
        const swatch = make("span", { className: "ae-swatch" });
        if (item.swatch) swatch.style.backgroundColor = item.swatch; else swatch.classList.add("ae-none");
        entry.append(swatch);
      }
      if (item.icon) entry.append(icon(item.icon));
      if (this.columns > 1) {
        entry.setAttribute("aria-label", item.label);
        entry.title = item.label;
      } else entry.append(item.label);
      entry.addEventListener("mousedown", (event) => event.preventDefault());
      entry.addEventListener("click", (event) => {
        const keyboard = event.detail === 0;
        this.close();
        if (keyboard) this.button.focus();
        this.choose(item.run, keyboard);
      });
      return entry;
    }));
    this.button.after(this.box);
    this.box.showPopover();
    this.place();
    this.button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", this.outside, true);
    document.addEventListener("keydown", this.escaped, true);
    addEventListener("resize", this.moved);
    addEventListener("scroll", this.moved, { capture: true, passive: true });
    if (!byKeyboard) return;
    const entries = this.entries();
    const checked = last ? null : entries.find((entry) => entry.getAttribute("aria-checked") === "true");
    (checked ?? entries.at(last ? -1 : 0))?.focus();
  }

  place() {
    const anchor = this.button.getBoundingClientRect();
    const { width, height } = this.box.getBoundingClientRect();
    const left = Math.max(8, Math.min(anchor.left, innerWidth - width - 8));
    const below = anchor.bottom + 4;
    const top = below + height > innerHeight - 8 && anchor.top - height - 4 > 0 ? anchor.top - height - 4 : below;
    Object.assign(this.box.style, { left: `${left}px`, top: `${top}px` });
  }

  close() {
    if (!this.isOpen) return;
    const hadFocus = this.box.contains(document.activeElement);
    this.box.remove();
    this.button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", this.outside, true);
    document.removeEventListener("keydown", this.escaped, true);
    removeEventListener("resize", this.moved);
    removeEventListener("scroll", this.moved, { capture: true });
    if (hadFocus) this.button.focus();
  }

  entries() {
    return [...this.box.querySelectorAll(".ae-entry:not(:disabled)")];
  }

  key(event) {
    const entries = this.entries();
    const at = entries.indexOf(document.activeElement);
    const steps = this.columns > 1
      ? { ArrowDown: this.columns, ArrowUp: -this.columns, ArrowRight: 1, ArrowLeft: -1 }
      : { ArrowDown: 1, ArrowUp: -1 };
    let next = null;
    if (steps[event.key]) next = (at + steps[event.key] + entries.length) % entries.length;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = entries.length - 1;
    else if (event.key === "Escape" || event.key === "Tab") {
      this.close();
      this.button.focus();
      if (event.key === "Tab") return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
    if (next !== null) entries[next]?.focus();
  }
}
