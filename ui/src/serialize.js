// Writes the document as HTML. Not through the DOM: it would rewrite the declarations of styles, and a strict policy forbids the attribute there.
import { filterStyle } from "./clean/style.js";

const VOID = new Set(["img", "br", "hr"]);
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\u00a0/g, "&nbsp;");
const escapeAttribute = (text) => escape(String(text)).replace(/"/g, "&quot;");
const ATTRIBUTES = new Set(["src", "alt", "width", "style", "href", "start", "colspan", "rowspan"]);

function attributes(values) {
  return Object.entries(values).map(([name, value]) => {
    const text = name === "style" ? filterStyle(value) : value;
    return text === null || text === undefined || !ATTRIBUTES.has(name) ? "" : ` ${name}="${escapeAttribute(text)}"`;
  }).join("");
}

/** Renders a spec of ProseMirror, with the content at its hole. */
function render(spec, content) {
  const [tag, second, ...rest] = spec;
  const hasAttributes = second && typeof second === "object" && !Array.isArray(second);
  const children = hasAttributes ? rest : spec.slice(1);
  const open = `<${tag}${hasAttributes ? attributes(second) : ""}>`;
  if (VOID.has(tag)) return open;
  return `${open}${children.map((child) => (child === 0 ? content : Array.isArray(child) ? render(child, content) : "")).join("")}</${tag}>`;
}

/** Items and cells with one plain paragraph have its text without it. */
function isTight(parent, node, index) {
  if (node.type.name !== "paragraph" || node.attrs.style || index > 0) return false;
  if (/^table(Cell|Header)$/.test(parent.type.name)) return parent.childCount === 1;
  return parent.type.name === "listItem" && (parent.childCount === 1 || (parent.childCount === 2 && /List$/.test(parent.child(1).type.name)));
}

function inlineHtml(parent) {
  let html = "";
  /** The open marks, the outermost first: the mark, and its end tag. */
  const open = [];
  parent.forEach((node) => {
    const { marks } = node;
    let kept = 0;
    while (kept < open.length && kept < marks.length && marks[kept].eq(open[kept].mark)) kept++;
    while (open.length > kept) html += open.pop().end;
    for (const mark of marks.slice(kept)) {
      const [start, end] = render(mark.type.spec.toDOM(mark, true), "\0").split("\0");
      html += start;
      open.push({ mark, end });
    }
    html += node.isText ? escape(node.text) : nodeHtml(node);
  });
  while (open.length) html += open.pop().end;
  return html;
}

const isEmptyUpload = (node) => node.type.name === "picture" && node.attrs.upload && !node.attrs.src && !node.attrs.remote;

function nodeHtml(node) {
  if (isEmptyUpload(node)) return "";
  return render(node.type.spec.toDOM(node), contentHtml(node));
}

export function contentHtml(node) {
  if (node.inlineContent) return inlineHtml(node);
  let html = "";
  node.forEach((child, _, index) => { html += isTight(node, child, index) ? inlineHtml(child) : nodeHtml(child); });
  return html;
}

/** The HTML of a document; empty if nothing is in it. */
export function documentHtml(doc) {
  const isEmpty = doc.childCount === 1 && doc.firstChild.type.name === "paragraph" && doc.firstChild.childCount === 0;
  return isEmpty ? "" : contentHtml(doc);
}
