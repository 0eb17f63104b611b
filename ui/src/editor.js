// `<article-editor>`: edits the HTML of the `textarea` inside. Without script, or if the editor fails, the `textarea` is edited itself.
import { Editor, Extension } from "@tiptap/core";
import { DOMParser, DOMSerializer, Slice } from "@tiptap/pm/model";
import { clean, HTML_MAX } from "./clean/clean.js";
import { filterStyle } from "./clean/style.js";
import { marks, safeHref } from "./schema/marks.js";
import { nodes } from "./schema/nodes.js";
import { documentHtml } from "./serialize.js";
import { isChinese, textsOf } from "./texts.js";
import { askLink, askPicture, askTable } from "./tools/dialogs.js";
import { Find, FindBar } from "./tools/find.js";
import { make } from "./tools/make.js";
import { newStep } from "./tools/step.js";
import { Toolbar } from "./tools/toolbar.js";
import { chooseFiles } from "./picture_view.js";
import { countWords, format } from "./count.js";
import { Uploads } from "./uploads.js";
import { toUploadable } from "./convert.js";

/** Writing the HTML takes some ms for long articles, so it waits for a pause. */
const WRITE_AFTER_MS = 250;
const PICTURE_MAX_BYTES = 20 << 20;

/** The first block of what is pasted replaces an empty paragraph, and keeps its style. */
function withFirstBlock(slice, { $from, empty }) {
  const first = slice.content.firstChild;
  if (!empty || !slice.openStart || !first?.attrs.style || $from.parent.type.name !== "paragraph" || $from.parent.content.size) return slice;
  return new Slice(slice.content, 0, slice.openEnd);
}

function ownSerializer(schema) {
  const own = (makers) => Object.fromEntries(Object.entries(makers).map(([name, make_]) => [name, (...of) => {
    const spec = make_(...of);
    const style = spec[1]?.style;
    return style ? [spec[0], { "data-own-style": filterStyle(style), ...spec[1] }, ...spec.slice(2)] : spec;
  }]));
  return new DOMSerializer(own(DOMSerializer.nodesFromSchema(schema)), own(DOMSerializer.marksFromSchema(schema)));
}

export class ArticleEditor extends HTMLElement {
  connectedCallback() {
    if (this.editor) return;
    this.textarea = this.querySelector("textarea");
    if (!this.textarea) return;
    this.lang_ = this.closest("[lang]")?.lang ?? "zh";
    this.texts = textsOf(this.lang_);
    try {
      this.start();
    } catch (error) {
      console.error(error);
      this.editor?.destroy();
      this.frame?.remove();
      this.textarea.hidden = false;
    }
  }

  disconnectedCallback() {
    this.write();
    this.stop?.abort();
    this.editor?.destroy();
    this.frame?.remove();
    this.editor = null;
    if (this.textarea) this.textarea.hidden = false;
  }

  start() {
    const { texts, textarea } = this;
    const { uploadUrl, copyUrl, mediaBase = "/media/" } = this.dataset;
    this.mediaBase = mediaBase;
    this.uploads = new Uploads({ upload: uploadUrl, copy: copyUrl, maxBytes: PICTURE_MAX_BYTES, texts, done: (id, mediaId) => this.uploaded(id, mediaId) });
    this.stop = new AbortController();
    const label = textarea.labels?.[0];
    if (label && !label.id) label.id = `${textarea.id || "article"}-label`;
    this.area = make("div", { className: "ae-area" });
    this.editor = new Editor({
      element: this.area,
      injectCSS: false,
      extensions: [
        ...marks,
        ...nodes.map((node) => (node.name === "picture" ? node.configure({ uploads: this.uploads, mediaBase, texts, edit: (at) => this.editPicture(at) }) : node)),
        Find.configure({ open: () => this.find.open() }),
        this.shortcuts(),
      ],
      editorProps: {
        attributes: { class: "ae-content prose written", role: "textbox", "aria-multiline": "true", ...(label ? { "aria-labelledby": label.id } : { "aria-label": texts.content }) },
        transformPasted: (slice, view) => withFirstBlock(slice, view.state.selection),
        clipboardSerializer: this.clipboardSerializer(),
        transformPastedHTML: (html) => this.cleanPasted(html),
        handlePaste: (view, event) => this.pasted(event),
        handleDrop: (view, event, _, moved) => this.dropped(view, event, moved),
        clipboardTextSerializer: (slice) => slice.content.textBetween(0, slice.content.size, "\n\n", (node) => (node.type.name === "hardBreak" ? "\n" : node.attrs.alt ?? "")),
      },
      // Pasted marks by patterns (`**bold**`) would surprise who pastes plain text.
      enablePasteRules: false,
      onUpdate: () => this.changed(),
      onTransaction: () => this.toolbar?.update(),
    });
    this.load(textarea.value);
    // Of the clipboard's texts ProseMirror passes only the HTML on.
    this.editor.view.dom.addEventListener("paste", (event) => { this.rtf = event.clipboardData?.getData("text/rtf") ?? ""; }, { capture: true, signal: this.stop.signal });
    this.toolbar = new Toolbar(this.editor, texts, {
      link: () => this.editLink(), picture: () => this.editPicture(), table: () => this.insertTable(), find: () => this.find.open(), source: () => this.toggleSource(),
    });
    this.find = new FindBar(this.editor, texts);
    this.count = make("span", { className: "ae-words" });
    this.notice = make("span", { className: "ae-notice" });
    this.notice.setAttribute("role", "status");
    const head = make("div", { className: "ae-head" }, this.toolbar.dom, this.find.dom);
    this.frame = make("div", { className: "ae" }, head, this.area, make("div", { className: "ae-foot" }, this.notice, this.count));
    textarea.hidden = true;
    textarea.after(this.frame);
    textarea.form?.addEventListener("formdata", (event) => {
      this.write();
      event.formData.set(textarea.name, textarea.value);
    }, { signal: this.stop.signal });
    label?.addEventListener("click", () => this.editor.view.focus(), { signal: this.stop.signal });
    addEventListener("pagehide", () => this.write(), { signal: this.stop.signal });
    this.showState();
  }

