// Counts words as Chinese and English authors do: each Chinese character, and each word of other scripts.

const HAN = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
/** A word of another script ends where a Chinese character follows without a space. */
const WORD = new RegExp(`[${HAN}]|(?:(?![${HAN}])[\\p{L}\\p{N}])(?:(?![${HAN}])[\\p{L}\\p{N}\\p{M}'’_.-])*`, "gu");

export const countWords = (text) => text.match(WORD)?.length ?? 0;

export const format = (number, lang) => new Intl.NumberFormat(lang).format(number);
