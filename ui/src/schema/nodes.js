// The blocks of articles. Each keeps its filtered style.
import { Extension, Node } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { CodeBlock } from "@tiptap/extension-code-block";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { HorizontalRule } from "@tiptap/extension-horizontal-rule";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { Dropcursor, Gapcursor, UndoRedo } from "@tiptap/extensions";
import { CellSelection } from "@tiptap/pm/tables";
import { filterStyle, styleValue, withStyle } from "../clean/style.js";
import { Picture } from "./picture.js";

const STYLED = ["paragraph", "heading", "blockquote", "section", "codeBlock", "bulletList", "orderedList", "listItem", "horizontalRule", "table", "tableRow", "tableCell", "tableHeader"];
/** What alignment, indents and heights of lines apply to. */
const TEXTS = new Set(["paragraph", "heading"]);
const INDENT_EM = 2;
const INDENT_MAX_EM = 12;

/** A box with a style, such as a frame of a 公众号 article. */
const Section = Node.create({
  name: "section",
  group: "block",
  content: "block+",
  defining: true,
  parseHTML: () => [{ tag: "section" }],
  renderHTML: ({ HTMLAttributes }) => ["section", HTMLAttributes, 0],
});

/** Texts in the selection, and the cells if cells are selected. */
function forEachText(state, visit) {
  const { selection } = state;
  for (const { $from, $to } of selection.ranges) {
    state.doc.nodesBetween($from.pos, $to.pos, (node, at) => {
      if (TEXTS.has(node.type.name)) visit(node, at);
    });
  }
}

const BlockStyle = Extension.create({
  name: "blockStyle",
  addGlobalAttributes: () => [{
    types: STYLED,
    attributes: {
      style: {
        default: null,
        parseHTML: (element) => filterStyle(element.dataset.style),
        renderHTML: ({ style }) => (style ? { style } : {}),
      },
    },
  }],
  addCommands() {
    return {
      /** Changes declarations of the texts in the selection; null removes one. */
      setBlockStyle: (changes) => ({ state, tr, dispatch }) => {
        let found = false;
        forEachText(state, (node, at) => {
          found = true;
          tr.setNodeAttribute(at, "style", withStyle(node.attrs.style, typeof changes === "function" ? changes(node.attrs.style) : changes));
        });
        if (found) dispatch?.(tr);
        return found;
      },
      /** Moves texts by two characters to the right or back; items of lists to another level. */
      changeIndent: (direction) => ({ commands, editor }) => {
        if (editor.isActive("listItem")) return direction > 0 ? commands.sinkListItem("listItem") : commands.liftListItem("listItem");
        return commands.setBlockStyle((style) => {
          const now = Number(/^([\d.]+)em$/.exec(styleValue(style, "margin-left") ?? "")?.[1] ?? 0);
          const next = Math.min(Math.max(now + direction * INDENT_EM, 0), INDENT_MAX_EM);
          return { "margin-left": next ? `${next}em` : null };
        });
      },
      /** Sets the style of the selected cells, or of the one with the cursor. */
      setCellStyle: (changes) => ({ state, tr, dispatch }) => {
        const change = (node, at) => tr.setNodeAttribute(at, "style", withStyle(node.attrs.style, changes));
        if (state.selection instanceof CellSelection) state.selection.forEachCell(change);
        else {
          const { $from } = state.selection;
          let depth = $from.depth;
          while (depth > 0 && !/^table(Cell|Header)$/.test($from.node(depth).type.name)) depth--;
          if (!depth) return false;
          change($from.node(depth), $from.before(depth));
        }
        dispatch?.(tr);
        return true;
      },
    };
  },
});

const noMarkdown = { parseMarkdown: undefined, renderMarkdown: undefined, markdownTokenizer: undefined };

const cell = (extension, tag) => extension.extend({
  ...noMarkdown,
  addAttributes: () => ({ colspan: number("colspan"), rowspan: number("rowspan"), colwidth: { default: null, rendered: false, parseHTML: () => null } }),
  renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
});

const number = (name) => ({
  default: 1,
  parseHTML: (element) => Number(element.getAttribute(name) ?? 1),
  renderHTML: (attributes) => (attributes[name] > 1 ? { [name]: attributes[name] } : {}),
});

export const nodes = [
  Document,
  Text,
  Paragraph,
  Heading.configure({ levels: [1, 2, 3, 4, 5, 6] }),
  Blockquote,
  CodeBlock.extend({ addAttributes: () => ({}), parseHTML: () => [{ tag: "pre", preserveWhitespace: "full" }], renderHTML: ({ HTMLAttributes }) => ["pre", HTMLAttributes, ["code", 0]] }),
  BulletList,
  OrderedList.extend({ addAttributes: () => ({ start: { default: 1, parseHTML: (element) => Math.max(1, parseInt(element.getAttribute("start"), 10) || 1), renderHTML: ({ start }) => (start > 1 ? { start } : {}) } }) }),
  ListItem,
  ListKeymap,
  HardBreak,
  HorizontalRule,
  Section,
  Table.extend({ ...noMarkdown, addOptions() { return { ...this.parent?.(), resizable: false, View: null, HTMLAttributes: {} }; }, renderHTML: ({ HTMLAttributes }) => ["table", HTMLAttributes, ["tbody", 0]] }),
  TableRow.extend({ ...noMarkdown }),
  cell(TableCell, "td"),
  cell(TableHeader, "th"),
  Picture,
  BlockStyle,
  Gapcursor,
  Dropcursor.configure({ color: false, class: "ae-drop" }),
  UndoRedo.configure({ depth: 500 }),
];
