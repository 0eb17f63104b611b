/** The most bytes of a picture, and the most pictures at once. */
const MAX_PICTURE_BYTES = 20 << 20;
const MAX_PICTURES = 9;

/** The message field and the pictures chosen to be sent. */
class Composer {
  constructor(conversation, form, signal) {
    Object.assign(this, { conversation, form, field: form.elements.text, picker: form.elements.picture, pictures: [] });
    const { field, picker } = this;
    this.draft = new Draft(field, conversation.dataset.draft, { name: "" }, signal);
    this.tray = make("ul", { className: "tray", hidden: true });
    this.tray.setAttribute("role", "list");
    this.tray.setAttribute("aria-label", texts.textChosen);
    form.prepend(this.tray);
    form.dataset.enhanced = "";
    picker.multiple = true;
    // A field with a limit cuts off what is pasted, without a word.
    this.maxChars = field.maxLength;
    field.removeAttribute("maxlength");
    field.addEventListener("input", () => this.grow(), { signal });
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); }, { signal });
    picker.addEventListener("change", () => { this.addPictures([...picker.files]); picker.value = ""; }, { signal });
    field.addEventListener("paste", (event) => {
      const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (!pictures.length) return;
      event.preventDefault();
      this.addPictures(pictures);
    }, { signal });
    conversation.addEventListener("dragover", (event) => {
      if ([...event.dataTransfer.items].some((item) => item.kind === "file")) event.preventDefault();
    }, { signal });
    conversation.addEventListener("drop", (event) => {
      const files = [...event.dataTransfer.files];
      if (!files.length) return;
      event.preventDefault();
      this.addPictures(files);
    }, { signal });
    field.addEventListener("keydown", (event) => {
      // On touch screens Enter starts a new line. During composition it belongs to the input method.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia("(pointer: fine)").matches) return;
      event.preventDefault();
      form.requestSubmit();
    }, { signal });
    signal.addEventListener("abort", () => { for (const { url } of this.pictures) URL.revokeObjectURL(url); });
    this.grow();
  }

  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  /** Shows pictures above the field before they are sent. `name` is the idempotency key of a picture whose upload was cancelled. */
  addPictures(files, name) {
    this.conversation.showProblem("");
    for (const file of files) {
      if (this.pictures.length >= MAX_PICTURES) { this.conversation.showProblem(texts.textTooMany); break; }
      if (!["image/jpeg", "image/png", "image/gif", "image/bmp"].includes(file.type)) {
        this.conversation.showProblem(texts.textPictureInvalid);
        continue;
      }
      if (file.size > MAX_PICTURE_BYTES) { this.conversation.showProblem(texts.textPictureTooLarge); continue; }
      const picture = { file, name: name ?? randomName(), url: URL.createObjectURL(file) };
      const remove = make("button", { type: "button", className: "remove", title: texts.textRemove });
      remove.setAttribute("aria-label", `${texts.textRemove}: ${file.name}`);
      remove.append(crossIcon());
      const item = make("li", {}, make("img", { src: picture.url, alt: file.name, width: 72, height: 72 }), remove);
      remove.addEventListener("click", () => {
        this.removePicture(picture);
        (this.tray.querySelector("button") ?? this.field).focus();
      });
      picture.item = item;
      // The type comes from the name of the file; only its content tells whether it is a picture.
      item.querySelector("img").addEventListener("error", () => {
        if (!this.pictures.includes(picture)) return;
        this.removePicture(picture);
        this.conversation.showProblem(texts.textPictureInvalid);
      });
      this.pictures.push(picture);
      this.tray.append(item);
    }
    this.tray.hidden = !this.pictures.length;
    this.form.toggleAttribute("data-ready", this.pictures.length > 0);
    if (this.pictures.length) this.field.focus();
    this.conversation.keepAtEnd();
  }

  removePicture(picture) {
    URL.revokeObjectURL(picture.url);
    picture.item.remove();
    this.pictures.splice(this.pictures.indexOf(picture), 1);
    this.tray.hidden = !this.pictures.length;
    this.form.toggleAttribute("data-ready", this.pictures.length > 0);
  }

  send() {
    const { account, address } = this.conversation;
    const target = { account, address, draft: this.conversation.dataset.draft };
    const isTooLong = [...this.field.value.trim()].length > this.maxChars;
    this.conversation.showProblem(isTooLong ? texts.textTooLong : "");
    if (isTooLong) { this.field.focus(); return; }
    this.conversation.scrollToEnd();
    for (const picture of [...this.pictures]) {
      this.removePicture(picture);
      outbox.add({ ...target, name: picture.name, file: picture.file });
    }
    if (this.field.value.trim()) {
      const { text, ...save } = this.draft.take();
      this.grow();
      outbox.add({ ...target, name: randomName(), text: text.trim(), ...save });
    }
    this.field.focus();
  }

  /** Moves a text back into the field, before its current text. */
  restoreText(text) {
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    this.field.dispatchEvent(new Event("input"));
    this.field.focus();
  }
}

function crossIcon() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "m6 6 12 12M18 6 6 18");
  icon.append(path);
  return icon;
}