  /** Writes styles a second time for this editor: browsers rewrite the first. Added when the schema is there. */
  clipboardSerializer() {
    return { serializeFragment: (fragment, options, target) => {
      this.serializer ??= ownSerializer(this.editor.schema);
      return this.serializer.serializeFragment(fragment, options, target);
    } };
  }

  shortcuts() {
    return Extension.create({
      name: "articleShortcuts",
      addKeyboardShortcuts: () => ({
        "Mod-k": () => { this.editLink(); return true; },
        "Alt-F10": () => { this.toolbar.focus(); return true; },
      }),
    });
  }

  /** Replaces the content. It is no step that can be undone. */
  load(html) {
    const dom = clean(html, { mediaBase: this.mediaBase });
    const doc = DOMParser.fromSchema(this.editor.schema).parse(dom);
    const { tr } = this.editor.state;
    this.editor.view.dispatch(tr.replaceWith(0, tr.doc.content.size, doc.content).setMeta("addToHistory", false).setMeta("preventUpdate", true));
    this.written = documentHtml(this.editor.state.doc);
  }

  /** The HTML as it is now. */
  get value() {
    this.write();
    return this.textarea.value;
  }

  set value(html) {
    this.textarea.value = html;
    if (!this.editor) return;
    this.load(html);
    this.showState();
  }

