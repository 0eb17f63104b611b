// Parses HTML of others. Attributes `style` are called `data-style` in the result: a strict content security policy reports each
// `style` and each handler of an event that a parser meets, and nothing but the cleaner reads them anyway. Own attributes are renamed too.

const STYLE_ELEMENT = /<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi;

/** Renames attributes in the source. What looks like a tag in a comment or a script is renamed too, which harms nothing. */
function renameStyles(html) {
  let output = "";
  let at = 0;
  while (at < html.length) {
    const start = html.indexOf("<", at);
    if (start < 0 || start === html.length - 1) return output + html.slice(at);
    output += html.slice(at, start);
    at = start;
    if (!/[a-z]/i.test(html[start + 1])) {
      output += html[at++];
      continue;
    }
    let end = start + 1;
    while (end < html.length && !/[\s/>]/.test(html[end])) end++;
    // A base would change the addresses of the page's own parser.
    output += /^<base$/i.test(html.slice(at, end)) ? "<x-base" : html.slice(at, end);
    at = end;
    // Attributes, as a parser of HTML reads them.
    while (at < html.length && html[at] !== ">") {
      const space = /^[\s/]*/.exec(html.slice(at, at + 4096))[0];
      output += space;
      at += space.length;
      if (at >= html.length || html[at] === ">") break;
      end = at + 1;
      while (end < html.length && !/[\s/>=]/.test(html[end])) end++;
      const name = html.slice(at, end);
      output += /^(style|data-own-style)$/i.test(name) ? "data-style" : /^(data-(style|bytes|copy|remote|pm-slice)|on.*)$/i.test(name) ? "data-other" : name;
      at = end;
      end = skipSpaces(html, at);
      if (html[end] !== "=") continue;
      end = skipSpaces(html, end + 1);
      if (html[end] === "\"" || html[end] === "'") {
        const close = html.indexOf(html[end], end + 1);
        end = close < 0 ? html.length : close + 1;
      } else {
        while (end < html.length && !/[\s>]/.test(html[end])) end++;
      }
      output += html.slice(at, end);
      at = end;
    }
  }
  return output;
}

function skipSpaces(text, at) {
  while (at < text.length && /\s/.test(text[at])) at++;
  return at;
}

/** Returns the body as an inert element, and the text of the style sheets. */
export function parseHtml(html) {
  let sheets = "";
  const body = html.replace(STYLE_ELEMENT, (_, sheet) => {
    sheets += `${sheet}\n`;
    return "";
  });
  return { body: new DOMParser().parseFromString(renameStyles(body), "text/html").body, sheets };
}

const RULE = /([^{}@]+)\{([^{}]*)\}/g;
const SELECTOR = /^([a-z0-9]*)(?:\.([\w-]+))?$/i;
const RULES_MAX = 2_000;

/** Adds the declarations of simple rules (`td`, `.xl65`, `p.name`) to the elements: spreadsheets have their styles there. */
export function inlineRules(root, sheets) {
  const text = sheets.replace(/<!--|-->/g, "").replace(/\/\*[\s\S]*?\*\//g, "");
  const rules = new Map();
  for (const [, selectors, declarations] of [...text.matchAll(RULE)].slice(0, RULES_MAX)) {
    for (const selector of selectors.split(",")) {
      const [whole, tag, name] = SELECTOR.exec(selector.trim()) ?? [];
      if (!whole || whole === "p" || tag === "body") continue;
      const key = `${tag.toLowerCase()}.${name ?? ""}`;
      rules.set(key, `${rules.get(key) ?? ""}${declarations.replace(/\s+/g, " ")};`);
    }
  }
  if (!rules.size) return;
  for (const element of root.querySelectorAll("*")) {
    const tag = element.localName;
    const names = [...element.classList];
    const found = [`${tag}.`, ...names.map((name) => `.${name}`), ...names.map((name) => `${tag}.${name}`)].map((key) => rules.get(key) ?? "");
    const style = found.join("");
    if (style) element.dataset.style = `${style}${element.dataset.style ?? ""}`;
  }
}

/** Returns the formats of the levels of lists in a style sheet of Word, such as `l0:level1` → `bullet`. */
export function listFormats(sheets) {
  const formats = new Map();
  for (const [, name, declarations] of sheets.matchAll(/@list\s+(l\d+:level\d+)[^{]*\{([^}]*)\}/g)) {
    const format = /mso-level-number-format:\s*([\w-]+)/.exec(declarations);
    formats.set(name, format ? format[1] : "decimal");
  }
  return formats;
}

/** Replaces an element by its children. */
export const unwrap = (element) => element.replaceWith(...element.childNodes);

/** Replaces an element by one with another name, which gets its children and its style. */
export function rename(element, tag) {
  const renamed = element.ownerDocument.createElement(tag);
  if (element.dataset.style) renamed.dataset.style = element.dataset.style;
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
  return renamed;
}
