// The declarations of `style` attributes that articles may have: the same as crates/web/src/clean/style.rs. ui/corpus/styles.json tests both.

export const PROPERTIES = [
  "background-color", "border-collapse", "border-radius", "border-spacing", "color", "display", "font-size", "font-style",
  "font-weight", "height", "letter-spacing", "line-height", "max-width", "text-align", "text-decoration", "text-indent",
  "vertical-align", "white-space", "width",
];
const ALLOWED = new Set(PROPERTIES);
const SPACING = /^(margin|padding)(-top|-right|-bottom|-left)?$/;
const BORDER = /^border(-top|-right|-bottom|-left)?(-color|-style|-width)?$/;
const DISPLAYS = new Set(["block", "inline", "inline-block", "flex", "inline-flex"]);
const FUNCTIONS = new Set(["rgb", "rgba", "hsl", "hsla"]);
const VALUE_MAX = 96;
const DECLARATIONS_MAX = 64;
/** What the style of a part of a text may have. Everything else belongs to blocks. */
export const INLINE = new Set(["background-color", "color", "font-size", "letter-spacing"]);

/** Lets ASCII letters only change their case, as the server does. */
const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Returns the declarations as pairs of name and value, in their order; forbidden ones too. */
export function parseStyle(text) {
  const declarations = [];
  for (const declaration of (text ?? "").split(";").slice(0, DECLARATIONS_MAX)) {
    const colon = declaration.indexOf(":");
    if (colon < 0) continue;
    const value = lower(declaration.slice(colon + 1).trim());
    declarations.push([lower(declaration.slice(0, colon).trim()), value.replace(/!important$/, "").trim()]);
  }
  return declarations;
}

function isPlain(value) {
  if (!value || value.length > VALUE_MAX || !/^[a-z0-9 #%.,()\-+/]*$/.test(value) || value.includes("/*")) return false;
  for (let at = value.indexOf("("); at >= 0; at = value.indexOf("(", at + 1)) {
    if (!FUNCTIONS.has(value.slice(0, at).split(/[ ,(]/).pop())) return false;
  }
  return true;
}

/** Negative lengths would move content over its neighbours. */
const hasNegative = (value) => value.split(/[ ,(]/).some((word) => word.startsWith("-"));

export function isAllowed(name, value) {
  if (!ALLOWED.has(name) && !SPACING.test(name) && !BORDER.test(name)) return false;
  return isPlain(value) && !hasNegative(value) && (name !== "display" || DISPLAYS.has(value));
}

export const formatStyle = (declarations) => declarations.map(([name, value]) => `${name}:${value}`).join(";") || null;

/** Returns the allowed declarations; null if none is. */
export function filterStyle(text, keep = () => true) {
  return formatStyle(parseStyle(text).filter(([name, value]) => isAllowed(name, value) && keep(name, value)));
}

/** Sets declarations in a style; those with a value of null are removed. Returns null for an empty style. */
export function withStyle(text, changes) {
  const declarations = new Map(parseStyle(text));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) declarations.delete(name); else declarations.set(name, value);
  }
  return filterStyle([...declarations].map(([name, value]) => `${name}:${value}`).join(";"));
}

/** Returns the value of a property in a style. */
export const styleValue = (text, name) => parseStyle(text).findLast((declaration) => declaration[0] === name)?.[1] ?? null;
