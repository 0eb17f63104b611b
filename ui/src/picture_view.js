// Shows a picture in the editor, with the progress of its upload, or a placeholder with a way to replace it.

const displayed = (source, mediaBase) => (/^[@$]/.test(source) ? mediaBase + encodeURIComponent(source) : source);

export class PictureView {
  constructor(editor, node, getPos, { uploads, mediaBase, texts, edit }) {
    Object.assign(this, { editor, node, getPos, uploads, mediaBase, texts });
    this.dom = document.createElement("span");
    this.dom.className = "ae-picture";
    this.dom.addEventListener("dblclick", () => edit(this.getPos()));
    this.listener = () => this.show();
    this.show();
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.show();
    return true;
  }

  show() {
    const { attrs } = this.node;
    const upload = attrs.src ? null : this.uploads.get(attrs.upload);
    if (this.upload !== upload) {
      this.upload?.listeners.delete(this.listener);
      upload?.listeners.add(this.listener);
      this.upload = upload;
    }
    const source = attrs.src ?? upload?.preview;
    if (source) this.showImage(source, upload); else this.showPlaceholder(upload);
    this.dom.style.cssText = "";
    if (attrs.width) this.dom.style.width = /%$/.test(attrs.width) ? attrs.width : `${attrs.width}px`;
  }

  showImage(source, upload) {
    const { attrs } = this.node;
    let image = this.dom.querySelector("img");
    if (!image) {
      image = document.createElement("img");
      image.draggable = false;
      image.addEventListener("error", () => { this.dom.dataset.broken = this.texts.pictureBroken; });
      image.addEventListener("load", () => { delete this.dom.dataset.broken; });
      this.dom.replaceChildren(image);
    }
    const address = displayed(source, this.mediaBase);
    if (image.getAttribute("src") !== address) image.src = address;
    image.alt = attrs.alt;
    image.style.cssText = attrs.style ?? "";
    image.style.maxWidth = "100%";
    if (attrs.width) image.style.width = "100%";
    this.showState(upload);
  }

  showPlaceholder(upload) {
    const { attrs } = this.node;
    const isUnderWay = upload && !upload.error;
    const box = document.createElement("span");
    box.className = "ae-missing";
    box.append(isUnderWay ? this.texts.pictureCopying : attrs.remote ? this.texts.pictureRemote : this.texts.pictureMissing);
    if (attrs.alt) box.append(` (${attrs.alt})`);
    if (attrs.remote) {
      const address = document.createElement("span");
      address.className = "ae-address";
      address.textContent = attrs.remote;
      box.append(address);
    }
    this.dom.replaceChildren(box);
    this.showState(upload);
    if (!isUnderWay) {
      if (attrs.remote && !upload) this.button(box, this.texts.pictureCopy, () => this.copy());
      this.button(box, this.texts.pictureReplace, () => this.replace());
    }
  }

  showState(upload) {
    this.dom.querySelector(".ae-state")?.remove();
    this.dom.classList.toggle("ae-busy", Boolean(upload && !upload.error));
    if (!upload) return;
    const state = document.createElement("span");
    state.className = "ae-state";
    if (upload.error) {
      const text = document.createElement("span");
      text.className = "ae-problem";
      text.textContent = upload.error;
      state.append(text);
      this.button(state, this.texts.again, () => this.uploads.retry(upload.id));
      if (upload.file) this.button(state, this.texts.remove, () => this.remove());
    } else {
      const bar = document.createElement("progress");
      bar.setAttribute("aria-label", this.texts.uploading);
      if (upload.file) bar.value = upload.progress;
      state.append(bar);
    }
    this.dom.append(state);
  }

  button(parent, text, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", action);
    parent.append(button);
  }

  setAttributes(attributes) {
    const at = this.getPos();
    if (at === undefined) return;
    this.editor.view.dispatch(this.editor.state.tr.setNodeMarkup(at, null, { ...this.node.attrs, ...attributes }));
  }

  copy() {
    this.setAttributes({ upload: this.uploads.start({ remote: this.node.attrs.remote }) });
  }

  remove() {
    const at = this.getPos();
    if (at !== undefined) this.editor.view.dispatch(this.editor.state.tr.delete(at, at + 1));
  }

  replace() {
    chooseFiles(false).then(([file]) => { if (file) this.setAttributes({ upload: this.uploads.add(file), remote: null, src: null }); });
  }

  selectNode() {
    this.dom.classList.add("ae-selected");
  }

  deselectNode() {
    this.dom.classList.remove("ae-selected");
  }

  stopEvent(event) {
    return event.target instanceof HTMLButtonElement;
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    this.upload?.listeners.delete(this.listener);
  }
}

/** Lets the author choose pictures. */
export function chooseFiles(multiple) {
  return new Promise((resolve) => {
    const input = Object.assign(document.createElement("input"), { type: "file", accept: "image/png,image/jpeg,image/gif,image/bmp,image/webp", multiple, hidden: true, className: "ae-file" });
    document.body.append(input);
    input.addEventListener("change", () => { resolve([...input.files]); input.remove(); });
    input.addEventListener("cancel", () => { resolve([]); input.remove(); });
    input.click();
  });
}
