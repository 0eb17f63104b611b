// A picture in a line of text: one of this server, one that is on its way here, or a placeholder.
import { Node } from "@tiptap/core";
import { filterStyle } from "../clean/style.js";
import { PictureView } from "../picture_view.js";

const WIDTH = /^\d{1,4}%?$/;

export const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  draggable: true,
  addOptions: () => ({ uploads: null, mediaBase: "/media/", texts: {} }),
  addAttributes: () => ({
    /** Media id, path or `data:` address; null for a placeholder. */
    src: { default: null },
    /** The address on another server, from which it is not shown. */
    remote: { default: null },
    alt: { default: "" },
    width: { default: null },
    style: { default: null },
    /** The id of an upload that is under way or failed. */
    upload: { default: null },
  }),
  parseHTML() {
    return [{
      tag: "img",
      getAttrs: (element) => {
        const width = element.getAttribute("width")?.trim().replace(/px$/, "");
        return {
          src: element.getAttribute("src"),
          remote: element.dataset.remote ?? null,
          alt: element.getAttribute("alt") ?? "",
          width: width && WIDTH.test(width) ? width : null,
          style: filterStyle(element.dataset.style, (name) => !/^(line-height|white-space|text-|letter-spacing|color|font)/.test(name)),
          upload: this.options.uploads?.adopt(element.dataset) ?? null,
        };
      },
    }];
  },
  renderHTML({ node: { attrs } }) {
    return ["img", { src: attrs.src ?? attrs.remote, alt: attrs.alt, width: attrs.width, style: attrs.style }];
  },
  renderText: ({ node }) => node.attrs.alt,
  addNodeView() {
    return ({ editor, node, getPos }) => new PictureView(editor, node, getPos, this.options);
  },
});
