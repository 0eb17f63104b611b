// What Word and WPS write: lists are paragraphs, and lines of the source break between Chinese characters.
import { parseStyle, styleValue } from "./style.js";
import { rename, unwrap } from "./parse.js";

const LIST = /^(l\d+)\s+level(\d+)/;
/** Marks of ordered lists: digits, letters, roman and Chinese numerals, with a point, a comma or parentheses. */
const ORDERED = /^[(（]?(\d+|[a-z]{1,4}|[一二三四五六七八九十百]+|[①-⑳])([.)）、．]|$)/i;
const LEVEL_MAX = 9;

function listOf(paragraph) {
  const list = LIST.exec(styleValue(paragraph.dataset.style, "mso-list") ?? "");
  return list && { name: list[1], level: Math.min(Number(list[2]), LEVEL_MAX) };
}

/** Removes the mark of an item, and returns its text. */
function takeMark(paragraph) {
  let mark = "";
  for (const span of paragraph.querySelectorAll("[data-style]")) {
    if (/mso-list:\s*ignore/i.test(span.dataset.style)) {
      mark ||= span.textContent;
      span.remove();
    }
  }
  return mark.replace(/[\s\u00a0]/g, "");
}

function isOrdered(mark, list, formats) {
  const format = formats.get(`${list.name}:level${list.level}`);
  if (format) return format !== "bullet" && format !== "image";
  return ORDERED.test(mark);
}

/** Starts of lists that do not begin with 1. */
function startOf(mark) {
  const number = /^[(（]?(\d{1,5})/.exec(mark);
  return number ? Number(number[1]) : 1;
}

/** Turns paragraphs with `mso-list` into nested lists. */
export function wordLists(root, formats) {
  /** The open lists, the outermost first: name, level, and the element. */
  let open = [];
  let last = null;
  for (const paragraph of [...root.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const list = listOf(paragraph);
    if (!list || paragraph.closest("li")) continue;
    const mark = takeMark(paragraph);
    // Numbered headings stay headings, with their number.
    if (/^h\d$/.test(paragraph.localName)) {
      if (mark) paragraph.prepend(`${mark} `);
      continue;
    }
    const follows = last && nextElement(last) === paragraph;
    if (!follows || open[0]?.name !== list.name) open = [];
    while (open.length && open.at(-1).level > list.level) open.pop();
    const tag = isOrdered(mark, list, formats) ? "ol" : "ul";
    if (open.length && open.at(-1).level === list.level && open.at(-1).element.localName !== tag) open.pop();
    if (open.at(-1)?.level !== list.level) {
      const element = root.ownerDocument.createElement(tag);
      if (tag === "ol" && startOf(mark) > 1) element.setAttribute("start", startOf(mark));
      const parent = open.at(-1)?.element.lastElementChild;
      if (parent) parent.append(element); else if (open.length === 0) paragraph.before(element);
      open.push({ ...list, element });
    }
    const item = root.ownerDocument.createElement("li");
    open.at(-1).element.append(item);
    item.append(paragraph);
    // Items are indented by the list.
    paragraph.dataset.style = parseStyle(paragraph.dataset.style)
      .filter(([name]) => !/^(margin|text-indent|mso-|tab-stops)/.test(name)).map((pair) => pair.join(":")).join(";");
    last = open[0].element;
  }
}

/** The next element, if nothing but white space is between. */
function nextElement(element) {
  let next = element.nextSibling;
  while (next && (next.nodeType === Node.COMMENT_NODE || (next.nodeType === Node.TEXT_NODE && !next.data.trim()))) next = next.nextSibling;
  return next;
}

const WIDE = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—]/;

/** Joins the lines of the source: with a space, and without one between Chinese characters. */
export function joinLines(root) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  const firstOf = texts.map((text) => text.data.replace(/^[ \t\r\n]+/, "")[0]);
  const following = [];
  let after = "";
  for (let at = texts.length - 1; at >= 0; at--) {
    following[at] = after;
    after = firstOf[at] ?? after;
  }
  let before = "";
  texts.forEach((text, at) => {
    text.data = text.data.replace(/[ \t\r]*\n[ \t\r\n]*/g, (_, offset, whole) => {
      const left = whole.slice(0, offset).trimEnd().at(-1) ?? before;
      const right = whole.slice(offset).trimStart()[0] ?? following[at];
      return WIDE.test(left) && WIDE.test(right) ? "" : " ";
    });
    before = text.data.trimEnd().at(-1) ?? before;
  });
}

/** Word names headings and the title by classes. */
export function wordHeadings(root) {
  for (const paragraph of root.querySelectorAll("p.MsoTitle")) rename(paragraph, "h1");
  for (const paragraph of root.querySelectorAll("p[class^=MsoHeading]")) rename(paragraph, "h2");
}

/** Declarations that Word writes everywhere and that mean nothing. */
export function isOfficeDefault(name, value) {
  if (/^(margin|padding)/.test(name)) return value.split(" ").every((part) => /^0(\.0+)?[a-z]*$|^auto$|^\.0001pt$/.test(part));
  if (name === "color") return /^(windowtext|black|#000|#000000|rgb\(0, ?0, ?0\))$/.test(value);
  if (name === "background-color") return /^(white|#fff|#ffffff|transparent|windowtext)$/.test(value);
  // Articles have lines of their own in tables.
  if (/^border/.test(name)) return /^(none|0|medium)|windowtext|#ccc(ccc)?$/.test(value);
  if (name === "text-align") return ["left", "start", "justify", "general"].includes(value);
  if (name === "text-indent") return /^0[a-z]*$/.test(value);
  if (name === "width") return /^0[a-z]*$/.test(value);
  return ["line-height:normal", "letter-spacing:normal", "vertical-align:baseline", "vertical-align:middle", "vertical-align:bottom", "vertical-align:top", "display:block"].includes(`${name}:${value}`);
}

/** `18.0000pt` → `18pt`. */
export const plainNumbers = (value) => value.replace(/(\d+)\.(\d*?)0+(?=[a-z%])/g, (_, whole, part) => (part ? `${whole}.${part}` : whole));

/** Returns the size of most of the text, which the body of an article does not repeat. */
export function bodySize(root) {
  const sizes = new Map();
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement.closest("[data-style*='font-size' i]");
    const size = element && plainNumbers(styleValue(element.dataset.style, "font-size"));
    if (size) sizes.set(size, (sizes.get(size) ?? 0) + text.data.trim().length);
  }
  return [...sizes].sort((one, other) => other[1] - one[1])[0]?.[0] ?? null;
}

/** Unwraps `o:p` and other elements of Office. */
export function unwrapNamespaces(root) {
  for (const element of [...root.querySelectorAll("*")]) {
    if (element.localName.includes(":")) unwrap(element);
  }
}
