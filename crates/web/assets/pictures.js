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

customElements.define("picture-upload", PictureUpload);
customElements.define("picture-picker", PicturePicker);
customElements.define("card-articles", CardArticles);
