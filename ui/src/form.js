// `<article-form>`: saves the form of an article by itself, tells the author about it, and shows the article on a phone. Without script
// the form has buttons for all of it.
import { make } from "./tools/make.js";

/** From the first change to the request: with the answer, a change is saved within 3 s. */
const SAVE_AFTER_MS = 2_000;
const RETRY_MS = [3_000, 6_000, 15_000, 30_000];

export class ArticleForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form || this.stop) return;
    this.stop = new AbortController();
    const on = (target, type, action) => target.addEventListener(type, action, { signal: this.stop.signal });
    this.editor = this.querySelector("article-editor");
    this.state = this.querySelector("[data-save-state]");
    this.box = this.querySelector("[data-conflict]");
    this.failures = 0;
    this.changes = 0;
    this.savedChanges = 0;
    on(this.form, "input", (event) => { if (event.target.name && event.target.type !== "file") this.changed(); });
    on(this.form, "change", (event) => { if (event.target.type === "file") this.cover(event.target); });
    on(this.form, "edit", () => this.changed());
    on(this.form, "submit", (event) => this.submit(event));
    on(window, "beforeunload", (event) => { if (this.isUnsaved && !this.isLeaving) event.preventDefault(); });
    on(window, "online", () => { if (this.isUnsaved) this.save(); });
    // Leaving a tab for another is the usual way to lose something.
    on(document, "visibilitychange", () => { if (document.hidden && this.isUnsaved) this.save(); });
    on(document, "keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "s") {
        event.preventDefault();
        this.save();
      }
    });
    this.querySelector("[data-save]").hidden = true;
    on(this, "picture", (event) => this.fromLibrary(event));
    this.querySelector("[data-insert]")?.toggleAttribute("hidden", !this.editor);
    this.startCover(on);
    this.startPhone(on);
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = null;
    clearTimeout(this.timer);
  }

  get isUnsaved() {
    return this.changes > this.savedChanges;
  }

  show(text, state) {
    this.state.textContent = text;
    this.state.dataset.saveState = state;
  }

  changed() {
    this.changes++;
    if (this.conflict) return;
    if (this.state.dataset.saveState !== "failed") this.show(this.dataset.unsaved, "unsaved");
    this.timer ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  async save(action = "save") {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.saving) {
      this.isWaiting = true;
      return this.saving;
    }
    if (!this.isUnsaved && action === "save") return true;
    this.saving = this.send(action).finally(() => { this.saving = null; });
    const done = await this.saving;
    if (this.isWaiting || (done && this.isUnsaved && !this.conflict)) {
      this.isWaiting = false;
      this.timer ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
    }
    return done;
  }

  async send(action) {
    const changes = this.changes;
    this.show(this.dataset.saving, "saving");
    const body = new FormData(this.form);
    body.set("action", action);
    body.delete("cover_file");
    let response;
    try {
      response = await fetch(`${this.form.getAttribute("action")}?fragment`, { method: "POST", body, headers: { accept: "application/json" }, redirect: "manual" });
    } catch {
      return this.failed(this.dataset.offline);
    }
    // The form leads to the sign-in page without a session.
    if (response.type === "opaqueredirect" || response.status === 401) {
      this.show(this.dataset.session, "failed");
      return this.retry();
    }
    const answer = await response.json().catch(() => ({}));
    if (response.status === 409 && answer.revision !== undefined) {
      this.showConflict(answer);
      return false;
    }
    if (!response.ok) {
      this.show(answer.message ?? this.dataset.failed, "failed");
      // What the author has to change is not sent again by itself.
      return answer.message ? false : this.retry();
    }
    this.failures = 0;
    this.savedChanges = Math.max(this.savedChanges, changes);
    this.form.elements.revision.value = answer.revision;
    if (answer.is_changed) this.showChanged();
    if (this.isUnsaved) this.show(this.dataset.unsaved, "unsaved"); else this.show(`${this.dataset.saved} ${answer.saved_at}`, "saved");
    this.reloadPhone();
    return true;
  }

  failed(text) {
    this.show(text, "failed");
    return this.retry();
  }

  retry() {
    const after = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)];
    this.timer ??= setTimeout(() => this.save(), after);
    return false;
  }

  showChanged() {
    const tag = this.querySelector("[data-state-tag]");
    if (tag.classList.contains("of-draft")) return;
    tag.className = "tag of-change";
    tag.textContent = this.dataset.changed;
  }

  /** Offers both texts. The one that is not taken goes to the history. */
  showConflict({ revision, message }) {
    this.conflict = true;
    this.show(this.dataset.unsaved, "failed");
    const button = (text, action) => {
      const one = make("button", { type: "button", className: "secondary", textContent: text });
      one.addEventListener("click", action);
      return one;
    };
    const theirs = button(this.dataset.theirs, async () => {
      this.form.elements.revision.value = revision;
      if (await this.save("aside")) this.leave(() => location.assign(this.form.getAttribute("action")));
    });
    const mine = button(this.dataset.mine, () => {
      this.form.elements.revision.value = revision;
      this.hideConflict();
      this.changes++;
      this.save();
    });
    this.box.replaceChildren(make("p", { textContent: message }), make("p", { textContent: this.dataset.hint }), make("div", { className: "buttons" }, theirs, mine));
    this.box.hidden = false;
    this.box.scrollIntoView({ block: "nearest" });
  }

  hideConflict() {
    this.conflict = false;
    this.box.hidden = true;
    this.box.replaceChildren();
  }

  leave(how) {
    this.isLeaving = true;
    how();
  }

  /** Publishing waits for what is on its way. */
  async submit(event) {
    if (this.isLeaving) return;
    event.preventDefault();
    const { submitter } = event;
    if (this.editor?.busy) {
      this.show(this.dataset.uploading, "failed");
      return;
    }
    clearTimeout(this.timer);
    this.timer = null;
    await this.saving;
    if (this.conflict) {
      this.box.scrollIntoView({ block: "nearest" });
      return;
    }
    // Not while this event is dispatched: the form would ignore it.
    setTimeout(() => this.leave(() => this.form.requestSubmit(submitter)));
  }

  startCover(on) {
    const box = this.querySelector("[data-cover]");
    this.coverBox = box;
    const remove = box.querySelector("[data-cover-remove]");
    remove.hidden = !this.form.elements.cover.value;
    on(remove, "click", () => this.setCover("", null));
  }

  setCover(mediaId, source) {
    const box = this.coverBox;
    this.form.elements.cover.value = mediaId;
    box.querySelector("img")?.remove();
    if (source) box.querySelector("input[type=hidden]").after(make("img", { className: "cover-picture", src: source, alt: "" }));
    box.querySelector("[data-cover-label]").textContent = mediaId ? this.dataset.replaceCover : this.dataset.chooseCover;
    box.querySelector("[data-cover-remove]").hidden = !mediaId;
    this.changed();
  }

  /** Takes a picture of the library as cover, or puts it where the cursor is. */
  fromLibrary({ target, detail: { id, src } }) {
    if (this.coverBox.contains(target)) this.setCover(id, src);
    else this.editor.insertStored(id);
  }

  async cover(input) {
    const [file] = input.files;
    if (!file) return;
    const problem = this.coverBox.querySelector("[data-cover-problem]");
    problem.hidden = true;
    const body = new FormData();
    body.append("picture", file, file.name);
    input.value = "";
    this.coverBox.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(this.dataset.uploadUrl, { method: "POST", body, headers: { accept: "application/json" } });
      const answer = await response.json().catch(() => ({}));
      if (response.ok && answer.media_id) this.setCover(answer.media_id, `/media/${encodeURIComponent(answer.media_id)}`);
      else this.coverProblem(answer.message ?? this.dataset.failed);
    } catch {
      this.coverProblem(this.dataset.offline);
    }
    this.coverBox.removeAttribute("aria-busy");
  }

  coverProblem(text) {
    const problem = this.coverBox.querySelector("[data-cover-problem]");
    problem.textContent = text;
    problem.hidden = false;
  }

  startPhone(on) {
    this.phone = this.querySelector("[data-phone]");
    this.frame = this.phone.querySelector("iframe");
    const toggle = this.querySelector("[data-preview-toggle]");
    toggle.setAttribute("role", "button");
    toggle.setAttribute("aria-expanded", "false");
    const open = async (event) => {
      event.preventDefault();
      this.phone.hidden = !this.phone.hidden;
      toggle.setAttribute("aria-expanded", String(!this.phone.hidden));
      if (this.phone.hidden) return;
      await this.save();
      this.showPhone();
      // Below the text on narrow screens, beside it on wide ones.
      if (!matchMedia("(min-width: 75rem)").matches) this.phone.scrollIntoView({ block: "start" });
    };
    on(toggle, "click", open);
    on(toggle, "keydown", (event) => { if (event.key === " ") open(event); });
    const schemes = [...this.phone.querySelectorAll("[data-scheme]")];
    const show = (scheme) => {
      this.scheme = scheme;
      if (!this.phone.hidden) this.showPhone();
      for (const button of schemes) button.setAttribute("aria-pressed", String(button.dataset.scheme === scheme));
    };
    for (const button of schemes) on(button, "click", () => show(button.dataset.scheme));
    show(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    on(this.frame, "load", () => { if (this.scrolled) this.frame.contentWindow?.scrollTo(0, this.scrolled); });
  }

  showPhone() {
    this.scrolled = this.frame.contentWindow?.scrollY ?? 0;
    this.frame.src = `${this.frame.dataset.src}?scheme=${this.scheme}`;
  }

  reloadPhone() {
    if (!this.phone.hidden && this.frame.src) this.showPhone();
  }
}
