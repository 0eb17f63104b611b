// Literals of the languages. The input of each function is the text of a body, the output is source code.
import { indent, pretty, tokens } from "./json.js";

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u2028\u2029]/g;
const hex = (letter, width) => letter.charCodeAt(0).toString(16).padStart(width, "0");

/** A literal in double quotes. `control` writes the letters that have no short escape. */
const quoted = (control) => (text) =>
  `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t").replace(CONTROL, control)}"`;
/** A literal in single quotes, where a line break stands for itself. */
const single = (text) => `'${text.replace(/[\\']/g, "\\$&")}'`;

const unicode = quoted((letter) => `\\u${hex(letter, 4)}`);
// In C `??/` may be a backslash, and an escape in hexadecimal would go on with the digits that follow it.
const cString = (text) => {
  const octal = quoted((letter) => [...new TextEncoder().encode(letter)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""));
  return octal(text).replace(/\?(?=\?)/g, "?\\");
};
const swiftString = quoted((letter) => `\\u{${hex(letter, 1)}}`);
const ocamlString = quoted((letter) => `\\u{${hex(letter, 1)}}`);

/** JSON over several lines, or nothing if it is one line, or no JSON. */
function lines(text) {
  const list = tokens(text);
  return list && list.length > 2 ? pretty(list) : undefined;
}
const compact = (text) => tokens(text)?.join("") ?? text;

/** The longest run of a letter after a text, plus one: the number that a raw literal needs so that its content does not end it. */
function longest(text, pattern) {
  return Math.max(0, ...Array.from(text.matchAll(pattern), ([, run]) => run.length + 1));
}

/** Adjacent literals, one for each line, which C and Objective-C join. */
const joined = (first) => (text) => {
  const all = lines(text)?.split("\n");
  if (!all) return first + cString(compact(text));
  return all.map((line, index) => `\n    ${index ? "" : first}${cString(index < all.length - 1 ? `${line}\n` : line)}`).join("");
};

// Numbers that JavaScript and Python would not write again as the same value.
const UNSAFE_NUMBER = { javascript: (token) => String(Number(token)) !== token, python: (token) => !/^(0|-?[1-9]\d*|-?\d{1,8}\.\d{1,6})$/.test(token) };
const isNumber = (token) => /^[-\d]/.test(token);

/** The value as a literal of the language, so that the example shows how to build it. Nothing if it would become another value. */
function value(text, language, write) {
  const list = tokens(text);
  if (!list || list.some((token) => isNumber(token) && UNSAFE_NUMBER[language](token))) return undefined;
  // A name that is there twice would be lost.
  let values = 0;
  JSON.parse(text, (_, item) => (values++, item));
  const written = list.filter((token, index) => !/^[\]},:]$/.test(token) && list[index + 1] !== ":");
  return values === written.length ? pretty(list, write) : undefined;
}
const PYTHON_WORDS = { true: "True", false: "False", null: "None" };

/** JSON as values of the language, or nothing if they would be others. */
export const objects = {
  javascript(text) {
    const write = (token, isName) => {
      if (token[0] !== '"') return token;
      const content = JSON.parse(token);
      return isName && /^[a-z_]\w*$/i.test(content) ? content : unicode(content);
    };
    // In an object literal this name sets the prototype.
    return text.includes("__proto__") ? undefined : value(text, "javascript", write);
  },
  python(text) {
    const write = (token) => (token[0] === '"' ? unicode(JSON.parse(token)) : (PYTHON_WORDS[token] ?? token));
    return value(text, "python", write);
  },
};

export const literals = {
  javascript(text) {
    const object = objects.javascript(text);
    return object ? `JSON.stringify(${indent(object, "  ")})` : unicode(text);
  },
  python(text) {
    const object = objects.python(text);
    return object ? `json.dumps(${object})` : `${unicode(text)}.encode()`;
  },
  java(text) {
    const block = lines(text);
    if (!block) return unicode(compact(text));
    return `"""\n${block.replaceAll("\\", "\\\\").replaceAll('"""', '\\"""')}"""`;
  },
  swift(text) {
    const block = lines(text);
    if (!block) return swiftString(compact(text));
    // Only three quotes and the fence end it, but not every highlighter knows that.
    const fence = "#".repeat(Math.max(1, longest(block, /["\\](#*)/g)));
    return `${fence}"""\n${block}\n"""${fence}`;
  },
  go(text) {
    const block = lines(text);
    return block && !/[`\r]/.test(block) ? `\`${block}\`` : unicode(compact(text));
  },
  php(text) {
    const block = lines(text);
    return block ? `<<<'JSON'\n${block}\nJSON` : single(compact(text));
  },
  c: joined(""),
  csharp(text) {
    const block = lines(text);
    if (!block) return unicode(compact(text));
    const fence = '"'.repeat(Math.max(3, longest(block, /("+)/g)));
    return `${fence}\n${block}\n${fence}`;
  },
  objc: joined("@"),
  ruby(text) {
    const block = lines(text);
    return block ? `<<~'JSON'\n${block}\nJSON` : single(compact(text));
  },
  ocaml(text) {
    const block = lines(text);
    return block && !block.includes("|json}") ? `{json|${block}|json}` : ocamlString(compact(text));
  },
  dart(text) {
    const block = lines(text);
    if (block && !block.includes("'''")) return `r'''\n${block}'''`;
    return unicode(compact(text)).replaceAll("$", "\\$");
  },
  r(text) {
    const block = lines(text);
    if (!block) return unicode(compact(text));
    const dashes = "-".repeat(longest(block, /\)(-*)"/g));
    return `r"${dashes}(${block})${dashes}"`;
  },
};
