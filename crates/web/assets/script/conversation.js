/** Milliseconds after which a message of the same sender shows sender and time again. */
const CONTINUED_MS = 5 * 60_000;
/** The most pages of earlier messages that are loaded to find the message of a link. */
const MAX_PAGES_BACK = 5;

/** A conversation: adds new messages at the end and removes recalled ones. */
class Conversation extends HTMLElement {
  connectedCallback() {
    this.disconnected = new AbortController();
    const { signal } = this.disconnected;
    this.account = this.dataset.unionid;
    this.section = this.querySelector(".messages");
    this.list = this.querySelector("[data-messages]");
    this.outboxList = this.querySelector("[data-outbox]");
    this.pill = this.querySelector("[data-pill]");
    this.problem = this.querySelector("[data-problem]");
    this.enqueue = createQueue();
    this.page = document.scrollingElement;
    this.pinned = true;
    this.missed = false;
    this.list.tabIndex = -1;
    showZone(this);
    makeScrollableFocusable(this);
    this.loadOlderOnScroll(signal);
    this.followEnd(signal);
    const bar = this.querySelector("[data-menu]");
    if (bar) this.connectMenu(bar, signal);
    const form = this.querySelector("[data-compose]");
    if (form) {
      this.address = form.getAttribute("action");
      this.composer = new Composer(this, form, signal);
      this.connectOutbox(signal);
    }
    this.start();
    // After loading, browsers scroll to the fragment of the address, so the start position is restored.
    if (document.readyState !== "complete") addEventListener("load", () => { if (!this.hasScrolled) this.start(); }, { once: true, signal });
    if (this.dataset.live === undefined) return;
    document.addEventListener("visibilitychange", () => { if (!document.hidden && this.missed) this.sync(); }, { signal });
    stream.listen({
      sent: (event) => this.sent(event),
      recalled: ({ unionid, message_id: id }) => {
        if (unionid === this.account) this.enqueue(() => { const message = this.find(id); if (message) this.remove(message); });
      },
      opened: () => { this.sync(); this.retryPictures(); outbox.send(); },
    }, signal);
  }

  disconnectedCallback() {
    this.disconnected.abort();
  }