  /** True while pictures are on their way. */
  get busy() {
    return this.uploads?.isBusy ?? false;
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), WRITE_AFTER_MS);
    this.dispatchEvent(new Event("edit", { bubbles: true }));
  }

  /** Writes the HTML to the field, and says so to the page. */
  write() {
    clearTimeout(this.timer);
    if (!this.editor || this.isSource) return;
    const html = documentHtml(this.editor.state.doc);
    if (html === this.written) return;
    this.written = html;
    this.textarea.value = html;
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
    this.showState();
  }

  showState() {
    const { texts } = this;
    const { doc } = this.editor.state;
    // Articles with colours are shown on white, also in the dark.
    this.frame.classList.toggle("ae-paper", /<[^>]* style="[^"]*color:/.test(this.written));
    this.count.textContent = `${format(countWords(doc.textBetween(0, doc.content.size, "\n", " ")), this.lang_)} ${texts.words}`;
    let missing = 0;
    doc.descendants((node) => { if (node.type.name === "picture" && !node.attrs.src && !this.isUnderWay(node)) missing++; });
    const space = isChinese(this.lang_) ? "" : " ";
    const text = this.busy ? texts.busy : missing ? `${missing}${space}${missing === 1 ? texts.missingOne : texts.missing}` : "";
    if (this.notice.textContent !== text) this.notice.textContent = text;
  }

  isUnderWay(node) {
    const upload = this.uploads.get(node.attrs.upload);
    return upload && !upload.error;
  }

  cleanPasted(html) {
    newStep(this.editor);
    if (html.length > HTML_MAX) return "";
    // What was copied here is clean already; ProseMirror needs its attribute.
    const context = /data-pm-slice="([^"]*)"/.exec(html)?.[1];
    const dom = clean(html, { pasted: true, mediaBase: this.mediaBase, rtf: this.rtf });
    if (context && dom.firstElementChild) dom.firstElementChild.dataset.pmSlice = context;
    return dom.innerHTML;
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    const { types } = event.clipboardData ?? { types: [] };
    // Office offers a picture of the text too.
    if (files.length && !types.includes("text/html")) {
      event.preventDefault();
      this.insertFiles(files);
      return true;
    }
    const text = event.clipboardData?.getData("text/plain").trim();
    const { empty, from, to } = this.editor.state.selection;
    if (!empty && /^https?:\/\/\S+$/.test(text) && safeHref(text) && !this.editor.state.doc.textBetween(from, to).includes("\n")) {
      this.editor.chain().setLink(text).run();
      return true;
    }
    return false;
  }

  dropped(view, event, moved) {
    const files = [...(event.dataTransfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (moved || !files.length) return false;
    event.preventDefault();
    const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
    this.insertFiles(files, at?.pos);
    return true;
  }

  async insertFiles(files, at) {
    newStep(this.editor);
    const ready = await Promise.all(files.map(toUploadable));
    const content = ready.map((file) => ({ type: "picture", attrs: { upload: this.uploads.add(file), alt: "" } }));
    if (at === undefined) this.editor.chain().focus().insertContent(content).run();
    else this.editor.chain().insertContentAt(at, content).run();
  }

  /** Inserts a picture that is on the server already. */
  insertStored(mediaId) {
    newStep(this.editor);
    this.editor.chain().focus().insertContent([{ type: "picture", attrs: { src: mediaId, alt: "" } }]).run();
  }

  /** Puts the id of an uploaded picture into its node, wherever it is by now. Undoing does not bring the upload back. */
  uploaded(id, mediaId) {
    if (!this.editor) return;
    if (this.editor.view.composing) {
      // A change of the document would end the input of Chinese.
      this.editor.view.dom.addEventListener("compositionend", () => setTimeout(() => this.uploaded(id, mediaId)), { once: true });
      return;
    }
    const { tr } = this.editor.state;
    if (mediaId) {
      this.editor.state.doc.descendants((node, at) => {
        if (node.type.name === "picture" && node.attrs.upload === id) tr.setNodeMarkup(at, null, { ...node.attrs, src: mediaId, remote: null, upload: null });
      });
    }
    if (tr.docChanged) this.editor.view.dispatch(tr.setMeta("addToHistory", false));
    setTimeout(() => this.showState());
  }

  /** Asks in a dialog. Afterwards the selection is as before: browsers put the cursor to the start when a dialog closes. */
  async ask(open) {
    const { selection, doc } = this.editor.state;
    newStep(this.editor);
    this.editor.view.dom.blur();
    const answer = await open();
    const { state, view } = this.editor;
    if (state.doc.eq(doc) && !state.selection.eq(selection)) view.dispatch(state.tr.setSelection(selection.constructor.fromJSON(state.doc, selection.toJSON())));
    view.focus();
    return answer;
  }

  async editLink() {
    const { editor } = this;
    const { href } = editor.getAttributes("link");
    const { empty } = editor.state.selection;
    const answer = await this.ask(() => askLink(this.texts, { href, isNew: !href, hasSelection: !empty }, safeHref));
    if (!answer) return void editor.view.focus();
    if (answer.extra) return void editor.chain().focus().unsetLink().run();
    if (href || !empty) return void editor.chain().focus().setLink(answer.href).run();
    const text = answer.text?.trim() || answer.href;
    return void editor.chain().focus().insertContent([{ type: "text", text, marks: [{ type: "link", attrs: { href: answer.href } }] }]).run();
  }

  /** Edits the selected picture, or the one at a position; else lets the author choose one. */
  async editPicture(at = this.editor.state.selection.from) {
    const { editor } = this;
    const node = editor.state.doc.nodeAt(at);
    const isSelected = editor.state.selection.node?.type.name === "picture";
    if (node?.type.name !== "picture" || (!isSelected && at === editor.state.selection.from)) {
      const files = await this.ask(() => chooseFiles(true));
      if (files.length) await this.insertFiles(files);
      else editor.view.focus();
      return;
    }
    const answer = await this.ask(() => askPicture(this.texts, node.attrs));
    const current = editor.state.doc.nodeAt(at);
    if (!answer || current?.type !== node.type) return void editor.view.focus();
    const set = (attributes) => editor.view.dispatch(editor.state.tr.setNodeMarkup(at, null, { ...current.attrs, ...attributes }));
    if (answer.extra === "remove") editor.chain().deleteRange({ from: at, to: at + 1 }).focus().run();
    else if (answer.extra === "replace") {
      const [file] = await chooseFiles(false);
      if (file) set({ upload: this.uploads.add(await toUploadable(file)), src: null, remote: null });
    } else {
      set({ alt: answer.alt.trim(), width: answer.width || null });
      editor.view.focus();
    }
  }

  async insertTable() {
    const answer = await this.ask(() => askTable(this.texts));
    const chain = this.editor.chain().focus();
    if (answer) chain.insertTable(answer);
    chain.run();
  }

  toggleSource() {
    if (!this.isSource) {
      this.write();
      this.isSource = true;
      this.textarea.hidden = false;
      this.area.hidden = true;
      this.textarea.focus();
    } else {
      this.isSource = false;
      this.textarea.hidden = true;
      this.area.hidden = false;
      const html = this.textarea.value;
      if (html !== this.written) {
        const doc = DOMParser.fromSchema(this.editor.schema).parse(clean(html, { mediaBase: this.mediaBase }));
        this.editor.view.dispatch(this.editor.state.tr.replaceWith(0, this.editor.state.doc.content.size, doc.content));
      }
      this.editor.view.focus();
    }
    this.classList.toggle("ae-source", this.isSource);
    for (const tool of this.toolbar.tools()) tool.classList.toggle("ae-on", false);
  }
}
