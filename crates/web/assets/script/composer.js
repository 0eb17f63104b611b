/** The largest picture, and how many can be chosen at once. */
const PICTURE_BYTES = 20 << 20;
const PICTURES = 9;

/** The field to write in, and the pictures that were chosen. */
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
    field.addEventListener("input", () => this.grow(), { signal });
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); }, { signal });
    picker.addEventListener("change", () => { this.choose([...picker.files]); picker.value = ""; }, { signal });
    field.addEventListener("paste", (event) => {
      const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (!pictures.length) return;
      event.preventDefault();
      this.choose(pictures);
    }, { signal });
    conversation.addEventListener("dragover", (event) => {
      if ([...event.dataTransfer.items].some((item) => item.kind === "file")) event.preventDefault();
    }, { signal });
    conversation.addEventListener("drop", (event) => {
      const files = [...event.dataTransfer.files];
      if (!files.length) return;
      event.preventDefault();
      this.choose(files);
    }, { signal });
    field.addEventListener("keydown", (event) => {
      // On a touch screen the key makes a new line; while characters are being composed it chooses among them.
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

  /** Puts pictures beside the field: they are seen before they are sent. `name` is that of one that was on its way before. */
  choose(files, name) {
    this.conversation.explain("");
    for (const file of files) {
      if (this.pictures.length >= PICTURES) { this.conversation.explain(texts.textTooMany); break; }
      if (!["image/jpeg", "image/png", "image/gif", "image/bmp"].includes(file.type)) {
        this.conversation.explain(texts.textPictureInvalid);
        continue;
      }
      if (file.size > PICTURE_BYTES) { this.conversation.explain(texts.textPictureTooLarge); continue; }
      const picture = { file, name: name ?? randomName(), url: URL.createObjectURL(file) };
      const remove = make("button", { type: "button", className: "remove", title: texts.textRemove });
      remove.setAttribute("aria-label", `${texts.textRemove}: ${file.name}`);
      remove.append(crossIcon());
      const item = make("li", {}, make("img", { src: picture.url, alt: file.name, width: 72, height: 72 }), remove);
      remove.addEventListener("click", () => {
        this.drop(picture);
        (this.tray.querySelector("button") ?? this.field).focus();
      });
      picture.item = item;
      this.pictures.push(picture);
      this.tray.append(item);
    }
    this.tray.hidden = !this.pictures.length;
    this.form.toggleAttribute("data-ready", this.pictures.length > 0);
    if (this.pictures.length) this.field.focus();
    this.conversation.stay();
  }

  drop(picture) {
    URL.revokeObjectURL(picture.url);
    picture.item.remove();
    this.pictures.splice(this.pictures.indexOf(picture), 1);
    this.tray.hidden = !this.pictures.length;
    this.form.toggleAttribute("data-ready", this.pictures.length > 0);
  }

  send() {
    const { account, address } = this.conversation;
    const of = { account, address, draft: this.conversation.dataset.draft };
    this.conversation.explain("");
    this.conversation.toEnd();
    for (const picture of [...this.pictures]) {
      this.drop(picture);
      outbox.add({ ...of, name: picture.name, file: picture.file });
    }
    if (this.field.value.trim()) {
      const { text, ...save } = this.draft.take();
      this.grow();
      outbox.add({ ...of, name: randomName(), text: text.trim(), ...save });
    }
    this.field.focus();
  }

  /** Puts a text back, before what was typed since. */
  bringBack(text) {
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
