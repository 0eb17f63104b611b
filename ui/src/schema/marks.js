// The marks of texts.
import { Mark, mergeAttributes } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { Code } from "@tiptap/extension-code";
import { Italic } from "@tiptap/extension-italic";
import { Strike } from "@tiptap/extension-strike";
import { Underline } from "@tiptap/extension-underline";
import { filterStyle, INLINE, withStyle } from "../clean/style.js";

/** The only page of this server that articles may link to. */
const PASSWORD_PAGE = "/me/password";
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "dingtalk:"]);

/** Returns the address if a link may have it, as crates/web/src/clean/address.rs decides; else null. */
export function safeHref(address) {
  const plain = (address ?? "").trim().replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
  if (plain === PASSWORD_PAGE) return plain;
  try {
    return SCHEMES.has(new URL(plain).protocol) ? plain : null;
  } catch {
    return null;
  }
}

const Link = Mark.create({
  name: "link",
  priority: 1000,
  inclusive: false,
  addAttributes: () => ({ href: { default: null } }),
  parseHTML: () => [{
    tag: "a[href]",
    getAttrs: (element) => {
      const href = safeHref(element.getAttribute("href"));
      return href ? { href } : false;
    },
  }],
  renderHTML: ({ mark }) => ["a", { href: mark.attrs.href }, 0],
  addCommands() {
    return {
      setLink: (href) => ({ chain }) => chain().extendMarkRange("link").setMark("link", { href }).run(),
      unsetLink: () => ({ chain }) => chain().extendMarkRange("link").unsetMark("link").run(),
    };
  },
});

/** Colour, size and spacing of letters. */
const TextStyle = Mark.create({
  name: "textStyle",
  priority: 101,
  addAttributes: () => ({ style: { default: null } }),
  parseHTML: () => [{
    tag: "span[data-style]",
    getAttrs: (element) => {
      const style = filterStyle(element.dataset.style, (name) => INLINE.has(name));
      return style ? { style } : false;
    },
  }],
  renderHTML: ({ mark }) => ["span", { style: mark.attrs.style }, 0],
  addCommands() {
    return {
      /** Changes declarations of each part of the selection; null removes one. */
      setTextStyle: (changes) => ({ state, tr, dispatch }) => {
        const type = state.schema.marks.textStyle;
        const { from, to, empty } = state.selection;
        const next = (mark) => withStyle(mark?.attrs.style, changes);
        if (empty) {
          const style = next(type.isInSet(state.storedMarks ?? state.selection.$from.marks()));
          if (style) tr.addStoredMark(type.create({ style })); else tr.removeStoredMark(type);
        } else {
          state.doc.nodesBetween(from, to, (node, at) => {
            if (!node.isText) return;
            const [start, end] = [Math.max(from, at), Math.min(to, at + node.nodeSize)];
            const style = next(type.isInSet(node.marks));
            if (style) tr.addMark(start, end, type.create({ style })); else tr.removeMark(start, end, type);
          });
        }
        dispatch?.(tr);
        return true;
      },
    };
  },
});

const simple = (name, tag, excludes) => Mark.create({
  name,
  excludes,
  parseHTML: () => [{ tag }],
  renderHTML: ({ HTMLAttributes }) => [tag, mergeAttributes(HTMLAttributes), 0],
});

/** By tags only: styles were turned into elements before. */
const byTag = (extension, tag) => extension.extend({ parseHTML: () => [{ tag }] });

export const marks = [
  Link,
  TextStyle,
  byTag(Bold, "strong"),
  byTag(Italic, "em"),
  byTag(Underline, "u"),
  byTag(Strike, "s"),
  byTag(Code, "code"),
  simple("subscript", "sub", "superscript"),
  simple("superscript", "sup", "subscript"),
];
