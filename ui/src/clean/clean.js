// Turns HTML of others into the elements that the schema knows: what Word, WPS, spreadsheets, 公众号 articles and web pages write. It is not what
// keeps readers safe (the server sanitises each article), but it drops all that the server would drop, so that authors see what readers will.
import { filterStyle, formatStyle, INLINE, isAllowed, parseStyle, styleValue } from "./style.js";
import { inlineRules, listFormats, parseHtml, rename, unwrap } from "./parse.js";
import { pictures, rtfPictures } from "./pictures.js";
import { bodySize, isOfficeDefault, joinLines, plainNumbers, unwrapNamespaces, wordHeadings, wordLists } from "./word.js";

/** Elements that are removed with their content. */
const DROPPED = "applet, area, audio, base, button, canvas, datalist, dialog, embed, form input, frame, frameset, head, iframe, input, link, map, math, meta, meter, mp-common-profile, mp-style-type, mpvoice, mpvideosnap, noembed, noframes, noscript, object, option, param, progress, qqmusic, script, select, source, style, svg, template, textarea, title, track, video, xml";
const BLOCKS = "address, article, aside, blockquote, center, dd, details, div, dl, dt, fieldset, figcaption, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, main, nav, ol, p, pre, section, summary, table, tbody, td, tfoot, th, thead, tr, ul, caption";
const HEADINGS = "h1, h2, h3, h4, h5, h6";
const BOXES = "address, article, aside, center, dd, details, div, dl, dt, fieldset, figcaption, figure, footer, form, header, main, nav, section, summary";
const BLOCK_SET = new Set(BLOCKS.split(", "));
/** The most characters of HTML that are cleaned; the server stores half a million. */
export const HTML_MAX = 4_000_000;
/** Of deeper elements only the text is kept: layouts of 公众号 editors reach 40. */
const DEPTH_MAX = 60;

/** Returns an inert element with the cleaned content. `rtf` is the text of the same clipboard as RTF. */
export function clean(html, { pasted = false, mediaBase = "/media/", rtf = "" } = {}) {
  const { body: root, sheets } = parseHtml(html.slice(0, HTML_MAX));
  const isOffice = pasted && /mso-|urn:schemas-microsoft-com|class="?(Mso|xl\d)|ksohtml|docs-internal-guid|google-sheets/i.test(html);
  for (const element of root.querySelectorAll(DROPPED)) element.remove();
  removeComments(root);
  limitDepth(root);
  unwrapNamespaces(root);
  if (isOffice) {
    inlineRules(root, sheets);
    joinLines(root);
    wordHeadings(root);
    wordLists(root, listFormats(sheets));
  }
  if (pasted) removeHidden(root);
  pictures(root, { mediaBase, pasted, found: isOffice && rtf ? rtfPictures(rtf) : [] });
  const size = isOffice ? bodySize(root) : null;
  attributesToStyles(root);
  for (const element of root.querySelectorAll("[data-style]")) {
    const kept = new Map();
    for (const [name, value] of parseStyle(element.dataset.style).map(colourOfBackground)) {
      kept.delete(name);
      kept.set(name, isOffice ? plainNumbers(value) : value);
    }
    if (isOffice) {
      for (const [name, value] of kept) if (isOfficeDefault(name, value) || (name === "font-size" && (value === size || element.closest(HEADINGS)))) kept.delete(name);
    }
    element.dataset.style = [...kept].map((pair) => pair.join(":")).join(";");
  }
  inline(root);
  blocks(root, isOffice);
  tables(root);
  return root;
}

function removeComments(root) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.remove();
}

function limitDepth(root) {
  const visit = (element, depth) => {
    for (const child of [...element.children]) {
      if (depth >= DEPTH_MAX) child.replaceWith(child.textContent);
      else visit(child, depth + 1);
    }
  };
  visit(root, 0);
}

function removeHidden(root) {
  for (const element of root.querySelectorAll("[data-style], [hidden]")) {
    const style = element.dataset.style ?? "";
    // 公众号 hides the whole article until its script runs; only `display` hides on purpose.
    if (element.hidden || styleValue(style, "display") === "none" || /mso-hide:\s*all/i.test(style)) element.remove();
  }
}

