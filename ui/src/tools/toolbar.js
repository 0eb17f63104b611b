// The toolbar, by the pattern of WAI-ARIA: one stop of Tab, arrow keys between tools, Escape back to the text.
import { styleValue } from "../clean/style.js";
import { icon } from "./icons.js";
import { make } from "./make.js";
import { Menu } from "./menu.js";
import { newStep } from "./step.js";

const SIZES = ["12px", "14px", "15px", "17px", "18px", "20px", "24px", "30px"];
const LINE_HEIGHTS = ["1.25", "1.5", "1.75", "2", "2.5"];
/** Colours that can be read on white, where articles with colours are shown. */
const COLOURS = ["#222222", "#595959", "#7a7a7a", "#a5281b", "#d4380d", "#a8650a", "#4d7c0f", "#0f6b5c", "#0e7490", "#1d4ed8", "#6d28d9", "#be185d"];
const HIGHLIGHTS = ["#fff3a3", "#ffe0c2", "#ffd6d6", "#f9d8f0", "#e6dcff", "#d9e6ff", "#d3f1ee", "#dcf2d3", "#ececec"];
const CELLS = ["#f3f5f4", "#e3f0ed", "#d9e6ff", "#fff3a3", "#ffe0c2", "#ffd6d6"];

export class Toolbar {
  constructor(editor, texts, actions) {
    Object.assign(this, { editor, texts, actions, states: [] });
    this.dom = make("div", { className: "ae-toolbar" });
    this.dom.setAttribute("role", "toolbar");
    this.dom.setAttribute("aria-label", texts.toolbar);
    for (const group of this.groups()) {
      this.dom.append(make("div", { className: "ae-group" }, ...group));
    }
    this.current = 0;
    this.rove();
    this.dom.addEventListener("keydown", (event) => this.key(event));
    this.dom.addEventListener("focusin", (event) => {
      const at = this.tools().indexOf(event.target);
      if (at >= 0) this.rove(at);
    });
    this.update();
  }

  chain() {
    return this.editor.chain();
  }

  /** By mouse the text gets the focus back; by keyboard the focus stays, so that several tools can be used. */
  run(command, keyboard) {
    if (typeof command !== "function") return;
    newStep(this.editor);
    const chain = command(keyboard ? this.chain() : this.chain().focus());
    chain?.run?.();
    this.update();
  }

