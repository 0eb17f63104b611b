// Find and replace: a bar above the text, and marks on what is found.
import { Extension } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { icon } from "./icons.js";
import { make } from "./make.js";

const KEY = new PluginKey("find");
const MATCHES_MAX = 5_000;

/** Finds a text in each block, across marks. Pictures and line breaks count as one character that matches nothing. */
function matches(doc, query) {
  const found = [];
  const wanted = query.toLowerCase();
  if (!wanted) return found;
  doc.descendants((block, at) => {
    if (!block.isTextblock || found.length >= MATCHES_MAX) return;
    let text = "";
    block.forEach((node) => { text += node.isText ? node.text : "\ufffc".repeat(node.nodeSize); });
    const lower = text.toLowerCase();
    // Some letters change their length; then the case counts.
    const where = lower.length === text.length ? lower : text;
    for (let start = where.indexOf(wanted); start >= 0 && found.length < MATCHES_MAX; start = where.indexOf(wanted, start + wanted.length)) {
      found.push({ from: at + 1 + start, to: at + 1 + start + wanted.length });
    }
  });
  return found;
}

export const Find = Extension.create({
  name: "find",
  addOptions: () => ({ open: () => {} }),
  addKeyboardShortcuts() {
    return { "Mod-f": () => { this.options.open(); return true; } };
  },
  addProseMirrorPlugins: () => [new Plugin({
    key: KEY,
    state: {
      init: () => ({ query: "", current: 0, found: [] }),
      apply: (tr, before, _, state) => {
        const changed = tr.getMeta(KEY);
        if (!changed && !tr.docChanged) return before;
        const { query, current } = { ...before, ...changed };
        const found = query === before.query && !tr.docChanged ? before.found : matches(state.doc, query);
        return { query, found, current: Math.min(current, Math.max(found.length - 1, 0)) };
      },
    },
    props: {
      decorations: (state) => {
        const { found, current } = KEY.getState(state);
        return found.length ? DecorationSet.create(state.doc, found.map(({ from, to }, at) => Decoration.inline(from, to, { class: at === current ? "ae-found ae-current" : "ae-found" }))) : null;
      },
    },
  })],
});

export class FindBar {
  constructor(editor, texts) {
    Object.assign(this, { editor, texts });
    const button = (text, action, name) => {
      const one = make("button", { type: "button", className: "ae-small" }, name ? icon(name) : text);
      if (name) { one.setAttribute("aria-label", text); one.title = text; }
      one.addEventListener("click", action);
      return one;
    };
    const label = (text, field) => make("label", {}, make("span", { textContent: text }), field);
    this.query = make("input", { type: "search", autocomplete: "off", maxLength: 200 });
    this.replacement = make("input", { type: "text", autocomplete: "off", maxLength: 1_000 });
    this.count = make("span", { className: "ae-count" });
    this.count.setAttribute("role", "status");
    this.dom = make("div", { className: "ae-find", hidden: true },
      make("div", {}, label(texts.search, this.query), button(texts.previous, () => this.step(-1)), button(texts.next, () => this.step(1)), this.count),
      make("div", {}, label(texts.replaceWith, this.replacement), button(texts.replace, () => this.replace()), button(texts.replaceAll, () => this.replaceAll())),
      button(texts.close, () => this.close(), "close"));
    this.dom.setAttribute("role", "search");
    this.query.addEventListener("input", () => this.search());
    this.dom.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && event.target === this.query) this.step(event.shiftKey ? -1 : 1);
      else if (event.key === "Enter" && event.target === this.replacement) this.replace();
      else return;
      event.preventDefault();
    });
    // Its fields are none of the form around.
    for (const field of [this.query, this.replacement]) field.addEventListener("input", (event) => event.stopPropagation());
  }

  get state() {
    return KEY.getState(this.editor.state);
  }

  set(changes) {
    this.editor.view.dispatch(this.editor.state.tr.setMeta(KEY, changes));
    this.show();
  }

  open() {
    const { from, to } = this.editor.state.selection;
    const selected = this.editor.state.doc.textBetween(from, to, "\n");
    if (selected && selected.length < 100 && !selected.includes("\n")) this.query.value = selected;
    this.dom.hidden = false;
    this.query.focus();
    this.query.select();
    this.search();
  }

  close() {
    this.dom.hidden = true;
    this.set({ query: "" });
    this.editor.view.focus();
  }

  search() {
    const { from } = this.editor.state.selection;
    this.set({ query: this.query.value, current: 0 });
    const at = this.state.found.findIndex((match) => match.from >= from);
    if (at > 0) this.set({ current: at });
    this.reveal();
  }

  step(by) {
    const { found, current } = this.state;
    if (!found.length) return;
    this.set({ current: (current + by + found.length) % found.length });
    this.reveal();
  }

  reveal() {
    this.editor.view.dom.querySelector(".ae-current")?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  replace() {
    const { found, current } = this.state;
    const match = found[current];
    if (!match) return;
    this.editor.view.dispatch(this.replaced(this.editor.state.tr, match));
    this.show();
    this.reveal();
  }

  replaceAll() {
    const { tr } = this.editor.state;
    for (const match of [...this.state.found].reverse()) this.replaced(tr, match);
    if (tr.docChanged) this.editor.view.dispatch(tr);
    this.show();
  }

  replaced(tr, { from, to }) {
    const text = this.replacement.value;
    const marks = tr.doc.resolve(from).marksAcross(tr.doc.resolve(to)) ?? [];
    return text ? tr.replaceWith(from, to, this.editor.schema.text(text, marks)) : tr.delete(from, to);
  }

  show() {
    const { query, found, current } = this.state;
    this.count.textContent = !query ? "" : found.length ? `${current + 1} / ${found.length}` : this.texts.noMatch;
  }
}
