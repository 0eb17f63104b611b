// Pictures in the console. Without this script forms upload pictures, and nothing is chosen from the library.
const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** `<picture-upload>`: uploads the chosen or dropped pictures one after the other, and shows how far each is. */
class PictureUpload extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.form.querySelector("input[type=file]");
    this.querySelector("#upload-hint").textContent = this.dataset.hint;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start([...this.input.files]);
    });
    for (const type of ["dragenter", "dragover"]) {
      this.addEventListener(type, (event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        this.form.classList.add("over");
      });
    }
    this.addEventListener("dragleave", (event) => {
      if (!this.contains(event.relatedTarget)) this.form.classList.remove("over");
    });
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.form.classList.remove("over");
      this.start([...event.dataTransfer.files]);
    });
  }

  async start(files) {
    if (this.busy || files.length === 0) return;
    this.busy = true;
    this.list?.remove();
    const most = 20;
    const rows = files.slice(0, most).map((file) => {
      const bar = make("progress", { max: 1, value: 0 });
      bar.setAttribute("aria-label", file.name);
      const state = make("span", { className: "muted", textContent: this.dataset.waiting });
      const row = make("li", {}, make("span", { className: "name", textContent: file.name, dir: "auto" }), bar, state);
      return { file, bar, state, row };
    });
    this.list = make("ul", { className: "upload-list" }, ...rows.map(({ row }) => row));
    this.list.setAttribute("role", "list");
    const summary = make("p", { textContent: this.dataset.uploading });
    summary.setAttribute("role", "status");
    this.list.append(make("li", {}, summary));
    this.append(this.list);
    const button = this.form.querySelector("button");
    button.disabled = true;
    let done = 0;
    for (const { file, bar, state } of rows) {
      state.textContent = this.dataset.uploading;
      const problem = await this.send(file, (part) => { bar.value = part; });
      bar.value = 1;
      if (problem === null) {
        done++;
        state.textContent = this.dataset.done;
      } else {
        bar.remove();
        state.className = "error";
        state.textContent = problem;
      }
    }
    this.busy = false;
    button.disabled = false;
    this.form.reset();
    const list = `${this.dataset.list}&done=${done}`;
    if (done === files.length) {
      location.assign(list);
      return;
    }
    summary.replaceChildren();
    if (files.length > most) summary.append(`${this.dataset.many} `);
    if (done > 0) summary.append(make("a", { href: list, textContent: this.dataset.show }));
  }

  /** Sends a picture. Returns why it was refused, or null. */
  send(file, progress) {
    return new Promise((resolve) => {
      const body = new FormData();
      body.append("picture", file, file.name);
      const request = new XMLHttpRequest();
      request.open("POST", `${this.form.getAttribute("action")}?fragment`);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress(event.loaded / event.total);
      });
      request.addEventListener("load", () => {
        if (request.status === 200 && request.response?.media_id) resolve(null);
        else resolve(request.response?.message || this.dataset.failed);
      });
      request.addEventListener("error", () => resolve(this.dataset.failed));
      request.send(body);
    });
  }
}

/**
 * `<picture-picker>`: a button that opens the library in a dialog. What is chosen is the detail of an event `picture`. If the element
 * before it is a hidden field, it gets the media id.
 */