  button(name, command, { active, enabled, plain } = {}) {
    const label = this.texts[name];
    const button = make("button", { type: "button", className: "ae-tool", title: label }, icon(name));
    button.setAttribute("aria-label", label);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      if (button.getAttribute("aria-disabled") === "true") return;
      if (plain) command(event.detail === 0); else this.run(command, event.detail === 0);
    });
    this.states.push(() => {
      if (active) button.setAttribute("aria-pressed", String(Boolean(active())));
      // Disabled tools keep the focus, as the pattern asks.
      if (enabled) button.setAttribute("aria-disabled", String(!enabled()));
    });
    return button;
  }

  /** Not in a chain, which would replay the steps of the history on a document of its own. */
  step(name) {
    const run = (keyboard) => {
      this.editor.commands[name]();
      if (!keyboard) this.editor.view.focus();
    };
    return this.button(name, run, { enabled: () => this.editor.can()[name](), plain: true });
  }

  menu(options) {
    const menu = new Menu({ ...options, choose: (run, keyboard) => this.run(run, keyboard) });
    if (options.text) {
      this.states.push(() => {
        menu.text.textContent = options.text();
        // What is seen is part of what is said.
        menu.button.setAttribute("aria-label", `${options.label}: ${options.text()}`);
      });
    }
    if (options.enabled) this.states.push(() => menu.button.setAttribute("aria-disabled", String(!options.enabled())));
    return menu.button;
  }

  groups() {
    const { editor, texts } = this;
    const is = (name, attributes) => () => editor.isActive(name, attributes);
    const toggle = (name, mark) => this.button(name, (chain) => chain.toggleMark(mark), { active: is(mark) });
    return [
      [
        this.step("undo"),
        this.step("redo"),
      ],
      [this.blockMenu(), this.sizeMenu()],
      [
        toggle("bold", "bold"),
        toggle("italic", "italic"),
        toggle("underline", "underline"),
        toggle("strike", "strike"),
        this.colourMenu("colour", "color", COLOURS, texts.noColour),
        this.colourMenu("highlight", "background-color", HIGHLIGHTS, texts.noHighlight),
        this.button("clear", (chain) => chain.unsetAllMarks().setBlockStyle({ "text-align": null, "text-indent": null, "line-height": null, "letter-spacing": null, "margin-left": null, "background-color": null, color: null, "font-size": null })),
      ],
      [
        this.button("bullets", (chain) => chain.toggleBulletList(), { active: is("bulletList") }),
        this.button("numbers", (chain) => chain.toggleOrderedList(), { active: is("orderedList") }),
        this.button("quote", (chain) => chain.toggleBlockquote(), { active: is("blockquote") }),
      ],
      [
        this.menu({ label: texts.align, iconName: "left", items: () => ["left", "center", "right", "justify"].map((value) => ({ label: texts[value], icon: value, checked: (this.blockStyle("text-align") ?? "left") === value, run: (chain) => chain.setBlockStyle({ "text-align": value === "left" ? null : value }) })) }),
        this.button("firstLine", (chain) => chain.setBlockStyle((style) => ({ "text-indent": styleValue(style, "text-indent") ? null : "2em" })), { active: () => this.blockStyle("text-indent") }),
        this.button("outdent", (chain) => chain.changeIndent(-1)),
        this.button("indent", (chain) => chain.changeIndent(1)),
        this.menu({ label: texts.lineHeight, iconName: "lineHeight", items: () => [null, ...LINE_HEIGHTS].map((value) => ({ label: value ?? texts.lineDefault, checked: this.blockStyle("line-height") === value, run: (chain) => chain.setBlockStyle({ "line-height": value }) })) }),
      ],
      [
        this.button("link", () => this.actions.link(), { active: is("link"), plain: true }),
        this.button("picture", () => this.actions.picture(), { plain: true }),
        this.tableMenu(),
        this.button("rule", (chain) => chain.setTextSelection(editor.state.selection.to).setHorizontalRule()),
      ],
      [
        this.button("find", () => this.actions.find(), { plain: true }),
        this.button("source", () => this.actions.source(), { plain: true }),
      ],
    ];
  }

  /** A declaration of the block with the cursor. */
  blockStyle(name) {
    return styleValue(this.editor.state.selection.$from.parent.attrs.style, name);
  }

  textStyle(name) {
    return styleValue(this.editor.getAttributes("textStyle").style, name);
  }

  blockMenu() {
    const { editor, texts } = this;
    const levels = [2, 3, 4];
    const current = () => {
      if (editor.isActive("codeBlock")) return texts.code;
      if (!editor.isActive("heading")) return texts.paragraph;
      return texts[`heading${Math.min(Math.max(editor.getAttributes("heading").level - 1, 1), 3)}`];
    };
    const items = () => [
      { label: texts.paragraph, checked: current() === texts.paragraph, run: (chain) => chain.setParagraph() },
      ...levels.map((level) => ({ label: texts[`heading${level - 1}`], checked: current() === texts[`heading${level - 1}`], run: (chain) => chain.setHeading({ level }) })),
      { label: texts.code, checked: editor.isActive("codeBlock"), run: (chain) => chain.toggleCodeBlock() },
    ];
    return this.menu({ label: texts.block, text: current, items });
  }

  sizeMenu() {
    const items = () => [null, ...SIZES].map((size) => ({ label: size ?? this.texts.sizeDefault, checked: this.textStyle("font-size") === size, run: (chain) => chain.setTextStyle({ "font-size": size }) }));
    return this.menu({ label: this.texts.size, text: () => this.textStyle("font-size") ?? this.texts.size, items });
  }

  colourMenu(name, property, colours, none) {
    const items = () => [null, ...colours].map((colour) => ({ label: colour ?? none, swatch: colour ?? "", checked: this.textStyle(property) === colour, run: (chain) => chain.setTextStyle({ [property]: colour }) }));
    return this.menu({ label: this.texts[name], iconName: name, columns: 5, items });
  }

  tableMenu() {
    const { texts, editor } = this;
    const items = () => {
      if (!editor.isActive("table")) return [{ label: texts.insertTable, run: () => this.actions.table() }];
      return [
        ["rowBefore", "addRowBefore"], ["rowAfter", "addRowAfter"], ["columnBefore", "addColumnBefore"], ["columnAfter", "addColumnAfter"],
        ["headerRow", "toggleHeaderRow"], ["merge", "mergeOrSplit"], ["deleteRow", "deleteRow"], ["deleteColumn", "deleteColumn"], ["deleteTable", "deleteTable"],
      ].map(([label, command]) => ({ label: texts[label], run: (chain) => chain[command]() })).concat(
        CELLS.map((colour) => ({ label: `${texts.cellColour} ${colour}`, swatch: colour, run: (chain) => chain.setCellStyle({ "background-color": colour }) })),
        [{ label: `${texts.cellColour}: ${texts.noHighlight}`, swatch: "", run: (chain) => chain.setCellStyle({ "background-color": null }) }],
      );
    };
    return this.menu({ label: texts.table, iconName: "table", items });
  }

  tools() {
    return [...this.dom.querySelectorAll(".ae-tool")];
  }

  rove(at = this.current) {
    this.current = at;
    this.tools().forEach((tool, index) => { tool.tabIndex = index === at ? 0 : -1; });
  }

  focus() {
    this.tools()[this.current]?.focus();
  }

  key(event) {
    if (event.target.closest(".ae-menu")) return;
    const tools = this.tools();
    const at = tools.indexOf(document.activeElement);
    let next = null;
    if (event.key === "ArrowRight") next = (at + 1) % tools.length;
    else if (event.key === "ArrowLeft") next = (at - 1 + tools.length) % tools.length;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = tools.length - 1;
    else if (event.key === "Escape") {
      event.preventDefault();
      // The page leads back by this key.
      event.stopPropagation();
      this.editor.view.focus();
      return;
    }
    if (next === null) return;
    event.preventDefault();
    tools[next].focus();
    tools[next].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  update() {
    for (const state of this.states) state();
  }
}
