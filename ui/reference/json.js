// JSON as it is written in an example: with line breaks, every number and text exactly as it came.

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const INDENT = "  ";

/** The tokens of a JSON object or array, or nothing if the text is something else. */
export function tokens(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? text.match(TOKEN) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Joins tokens with line breaks. `JSON.parse` and `JSON.stringify` would change numbers above 2^53, `1.0` and names that are there twice.
 * `write` turns a token, which is a name or not, into the text of a language.
 */
export function pretty(list, write = (token) => token) {
  let depth = 0;
  let text = "";
  list.forEach((token, index) => {
    const [before, next] = [list[index - 1], list[index + 1]];
    const line = () => `\n${INDENT.repeat(depth)}`;
    if (token === "]" || token === "}") {
      depth -= 1;
      if (before !== "[" && before !== "{") text += line();
      text += token;
    } else if (token === ",") {
      text += `,${line()}`;
    } else if (token === ":") {
      text += ": ";
    } else if (token === "[" || token === "{") {
      depth += 1;
      text += token;
      if (next !== "]" && next !== "}") text += line();
    } else {
      text += write(token, next === ":");
    }
  });
  return text;
}

/** Moves all lines but the first to the right. Only for texts whose line breaks are outside of literals. */
export const indent = (text, by) => text.replaceAll("\n", `\n${by}`);