/** `background: red` is a colour; with a picture or a gradient it is dropped. */
function colourOfBackground([name, value]) {
  return name === "background" && /^(#[0-9a-f]{3,8}|[a-z]+|rgba?\([^()]*\)|hsla?\([^()]*\))$/.test(value) && !["none", "inherit", "initial"].includes(value) ? ["background-color", value] : [name, value];
}

const ALIGN = new Set(["left", "center", "right", "justify"]);

/** Turns old attributes into styles. Styles win. */
function attributesToStyles(root) {
  const add = (element, declaration) => { element.dataset.style = `${declaration};${element.dataset.style ?? ""}`; };
  for (const element of root.querySelectorAll("[align], [valign], [bgcolor], font, center, td[width], th[width], table[width]")) {
    const align = element.getAttribute("align")?.toLowerCase();
    if (ALIGN.has(align) && !["img", "table"].includes(element.localName)) add(element, `text-align:${align}`);
    const colour = element.getAttribute("bgcolor");
    if (colour) add(element, `background-color:${colour}`);
    const vertical = element.getAttribute("valign")?.toLowerCase();
    if (["top", "middle", "bottom"].includes(vertical)) add(element, `vertical-align:${vertical}`);
    const width = element.getAttribute("width");
    if (width && /^\d{1,4}(%|px)?$/.test(width) && ["td", "th", "table"].includes(element.localName)) add(element, `width:${/\d$/.test(width) ? `${width}px` : width}`);
    if (element.localName === "center") add(element, "text-align:center");
    if (element.localName === "font" && element.getAttribute("color")) add(element, `color:${element.getAttribute("color")}`);
  }
}

const FORMATS = { b: "strong", strong: "strong", i: "em", em: "em", cite: "em", dfn: "em", u: "u", ins: "u", s: "s", del: "s", strike: "s", sub: "sub", sup: "sup", code: "code", kbd: "code", tt: "code", samp: "code" };
const SIZES = { small: "font-size:smaller", big: "font-size:larger" };

/** Marks of a style: what bold, italic and lines are by declarations. */
function marksOf(style) {
  const marks = [];
  for (const [name, value] of parseStyle(style)) {
    if (name === "font-weight" && (value === "bold" || value === "bolder" || Number(value) >= 600)) marks.push("strong");
    if (name === "font-style" && value === "italic") marks.push("em");
    if (name.startsWith("text-decoration") && value.includes("underline")) marks.push("u");
    if (name.startsWith("text-decoration") && value.includes("line-through")) marks.push("s");
    if (name === "vertical-align" && value === "super") marks.push("sup");
    if (name === "vertical-align" && value === "sub") marks.push("sub");
  }
  return marks;
}

/** Makes `strong`, `em`, `u`, `s`, `sub`, `sup`, `code`, `a` and `span` of all elements in texts. Spans carry the whole style that counts at their place. */
function inline(root) {
  for (const element of [...root.querySelectorAll("*")]) {
    const tag = element.localName;
    if (BLOCK_SET.has(tag) || ["img", "br", "a", "col", "colgroup"].includes(tag)) continue;
    const style = `${SIZES[tag] ?? (tag === "mark" ? "background-color:#fff3a3" : "")};${element.dataset.style ?? ""}`;
    // Google Docs wraps everything in a bold element that is not bold.
    const isNormal = ["400", "normal"].includes(styleValue(style, "font-weight")) && FORMATS[tag] === "strong";
    const names = new Set([...(isNormal || !FORMATS[tag] ? [] : [FORMATS[tag]]), ...marksOf(style)]);
    const inherited = element.parentElement.closest("span[data-style]")?.dataset.style ?? "";
    const merged = new Map(parseStyle(inherited));
    for (const [name, value] of parseStyle(style)) if (INLINE.has(name) && isAllowed(name, value)) merged.set(name, value);
    const span = rename(element, "span");
    delete span.dataset.style;
    if (merged.size) span.dataset.style = formatStyle([...merged]);
    for (const name of names) wrapContent(span, name);
  }
}

function wrapContent(element, tag) {
  const wrapper = element.ownerDocument.createElement(tag);
  wrapper.append(...element.childNodes);
  element.append(wrapper);
}

const hasBlocks = (element) => element.querySelector(BLOCKS) !== null;
const isEmpty = (element) => !element.textContent.trim() && !element.querySelector("img, hr, br, table");

/** Makes `section`, `p`, headings, quotes, lists and code of all blocks, and keeps what is allowed of their styles. */
const OFFICE_LAYOUT = /^(margin(-right|-top|-bottom)?|padding.*|border-(collapse|spacing)|height|white-space)$/;

function blocks(root, isOffice) {
  for (const element of [...root.querySelectorAll("span:not([data-style])")]) if (hasBlocks(element)) unwrap(element);
  if (isOffice) for (const line of root.querySelectorAll(":scope > br")) line.remove();
  for (const element of [...root.querySelectorAll(BLOCKS)]) {
    const style = filterStyle(element.dataset.style, (name) => !isOffice || !OFFICE_LAYOUT.test(name));
    // Marks of a whole block.
    const marks = marksOf(style);
    if (marks.length && !/^(h\d|table|tr|tbody|thead|tfoot|ul|ol)$/.test(element.localName) && !hasBlocks(element)) {
      for (const name of new Set(marks)) wrapContent(element, name);
    }
    // They are marks now.
    const rest = filterStyle(style, (name) => !/^(font-weight|font-style|text-decoration)$/.test(name));
    if (rest) element.dataset.style = rest; else delete element.dataset.style;
    // Empty lines make space, which paragraphs have here.
    if (isOffice && /^(p|h\d)$/.test(element.localName) && isEmpty(element) && !element.closest("td, th")) element.remove();
  }
  // The innermost boxes first, so that what they become is known.
  for (const element of [...root.querySelectorAll(BOXES)].reverse()) {
    const style = element.dataset.style ?? "";
    if (isEmpty(element) && !/background|border|height/.test(style)) element.remove();
    else if (!hasBlocks(element)) {
      // A paragraph can be no flexible box and needs no width.
      const paragraph = rename(element, element.closest("p, h1, h2, h3, h4, h5, h6") ? "span" : "p");
      if (paragraph.localName === "span") continue;
      const kept = filterStyle(style, (name) => name !== "display");
      if (kept) paragraph.dataset.style = kept; else delete paragraph.dataset.style;
      if (element.localName === "dt") wrapContent(paragraph, "strong");
    } else if (!style) {
      wrapLoose(element);
      unwrap(element);
    } else {
      wrapLoose(element);
      if (element.localName !== "section") rename(element, "section");
    }
  }
  wrapLoose(root);
  // Paragraphs in which a parser left blocks.
  for (const paragraph of [...root.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    if (hasBlocks(paragraph)) {
      wrapLoose(paragraph);
      unwrap(paragraph);
    }
  }
}

/** Puts texts between blocks into paragraphs. */
function wrapLoose(element) {
  if (!hasBlocks(element)) return;
  let paragraph = null;
  for (const node of [...element.childNodes]) {
    const isBlock = node.nodeType === Node.ELEMENT_NODE && (BLOCK_SET.has(node.localName) || hasBlocks(node));
    if (isBlock) paragraph = null;
    else if (!paragraph && node.nodeType === Node.TEXT_NODE && !node.data.trim()) node.remove();
    else if (!paragraph && node.localName === "br") node.remove();
    else {
      if (!paragraph) {
        paragraph = element.ownerDocument.createElement("p");
        node.before(paragraph);
      }
      paragraph.append(node);
    }
  }
}

const CELLS_MAX = 10_000;
const SPAN_MAX = 100;

/** Captions become paragraphs; spans of cells are bounded. */
function tables(root) {
  for (const caption of root.querySelectorAll("caption")) {
    const table = caption.closest("table");
    if (!table || isEmpty(caption)) caption.remove();
    else table.before(rename(caption, "p"));
  }
  for (const cell of [...root.querySelectorAll("td, th")].slice(CELLS_MAX)) cell.remove();
  for (const cell of root.querySelectorAll("[colspan], [rowspan]")) {
    for (const name of ["colspan", "rowspan"]) {
      const number = Number(cell.getAttribute(name) ?? 1);
      if (!Number.isInteger(number) || number < 1 || number > SPAN_MAX) cell.removeAttribute(name);
    }
  }
}