  find(id) {
    return this.list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** Shows why an action failed; an empty text hides it. */
  showProblem(text) {
    if (!this.problem) return;
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  // The scroll position.

  atEnd() {
    return this.page.scrollHeight - this.page.clientHeight - this.page.scrollTop < 48;
  }

  scrollToEnd() {
    this.pinned = true;
    this.pill.hidden = true;
    this.page.scrollTop = this.page.scrollHeight;
  }

  /** Scrolls to the end if the reader was there. */
  keepAtEnd() {
    if (this.pinned) this.scrollToEnd();
  }

  /** Scrolls to the message in the address, else to the first unread message, else to the end. */
  async start() {
    const { hash } = location;
    const unread = this.list.querySelector(".unread-from");
    if (hash.startsWith("#m-")) {
      await this.enqueue(() => this.scrollToMessage(decodeURIComponent(hash.slice(3))));
    } else if (unread && this.dataset.live !== undefined) {
      unread.scrollIntoView({ block: "start" });
      if (document.activeElement === document.body) unread.focus({ preventScroll: true });
      this.pinned = this.atEnd();
    } else if (this.dataset.live !== undefined) {
      this.scrollToEnd();
    }
  }

  async scrollToMessage(id) {
    for (let pages = 0; !this.find(id) && pages < MAX_PAGES_BACK && await this.loadOlder(); pages += 1);
    const message = this.find(id) ?? this.list.querySelector(`[data-recalled="${CSS.escape(id)}"]`);
    if (!message) { this.scrollToEnd(); return; }
    this.pinned = false;
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
    message.classList.add("named");
    message.scrollIntoView({ block: "center" });
    setTimeout(() => message.classList.remove("named"), 3000);
  }

  followEnd(signal) {
    this.pill.addEventListener("click", () => { this.scrollToEnd(); this.composer?.field.focus(); });
    // Only scrolling up leaves the end: a loading picture moves the end without scrolling.
    let last = 0;
    addEventListener("scroll", () => {
      if (this.atEnd()) {
        this.pinned = true;
        this.pill.hidden = true;
      } else if (this.page.scrollTop < last) {
        this.pinned = false;
      }
      last = this.page.scrollTop;
      if (this.isNearTop && !this.pinned) this.enqueue(() => this.loadOlder());
    }, { passive: true, signal });
    for (const gesture of ["wheel", "touchmove", "keydown"]) addEventListener(gesture, () => { this.hasScrolled = true; }, { passive: true, once: true, signal });
    // Loading pictures and the growing message field move the end.
    const resized = new ResizeObserver(() => this.keepAtEnd());
    resized.observe(this.section);
    const dock = this.querySelector(".dock");
    if (dock) {
      resized.observe(dock);
      new ResizeObserver(() => document.body.style.setProperty("--dock", `${dock.offsetHeight}px`)).observe(dock);
    }
    signal.addEventListener("abort", () => resized.disconnect());
  }

  // Messages.

  /** Inserts a message by its sequence number, because messages may arrive out of order. Returns false if it is there already. */
  insertNew(message) {
    if (this.find(message.dataset.id)) return false;
    this.insert(message);
    makeScrollableFocusable(message);
    // The draft that this page shows was sent on another one.
    const text = message.matches(".mine") && message.querySelector(".bubble.text")?.textContent.trim();
    if (text && this.composer?.draft.isUntouched(text)) this.composer.draft.forget();
    return true;
  }

  insert(item) {
    const seq = Number(item.dataset.seq);
    const later = [...this.list.querySelectorAll("[data-seq]")].find((other) => Number(other.dataset.seq) > seq);
    this.list.insertBefore(item, later ?? null);
    this.arrange();
  }

  append(message) {
    if (!this.insertNew(message)) return;
    if (this.pinned) this.scrollToEnd(); else if (!message.matches(".mine")) this.pill.hidden = false;
    if (!message.matches(".mine")) announce(`${message.querySelector(".sender").textContent}: ${textOf(message)}`);
  }

  /** Replaces a recalled message by the same note that the server renders. */
  remove(message) {
    const note = make("li", { className: "note", textContent: texts.textRecalled });
    const { id, seq, at, day, heading } = message.dataset;
    Object.assign(note.dataset, { recalled: id, seq, at, day, heading });
    const hadFocus = message.contains(document.activeElement);
    message.replaceWith(note);
    if (hadFocus) {
      note.tabIndex = -1;
      note.focus();
    }
    this.arrange();
    announce(texts.textRecalled);
  }

  /** Updates the days between messages and the grouping of messages, as the server renders them. */
  arrange() {
    let before;
    for (const item of [...this.list.children]) {
      if (item.matches(".day")) { item.remove(); continue; }
      if (item.matches(".unread-from")) { before = before && { day: before.day }; continue; }
      const { day, heading, at } = item.dataset;
      if (before?.day !== day) {
        const above = item.previousElementSibling?.matches(".unread-from") ? item.previousElementSibling : item;
        above.before(make("li", { className: "day" }, make("time", { dateTime: day, textContent: heading })));
        before = undefined;
      }
      const isMessage = item.matches(".message");
      const mine = item.matches(".mine");
      item.classList.toggle("continued", isMessage && Boolean(before?.at) && before.mine === mine && Number(at) - before.at < CONTINUED_MS && !item.querySelector(":scope > .meta .tag"));
      before = isMessage ? { day, mine, at: Number(at) } : { day };
    }
  }

  /** Synchronises the page with the server: adds missing messages and removes recalled ones. */
  sync() {
    return this.enqueue(async () => {
      // Fetching marks messages as read, so a hidden page waits.
      if (document.hidden) { this.missed = true; return; }
      this.missed = false;
      const fresh = await fetchFragment(`${this.dataset.href}?fragment=messages`);
      if (!fresh) return;
      const messages = [...fresh.querySelectorAll("[data-id]")];
      const present = [...this.list.querySelectorAll("[data-id]")];
      // After a recall the new page reaches further back than this one, so compare from the first message that both have.
      const start = messages.findIndex((message) => this.find(message.dataset.id));
      if (start < 0 && messages.length && present.length) {
        // More than one page arrived: replace all messages. The message field and the outbox stay as they are.
        this.list.replaceChildren(...fresh.querySelector("[data-messages]").children);
        this.setOlder(fresh.querySelector("[data-older]"));
        this.arrange();
        await this.start();
        return;
      }
      const unread = fresh.querySelector(".unread-from");
      const firstUnread = unread?.nextElementSibling?.dataset.id;
      const common = messages.slice(Math.max(start, 0));
      const ids = new Set(common.map((message) => message.dataset.id));
      const first = start < 0 ? 0 : present.indexOf(this.find(common[0].dataset.id));
      for (const message of present.slice(first)) {
        if (!ids.has(message.dataset.id)) this.remove(message);
      }
      // Also add notes of messages that arrived and were recalled meanwhile.
      const from = Number(common[0]?.dataset.seq ?? 0);
      for (const note of fresh.querySelectorAll("[data-recalled]")) {
        const { recalled: id, seq } = note.dataset;
        if (Number(seq) > from && !this.list.querySelector(`[data-recalled="${CSS.escape(id)}"]`)) this.insert(note);
      }
      const wasPinned = this.pinned;
      common.forEach((message) => this.append(message));
      const firstMessage = firstUnread && this.find(firstUnread);
      if (firstMessage) {
        this.list.querySelector(".unread-from")?.remove();
        firstMessage.before(unread);
        this.arrange();
        if (wasPinned) { unread.scrollIntoView({ block: "center" }); this.pinned = this.atEnd(); }
      }
    });
  }

  /** Loads the pictures again that failed without a connection. */
  retryPictures() {
    for (const image of this.querySelectorAll("img")) {
      if (image.complete && !image.naturalWidth) image.setAttribute("src", image.getAttribute("src"));
    }
  }

  sent({ unionid, message_id: id }) {
    if (unionid !== this.account) return;
    if (document.hidden) { this.missed = true; return; }
    this.enqueue(async () => {
      if (this.find(id)) return;
      const message = await fetchFragment(`${this.dataset.href}/messages/${encodeURIComponent(id)}`);
      const item = message?.querySelector("[data-id]");
      if (item) this.append(item);
    });
  }

  // Earlier messages.

  loadOlderOnScroll(signal) {
    this.addEventListener("click", (event) => {
      const link = event.target.closest("[data-older] a");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.enqueue(async () => { if (await this.loadOlder()) this.focusOlder(); }).catch(() => {});
    }, { signal });
    this.observer = new IntersectionObserver((entries) => { this.isNearTop = entries.at(-1).isIntersecting; }, { rootMargin: "400px 0px 0px" });
    this.observer.observe(this.querySelector("[data-older]"));
    signal.addEventListener("abort", () => this.observer.disconnect());
  }

  /** Replaces the link to earlier messages. */
  setOlder(step) {
    const before = this.querySelector("[data-older]");
    this.observer.unobserve(before);
    before.replaceWith(step);
    this.isNearTop = false;
    this.observer.observe(step);
  }

  focusOlder() {
    (this.querySelector("[data-older] a") ?? this.list).focus({ preventScroll: true });
  }

  /** Loads one page of earlier messages. Returns true if there was one. */
  async loadOlder() {
    const link = this.querySelector("[data-older] a");
    if (!link) return false;
    this.section.setAttribute("aria-busy", "true");
    link.textContent = texts.textLoading;
    try {
      const older = await fetchFragment(`${link.href}&fragment=messages`);
      if (!older) return false;
      const below = this.page.scrollHeight - this.page.scrollTop;
      const items = [...older.querySelector("[data-messages]").children];
      this.list.prepend(...items.filter((item) => !item.dataset.id || !this.find(item.dataset.id)));
      this.setOlder(older.querySelector("[data-older]"));
      this.arrange();
      makeScrollableFocusable(this.list);
      this.page.scrollTop = this.page.scrollHeight - below;
      announce(texts.textOlder);
      return true;
    } catch (error) {
      link.textContent = texts.textFailed;
      throw error;
    } finally {
      this.section.removeAttribute("aria-busy");
    }
  }

  // Actions of the member. The messages in a response are inserted like those of events.

  connectMenu(bar, signal) {
    enhanceMenu(bar, signal);
    bar.addEventListener("submit", async (event) => {
      event.preventDefault();
      const item = event.submitter;
      if (item.getAttribute("aria-busy") === "true") return;
      item.setAttribute("aria-busy", "true");
      const parent = item.closest("details");
      if (parent) { parent.open = false; parent.querySelector("summary").focus(); }
      this.showProblem("");
      this.scrollToEnd();
      try {
        const response = await fetch(`${item.formAction}?fragment=messages`, { method: "POST", body: new FormData(), headers: { accept: "text/html" } });
        if (response.redirected || response.status === 401) { handleSessionEnd(); return; }
        if (response.ok) this.showMessages(parseHtml(await response.text()));
        else this.showProblem(response.headers.get("content-type")?.startsWith("text/plain") ? await response.text() : texts.textFailed);
      } catch {
        this.showProblem(texts.textFailed);
      } finally {
        item.removeAttribute("aria-busy");
      }
    }, { signal });
  }

  /** Shows the messages in the response to an action of the member. */
  showMessages(messages) {
    for (const message of messages.querySelectorAll("[data-id]")) this.append(message);
    this.scrollToEnd();
  }

  connectOutbox(signal) {
    const target = { account: this.account, address: this.address, draft: this.dataset.draft };
    for (const item of this.outboxList.querySelectorAll("[data-unsent]")) {
      outbox.add({ ...target, name: item.dataset.unsent, text: item.querySelector(".bubble").textContent });
      item.remove();
    }
    outbox.observe({
      changed: (entry) => { if (entry.account === this.account) this.renderPending(entry); },
      arrived: (entry, messages) => { if (entry.account === this.account) this.showMessages(messages); },
      // The text is now stored as a message, so its draft is cleared.
      failed: (entry) => { if (entry.account === this.account && !this.composer.field.value) this.composer.draft.clear(); },
    }, signal);
    outbox.loaded.then(() => {
      const { field } = this.composer;
      const isWaiting = outbox.entriesOf(this.account).some((entry) => entry.text?.trim() === field.value.trim());
      if (isWaiting) { field.value = ""; field.dispatchEvent(new Event("input")); }
      return this.composer.draft.restore();
    }).then(() => {
      this.composer.grow();
      this.keepAtEnd();
      // Until now the field could still get a text that only the browser has.
      this.dataset.restored = "";
    });
  }

  /** Renders a message that the server does not have yet, with its state and buttons. */
  renderPending(entry) {
    let item = this.outboxList.querySelector(`[data-name="${CSS.escape(entry.name)}"]`);
    if (entry.state === "gone") {
      const hadFocus = item?.contains(document.activeElement);
      if (item?.url) URL.revokeObjectURL(item.url);
      item?.remove();
      if (hadFocus) this.composer.field.focus();
      return;
    }
    if (!item) {
      item = make("li", { className: "message mine" });
      item.dataset.name = entry.name;
      item.dataset.pending = "";
      const meta = make("p", { className: "meta" }, make("span", { className: "sender", textContent: texts.textYou }), " ", make("span", { className: "state" }));
      item.append(meta);
      if (entry.file) {
        item.url = URL.createObjectURL(entry.file);
        item.append(make("div", { className: "photo" }, make("img", { src: item.url, alt: `${texts.textPicture}: ${entry.file.name}` })));
      } else {
        item.append(make("div", { className: "bubble text", dir: "auto", textContent: entry.text }));
      }
      item.append(make("div", { className: "waiting" }));
      this.outboxList.append(item);
      this.keepAtEnd();
    }
    const labels = { sending: texts.textSending, waits: texts.textWaits, soon: texts.textSoon, refused: `${texts.textNotSent}: ${entry.why}` };
    const state = item.querySelector(".state");
    if (item.dataset.state !== entry.state) {
      if (entry.state === "refused") announce(labels.refused);
      item.dataset.state = entry.state;
      state.textContent = labels[entry.state];
      this.renderButtons(item, entry);
    }
    const bar = item.querySelector("progress");
    if (bar && entry.progress !== undefined) bar.value = entry.progress;
  }

  renderButtons(item, entry) {
    const button = (textContent, onClick) => {
      const element = make("button", { type: "button", className: "quiet", textContent });
      element.addEventListener("click", onClick);
      return element;
    };
    const edit = button(texts.textEdit, () => { this.composer.restoreText(entry.text); outbox.remove(entry); });
    const cancel = button(texts.textCancel, () => { this.composer.addPictures([entry.file], entry.name); outbox.remove(entry); });
    const again = button(texts.textAgain, () => outbox.retry(entry));
    const discard = button(texts.textDiscard, async () => {
      if (await confirmDialog(texts.textDiscardSure, texts.textDiscard, texts.textKeep)) { await outbox.remove(entry); this.composer.field.focus(); }
    });
    const box = item.querySelector(".waiting");
    const hadFocus = box.contains(document.activeElement);
    if (entry.state === "sending") {
      const bar = entry.file && make("progress", { max: 1, value: 0 });
      bar?.setAttribute("aria-label", texts.textUploading);
      box.replaceChildren(...(entry.file ? [bar, cancel] : []));
    } else {
      box.replaceChildren(again, ...(entry.file ? [] : [edit]), discard);
    }
    if (hadFocus) (box.querySelector("button") ?? this.composer.field).focus();
    this.keepAtEnd();
  }
}

/** Returns the beginning of a message as text, for screen readers. */
function textOf(message) {
  const picture = message.querySelector(".photo img");
  const text = [...message.children].filter((part) => !part.matches(".meta")).map((part) => part.innerText).join(" ").trim();
  return (text || picture?.alt || "").replace(/\s+/g, " ").slice(0, 160);
}