class PicturePicker extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.open());
  }

  open() {
    if (!this.dialog) {
      const id = `picker-${document.querySelectorAll("dialog.picker").length}`;
      this.content = make("div");
      const close = make("button", { type: "button", className: "secondary", textContent: this.dataset.close });
      close.addEventListener("click", () => this.dialog.close());
      const heading = make("h2", { id, textContent: this.dataset.heading });
      this.dialog = make("dialog", { className: "picker" }, make("div", { className: "picker-head" }, heading, close), this.content);
      this.dialog.setAttribute("aria-labelledby", id);
      this.dialog.addEventListener("click", (event) => this.click(event));
      this.dialog.addEventListener("submit", (event) => {
        event.preventDefault();
        const q = new FormData(event.target).get("q");
        this.load(`${this.dataset.choices}?q=${encodeURIComponent(q)}`, "input");
      });
      // Not inside of the form of the page: forms do not nest.
      document.body.append(this.dialog);
      this.dialog.addEventListener("close", () => this.button.focus());
    }
    this.dialog.showModal();
    // What was searched for is still there.
    if (this.content.querySelector("[data-picture]")) this.content.querySelector("[data-picture]").focus();
    else this.load(this.dataset.choices, "[data-picture], input");
  }

  async load(url, focus) {
    this.content.setAttribute("aria-busy", "true");
    if (!this.content.firstChild) this.content.textContent = this.dataset.loading;
    try {
      const response = await fetch(url, { headers: { accept: "text/html" }, redirect: "error" });
      if (!response.ok) throw new Error(String(response.status));
      this.content.replaceChildren(document.createRange().createContextualFragment(await response.text()));
      this.content.querySelector(focus)?.focus();
    } catch {
      const problem = make("p", { className: "error", textContent: this.dataset.failed });
      problem.setAttribute("role", "alert");
      this.content.replaceChildren(problem);
    }
    this.content.removeAttribute("aria-busy");
  }

  click(event) {
    const link = event.target.closest("a");
    if (link) {
      event.preventDefault();
      this.load(link.getAttribute("href"), "[data-picture]");
      return;
    }
    const choice = event.target.closest("[data-picture]");
    if (!choice) return;
    const id = choice.dataset.picture;
    const src = choice.querySelector("img")?.getAttribute("src");
    const name = choice.querySelector(".name").textContent;
    const field = this.previousElementSibling;
    if (field?.matches("input[type=hidden]")) {
      field.value = id;
      this.querySelector("p")?.remove();
      const note = make("p", { className: "picker-note" }, make("img", { src, alt: "" }), `${this.dataset.chosen}${name}`);
      note.setAttribute("role", "status");
      this.append(note);
    }
    this.dialog.close();
    this.dispatchEvent(new CustomEvent("picture", { bubbles: true, detail: { id, src, name } }));
  }
}

/**
 * `<card-articles>`: the articles of a card in a form. Its buttons submit the form without script. Here the server's answer replaces the
 * articles and the preview, one step after the other. An article is also dragged to its place, or moved with Alt and an arrow key.
 */
class CardArticles extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.steps = Promise.resolve();
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button[name=do]");
      if (!button) return;
      event.preventDefault();
      this.step(() => button.value, button.value);
    });
    this.addEventListener("keydown", (event) => {
      const row = event.target.closest("[data-article]");
      if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      const id = row.dataset.article;
      const value = `${event.key === "ArrowUp" ? "up" : "down"}:${id}`;
      this.step(() => value, event.target.value ?? value);
    });
    this.startDrag();
  }

  startDrag() {
    const rowOf = (event) => event.target.closest?.("[data-article]");
    const unmark = () => this.querySelectorAll("[data-drop]").forEach((row) => row.removeAttribute("data-drop"));
    const isAfter = (event, row) => event.clientY - row.getBoundingClientRect().top > row.offsetHeight / 2;
    let dragged = null;
    this.addEventListener("dragstart", (event) => {
      dragged = rowOf(event);
      if (!dragged) return;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.article);
    });
    this.addEventListener("dragover", (event) => {
      const row = rowOf(event);
      unmark();
      if (!dragged || !row || row === dragged) return;
      event.preventDefault();
      row.dataset.drop = isAfter(event, row) ? "after" : "before";
    });
    this.addEventListener("dragend", () => { unmark(); dragged = null; });
    this.addEventListener("drop", (event) => {
      const row = rowOf(event);
      if (!dragged || !row || row === dragged) return;
      event.preventDefault();
      const others = [...this.querySelectorAll("[data-article]")].filter((one) => one !== dragged);
      const place = others.indexOf(row) + (isAfter(event, row) ? 1 : 0);
      const id = dragged.dataset.article;
      this.step(() => `place:${id}:${place}`, `remove:${id}`);
    });
  }

  /** Does what a button does, after all earlier ones. Then the button with a value has the focus, or one beside it. */
  step(action, focus) {
    this.steps = this.steps.then(() => this.send(action(), focus));
  }

  async send(action, focus) {
    const at = [...this.querySelectorAll("button[name=do]")].findIndex((button) => button.value === focus);
    const body = new URLSearchParams(new FormData(this.form));
    body.set("do", action);
    try {
      const response = await fetch(this.form.getAttribute("action"), { method: "POST", body, headers: { accept: "text/html" }, redirect: "error" });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const part of ["[data-articles]", "[data-card-preview]"]) {
        const fresh = page.querySelector(part);
        if (fresh) document.querySelector(part)?.replaceChildren(...fresh.childNodes);
      }
      this.querySelector("[data-status]").textContent = page.querySelector("[data-status]").textContent;
    } catch {
      this.querySelector("[data-status]").textContent = this.dataset.failed;
      return;
    }
    const buttons = [...this.querySelectorAll("button[name=do]")];
    const again = buttons.find((button) => button.value === focus);
    const row = again?.closest("[data-article]");
    const choices = again ? [again, ...(row?.querySelectorAll("button") ?? [])] : [...buttons.slice(Math.max(at, 1)), ...buttons.slice(1).reverse()];
    (choices.find((button) => !button.disabled) ?? this.form.querySelector("button.primary")).focus();
  }
}

