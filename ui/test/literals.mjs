// Reads source code by the rules of its language for literals and brackets, without its tools.

const fail = (message, code, at) => {
  throw new Error(`${message}: ${JSON.stringify(code.slice(Math.max(0, at - 20), at + 40))}`);
};

/** A literal with escapes. `escapes` are those of the language beside the usual ones; an unknown one is an error. */
const escaped = (quote, { escapes = {}, forbidden = /(?!)/ } = {}) => (code, start) => {
  if (code[start] !== quote) return undefined;
  let value = "";
  for (let at = start + 1; at < code.length; at++) {
    const letter = code[at];
    if (letter === quote) return { value, end: at + 1 };
    if (letter === "\n" && quote === '"') fail("a line break in a literal", code, at);
    if (forbidden.test(code.slice(at, at + 2))) fail("something is inserted", code, at);
    if (letter !== "\\") {
      value += letter;
      continue;
    }
    const rest = code.slice(at + 1);
    const usual = { "\\": "\\", [quote]: quote, n: "\n", r: "\r", t: "\t" };
    const [pattern, read] = Object.entries(escapes).find(([pattern]) => new RegExp(`^(?:${pattern})`).test(rest)) ?? [];
    if (pattern) {
      const found = new RegExp(`^(?:${pattern})`).exec(rest);
      value += read(...found.slice(1));
      at += found[0].length;
    } else if (rest[0] in usual) {
      value += usual[rest[0]];
      at += 1;
    } else {
      fail("an unknown escape", code, at);
    }
  }
  return fail("a literal has no end", code, start);
};
const hex = (digits) => String.fromCodePoint(parseInt(digits, 16));
const U4 = { "u([0-9a-f]{4})": hex };
const U_BRACES = { "u\\{([0-9a-f]+)\\}": hex };
// The bytes of UTF-8.
const OCTAL = { "((?:[0-3][0-7]{2})(?:\\\\[0-3][0-7]{2})*)": (all) => Buffer.from(all.split("\\").map((digits) => parseInt(digits, 8))).toString(), "\\?": () => "?" };

/** A literal in single quotes, in which only the quote and a backslash are escaped. */
const plain = (code, start) => {
  if (code[start] !== "'") return undefined;
  const end = /^'(?:[^'\\]|\\[^])*'/.exec(code.slice(start))?.[0].length ?? fail("a literal has no end", code, start);
  return { value: code.slice(start + 1, start + end - 1).replace(/\\([\\'])/g, "$1"), end: start + end };
};

/** A literal without escapes: an expression with the group `text`. */
const raw = (expression, check = () => undefined) => (code, start) => {
  const found = new RegExp(`^${expression}`).exec(code.slice(start));
  if (!found) return undefined;
  check(found.groups.text, found);
  return { value: found.groups.text, end: start + found[0].length };
};

function textBlock(code, start) {
  if (!code.startsWith('"""\n', start)) return undefined;
  let end = start + 4;
  while (!code.startsWith('"""', end)) end += code[end] === "\\" ? 2 : 1;
  const lines = code.slice(start + 4, end).split("\n");
  const indentation = Math.min(...lines.filter((line) => line.trim()).map((line) => /^ */.exec(line)[0].length));
  const text = lines.map((line) => line.slice(indentation).replace(/ +$/, "")).join("\n");
  return { value: escaped("\0", { escapes: { '"': () => '"' } })(`\0${text}\0`, 0).value, end: end + 3 };
}

const swiftRaw = raw('(?<fence>#+)"""\\n(?<text>[^]*?)\\n"""\\k<fence>', (text, { groups }) => {
  if (text.includes(`\\${groups.fence}`)) throw new Error("an escape in a raw literal");
});

/** Words of the shell in single quotes, between which a quote is escaped. */
function shellWord(code, start) {
  const found = /^'[^']*'(?:\\''[^']*')*/.exec(code.slice(start))?.[0];
  return found && { value: found.slice(1, -1).replaceAll("'\\''", "'"), end: start + found.length };
}

const LITERALS = {
  shell: [shellWord],
  javascript: [escaped('"', { escapes: U4 }), escaped("'")],
  java: [textBlock, escaped('"', { escapes: U4 })],
  swift: [swiftRaw, escaped('"', { escapes: { ...U_BRACES, "\\(boundary\\)": () => "boundary" } })],
  go: [raw("`(?<text>[^`]*)`"), escaped('"', { escapes: U4 })],
  php: [raw("<<<'JSON'\\n(?<text>[^]*?)\\n *JSON\\b"), plain, escaped('"', { forbidden: /^\$|^\{\$/ })],
  python: [escaped('"', { escapes: U4 })],
  c: [escaped('"', { escapes: OCTAL, forbidden: /^\?\?/ })],
  csharp: [raw('(?<fence>"{3,})\\n(?<text>[^]*?)\\n\\k<fence>(?!")'), escaped('"', { escapes: U4 })],
  objc: [escaped('"', { escapes: OCTAL, forbidden: /^\?\?/ })],
  ruby: [raw("<<~'JSON'\\n(?<text>[^]*?)\\n *JSON\\n"), plain, escaped('"', { forbidden: /^#[{$@]/ })],
  ocaml: [raw("\\{json\\|(?<text>[^]*?)\\|json\\}"), escaped('"', { escapes: { ...U_BRACES, "(\\d{3})": (digits) => String.fromCharCode(digits) } })],
  dart: [raw("r'''\\n(?<text>[^]*?)'''"), escaped("'", { escapes: { "\\$": () => "$" }, forbidden: /^\$/ }), escaped('"', { escapes: { ...U4, "\\$": () => "$" }, forbidden: /^\$/ })],
  r: [raw('r"(?<dashes>-*)\\((?<text>[^]*?)\\)\\k<dashes>"'), escaped('"', { escapes: U4 })],
};
// Here literals that only spaces are between are one.
const JOINS = new Set(["c", "objc"]);
const CLOSES = { ")": "(", "]": "[", "}": "{" };

/** Returns the values of all literals. Throws if a bracket or a literal has no end, or something is inserted into a literal. */
export function read(language, code) {
  const values = [];
  const open = [];
  let lastEnd = -1;
  for (let at = 0; at < code.length; ) {
    const literal = LITERALS[language].map((reader) => reader(code, at)).find(Boolean);
    if (literal) {
      const joined = JOINS.has(language) && values.length > 0 && /^\s+$/.test(code.slice(lastEnd, at));
      values.push(joined ? values.pop() + literal.value : literal.value);
      at = lastEnd = literal.end;
      continue;
    }
    const letter = code[at];
    if ("([{".includes(letter)) open.push(letter);
    else if (letter in CLOSES && open.pop() !== CLOSES[letter]) fail("a bracket has no start", code, at);
    else if ("\"'`".includes(letter)) fail("a quote outside of a literal", code, at);
    at += 1;
  }
  if (open.length) throw new Error(`without an end: ${open}`);
  return values;
}