/**
 * `<cover-crop>`: chooses the part of the cover that is shown. It is cut out in the browser and uploaded as a picture of its own, which is
 * the detail of an event `picture`, as that of the picker.
 */
class CoverCrop extends HTMLElement {
  connectedCallback() {
    this.box = this.closest("[data-cover]");
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.open());
    const show = () => { this.button.hidden = !this.box.querySelector(".cover-picture"); };
    // The form replaces the picture of the cover.
    this.observer = new MutationObserver(show);
    this.observer.observe(this.box, { childList: true });
    show();
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  /** Wide to high: that of the cover on a card and above an article. */
  static ASPECT = 16 / 9;
  /** The least width of a cut, and the most of the stored picture, in pixels. */
  static LEAST = 320;
  static MOST = 1920;

  build() {
    const text = this.dataset;
    const range = (name, label) => {
      const input = make("input", { type: "range", min: 0, max: 100, step: 1, value: 50 });
      input.addEventListener("input", () => this.read());
      this[name] = input;
      return make("label", {}, label, input);
    };
    const button = (label, className, action) => {
      const one = make("button", { type: "button", className, textContent: label });
      one.addEventListener("click", action);
      return one;
    };
    this.image = make("img", { alt: text.picture, draggable: false });
    this.frame = make("div", { className: "crop-frame" }, make("span", { className: "crop-corner" }));
    this.stage = make("div", { className: "crop-stage" }, this.image, this.frame);
    this.problem = make("p", { className: "error", hidden: true });
    this.problem.setAttribute("role", "alert");
    this.done = button(text.use, "primary", () => this.cut());
    const heading = make("h2", { id: "crop-heading", textContent: text.heading });
    const ranges = make("div", { className: "crop-ranges" }, range("size", text.size), range("across", text.across), range("down", text.down));
    const buttons = make("div", { className: "buttons" }, this.done, button(text.cancel, "secondary", () => this.dialog.close()));
    this.dialog = make("dialog", { className: "crop" }, heading, make("p", { className: "muted", textContent: text.hint }), this.stage, ranges, this.problem, buttons);
    this.dialog.setAttribute("aria-labelledby", "crop-heading");
    this.dialog.addEventListener("close", () => (this.button.hidden ? this.box.querySelector("input[type=file]") : this.button).focus());
    this.startDrag();
    // Not inside of the form of the page.
    document.body.append(this.dialog);
  }

  async open() {
    if (!this.dialog) this.build();
    this.problem.hidden = true;
    this.image.src = this.box.querySelector(".cover-picture").src;
    this.dialog.showModal();
    try {
      await this.image.decode();
    } catch {
      this.fail(this.dataset.unreadable);
      this.done.disabled = true;
      return;
    }
    this.done.disabled = false;
    const { naturalWidth: width, naturalHeight: height } = this.image;
    this.widest = Math.min(width, height * CoverCrop.ASPECT);
    // The largest part, in the middle.
    this.size.min = Math.round(100 * Math.min(1, Math.max(0.1, CoverCrop.LEAST / this.widest)));
    this.size.max = 100;
    this.set(100, 50, 50);
    this.size.focus();
  }

  set(size, across, down) {
    [this.size.value, this.across.value, this.down.value] = [size, across, down];
    this.read();
  }

  /** The part as pixels of the picture. */
  part() {
    const { naturalWidth, naturalHeight } = this.image;
    const width = this.widest * this.size.valueAsNumber / 100;
    const height = width / CoverCrop.ASPECT;
    const x = (naturalWidth - width) * this.across.valueAsNumber / 100;
    const y = (naturalHeight - height) * this.down.valueAsNumber / 100;
    return { x, y, width, height };
  }

  /** Shows the part that the ranges name. */
  read() {
    const { naturalWidth, naturalHeight } = this.image;
    const { x, y, width, height } = this.part();
    this.across.disabled = naturalWidth - width < 1;
    this.down.disabled = naturalHeight - height < 1;
    const percent = (part, whole) => `${(100 * part / whole).toFixed(3)}%`;
    const { style } = this.frame;
    style.left = percent(x, naturalWidth);
    style.top = percent(y, naturalHeight);
    style.width = percent(width, naturalWidth);
    style.height = percent(height, naturalHeight);
    this.size.setAttribute("aria-valuetext", `${this.size.value}%, ${Math.round(width)} × ${Math.round(height)}`);
  }

  /** The frame is dragged to another place, its corner to another size. */
  startDrag() {
    let drag = null;
    this.frame.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.frame.setPointerCapture(event.pointerId);
      drag = { ...this.part(), left: event.clientX, top: event.clientY, resizes: event.target !== this.frame };
    });
    this.frame.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const { naturalWidth, naturalHeight } = this.image;
      const pixels = naturalWidth / this.image.clientWidth;
      const [right, low] = [(event.clientX - drag.left) * pixels, (event.clientY - drag.top) * pixels];
      let { x, y, width } = drag;
      if (drag.resizes) {
        // Its upper left corner stays, and it stays inside of the picture.
        const most = Math.min(naturalWidth - x, (naturalHeight - y) * CoverCrop.ASPECT);
        width = Math.min(most, Math.max(this.widest * this.size.min / 100, drag.width + Math.max(right, low * CoverCrop.ASPECT)));
      } else {
        [x, y] = [x + right, y + low];
      }
      const height = width / CoverCrop.ASPECT;
      const place = (at, free) => (free < 1 ? 50 : Math.min(100, Math.max(0, 100 * at / free)));
      // Ranges have whole numbers for keys; dragging is finer.
      for (const input of [this.size, this.across, this.down]) input.step = "any";
      this.set(100 * width / this.widest, place(x, naturalWidth - width), place(y, naturalHeight - height));
    });
    const end = () => { drag = null; };
    this.frame.addEventListener("pointerup", end);
    this.frame.addEventListener("pointercancel", end);
    this.dialog.addEventListener("keydown", () => { for (const input of [this.size, this.across, this.down]) input.step = 1; });
  }

  fail(text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
  }

  /** Cuts the part out, uploads it and makes it the cover. */
  async cut() {
    const { x, y, width, height } = this.part();
    const scale = Math.min(1, CoverCrop.MOST / width);
    const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
    const context = canvas.getContext("2d");
    // JPEG has no transparency: black would show through.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.image, x, y, width, height, 0, 0, canvas.width, canvas.height);
    this.done.disabled = true;
    this.problem.hidden = true;
    try {
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
      const body = new FormData();
      body.append("picture", blob, this.dataset.name);
      const response = await fetch(this.dataset.uploadUrl, { method: "POST", body, headers: { accept: "application/json" } });
      const answer = await response.json().catch(() => ({}));
      if (!response.ok || !answer.media_id) {
        this.fail(answer.message ?? this.dataset.failed);
        return;
      }
      const src = `/media/${encodeURIComponent(answer.media_id)}`;
      this.dispatchEvent(new CustomEvent("picture", { bubbles: true, detail: { id: answer.media_id, src, name: this.dataset.name } }));
      this.dialog.close();
    } catch {
      this.fail(this.dataset.failed);
    } finally {
      this.done.disabled = false;
    }
  }
}

customElements.define("picture-upload", PictureUpload);
customElements.define("picture-picker", PicturePicker);
customElements.define("card-articles", CardArticles);
customElements.define("cover-crop", CoverCrop);
