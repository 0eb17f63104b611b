/** Milliseconds after which a message of the same sender names sender and time again. */
const CONTINUED_MS = 5 * 60_000;
/** Pages of earlier messages that are looked through for one that a link names. */
const PAGES_BACK = 5;

/** A conversation: messages arrive at the end and leave where they are. */
class Conversation extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.account = this.dataset.unionid;
    this.section = this.querySelector(".messages");
    this.list = this.querySelector("[data-messages]");
    this.waiting = this.querySelector("[data-outbox]");
    this.pill = this.querySelector("[data-pill]");
    this.problem = this.querySelector("[data-problem]");
    this.next = inOrder();
    this.page = document.scrollingElement;
    this.pinned = true;
    this.missed = false;
    this.list.tabIndex = -1;
    tellZone(this);
    reachable(this);
    this.loadWhileScrolling(signal);
    this.followEnd(signal);
    const bar = this.querySelector("[data-menu]");
    if (bar) this.menuBar(bar, signal);
    const form = this.querySelector("[data-compose]");
    if (form) {
      this.address = form.getAttribute("action");
      this.composer = new Composer(this, form, signal);
      this.beginOutbox(signal);
    }
    this.start();
    // A browser that follows the address once all is loaded must not lead away from where the conversation begins.
    if (document.readyState !== "complete") addEventListener("load", () => { if (!this.moved) this.start(); }, { once: true, signal });
    if (this.dataset.live === undefined) return;
    document.addEventListener("visibilitychange", () => { if (!document.hidden && this.missed) this.sync(); }, { signal });
    stream.listen({
      sent: (event) => this.sent(event),
      recalled: ({ unionid, message_id: id }) => {
        if (unionid === this.account) this.next(() => { const message = this.find(id); if (message) this.remove(message); });
      },
      opened: () => { this.sync(); outbox.send(); },
    }, signal);
  }

  disconnectedCallback() {
    this.gone.abort();
  }

  find(id) {
    return this.list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  explain(words) {
    if (!this.problem) return;
    this.problem.textContent = words;
    this.problem.hidden = !words;
  }

  // Where one is.

  atEnd() {
    return this.page.scrollHeight - this.page.clientHeight - this.page.scrollTop < 48;
  }

  toEnd() {
    this.pinned = true;
    this.pill.hidden = true;
    this.page.scrollTop = this.page.scrollHeight;
  }

  /** Whoever was at the end is there again. */
  stay() {
    if (this.pinned) this.toEnd();
  }

  /** Begins at the message that the address names, else where what is unread begins, else at the end. */
  async start() {
    const { hash } = location;
    const unread = this.list.querySelector(".unread-from");
    if (hash.startsWith("#m-")) {
      await this.next(() => this.goTo(decodeURIComponent(hash.slice(3))));
    } else if (unread && this.dataset.live !== undefined) {
      unread.scrollIntoView({ block: "start" });
      if (document.activeElement === document.body) unread.focus({ preventScroll: true });
      this.pinned = this.atEnd();
    } else if (this.dataset.live !== undefined) {
      this.toEnd();
    }
  }

  async goTo(id) {
    for (let pages = 0; !this.find(id) && pages < PAGES_BACK && await this.loadOlder(); pages += 1);
    const message = this.find(id) ?? this.list.querySelector(`[data-recalled="${CSS.escape(id)}"]`);
    if (!message) { this.toEnd(); return; }
    this.pinned = false;
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
    message.classList.add("named");
    message.scrollIntoView({ block: "center" });
    setTimeout(() => message.classList.remove("named"), 3000);
  }

  followEnd(signal) {
    this.pill.addEventListener("click", () => { this.toEnd(); this.composer?.field.focus(); });
    // Only going up leaves the end: a picture that has just loaded moves the end away without anybody scrolling.
    let last = 0;
    addEventListener("scroll", () => {
      if (this.atEnd()) {
        this.pinned = true;
        this.pill.hidden = true;
      } else if (this.page.scrollTop < last) {
        this.pinned = false;
      }
      last = this.page.scrollTop;
      if (this.isNearTop && !this.pinned) this.next(() => this.loadOlder());
    }, { passive: true, signal });
    for (const moving of ["wheel", "touchmove", "keydown"]) addEventListener(moving, () => { this.moved = true; }, { passive: true, once: true, signal });
    // Pictures that finish loading move the end, and so does the field when more is written in it.
    const resized = new ResizeObserver(() => this.stay());
    resized.observe(this.section);
    const dock = this.querySelector(".dock");
    if (dock) {
      resized.observe(dock);
      new ResizeObserver(() => document.body.style.setProperty("--dock", `${dock.offsetHeight}px`)).observe(dock);
    }
    signal.addEventListener("abort", () => resized.disconnect());
  }

  // Messages.

  /** Puts a message where it belongs: what was sent at the same time may arrive in another order. */
  place(message) {
    if (this.find(message.dataset.id)) return false;
    this.insert(message);
    reachable(message);
    return true;
  }

  insert(item) {
    const seq = Number(item.dataset.seq);
    const later = [...this.list.querySelectorAll("[data-seq]")].find((other) => Number(other.dataset.seq) > seq);
    this.list.insertBefore(item, later ?? null);
    this.arrange();
  }

  append(message) {
    if (!this.place(message)) return;
    if (this.pinned) this.toEnd(); else if (!message.matches(".mine")) this.pill.hidden = false;
    if (!message.matches(".mine")) say(`${message.querySelector(".who").textContent}: ${spoken(message)}`);
  }

  /** Takes a recalled message off, and leaves the same trace that the server draws. */
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
    say(texts.textRecalled);
  }

  /** Days between messages, and which messages continue others: as the server draws them. */
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
      item.classList.toggle("continued", isMessage && Boolean(before?.at) && before.mine === mine && Number(at) - before.at < CONTINUED_MS && !item.querySelector(":scope > .stamp .tag"));
      before = isMessage ? { day, mine, at: Number(at) } : { day };
    }
  }

  /** Makes the page what the server has now: adds what is missing, removes what is gone. */
  sync() {
    return this.next(async () => {
      // What nobody looks at must not count as read.
      if (document.hidden) { this.missed = true; return; }
      this.missed = false;
      const fresh = await fragment(`${this.dataset.href}?fragment=messages`);
      if (!fresh) return;
      const messages = [...fresh.querySelectorAll("[data-id]")];
      const shown = [...this.list.querySelectorAll("[data-id]")];
      // After a recall the server's page reaches further back than this one: start where both have a message.
      const start = messages.findIndex((message) => this.find(message.dataset.id));
      if (start < 0 && messages.length && shown.length) {
        // More arrived than one page holds: begin anew. What is typed, and what is not sent yet, stays where it is.
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
      const first = start < 0 ? 0 : shown.indexOf(this.find(common[0].dataset.id));
      for (const message of shown.slice(first)) {
        if (!ids.has(message.dataset.id)) this.remove(message);
      }
      // So does the trace of what came and was recalled meanwhile.
      const from = Number(common[0]?.dataset.seq ?? 0);
      for (const note of fresh.querySelectorAll("[data-recalled]")) {
        const { recalled: id, seq } = note.dataset;
        if (Number(seq) > from && !this.list.querySelector(`[data-recalled="${CSS.escape(id)}"]`)) this.insert(note);
      }
      const wasPinned = this.pinned;
      common.forEach((message) => this.append(message));
      const begins = firstUnread && this.find(firstUnread);
      if (begins) {
        this.list.querySelector(".unread-from")?.remove();
        begins.before(unread);
        this.arrange();
        if (wasPinned) { unread.scrollIntoView({ block: "center" }); this.pinned = this.atEnd(); }
      }
    });
  }

  sent({ unionid, message_id: id }) {
    if (unionid !== this.account) return;
    if (document.hidden) { this.missed = true; return; }
    this.next(async () => {
      if (this.find(id)) return;
      const message = await fragment(`${this.dataset.href}/messages/${encodeURIComponent(id)}`);
      const item = message?.querySelector("[data-id]");
      if (item) this.append(item);
    });
  }

  // Earlier messages.

  loadWhileScrolling(signal) {
    this.addEventListener("click", (event) => {
      const link = event.target.closest("[data-older] a");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.next(async () => { if (await this.loadOlder()) this.afterOlder(); }).catch(() => {});
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

  afterOlder() {
    (this.querySelector("[data-older] a") ?? this.list).focus({ preventScroll: true });
  }

  /** Loads one page of earlier messages; whether there was one. */
  async loadOlder() {
    const link = this.querySelector("[data-older] a");
    if (!link) return false;
    this.section.setAttribute("aria-busy", "true");
    link.textContent = texts.textLoading;
    try {
      const older = await fragment(`${link.href}&fragment=messages`);
      if (!older) return false;
      const below = this.page.scrollHeight - this.page.scrollTop;
      const items = [...older.querySelector("[data-messages]").children];
      this.list.prepend(...items.filter((item) => !item.dataset.id || !this.find(item.dataset.id)));
      this.setOlder(older.querySelector("[data-older]"));
      this.arrange();
      reachable(this.list);
      this.page.scrollTop = this.page.scrollHeight - below;
      say(texts.textOlder);
      return true;
    } catch (error) {
      link.textContent = texts.textFailed;
      throw error;
    } finally {
      this.section.removeAttribute("aria-busy");
    }
  }

  // What the member does: the server's answer goes in among what arrives meanwhile.

  menuBar(bar, signal) {
    menu(bar, signal);
    bar.addEventListener("submit", async (event) => {
      event.preventDefault();
      const item = event.submitter;
      if (item.getAttribute("aria-busy") === "true") return;
      item.setAttribute("aria-busy", "true");
      const parent = item.closest("details");
      if (parent) { parent.open = false; parent.querySelector("summary").focus(); }
      this.explain("");
      this.toEnd();
      try {
        const answer = await fetch(`${item.formAction}?fragment=messages`, { method: "POST", body: new FormData(), headers: { accept: "text/html" } });
        if (answer.redirected || answer.status === 401) { sessionEnded(); return; }
        if (answer.ok) this.take(parsed(await answer.text()));
        else this.explain(answer.headers.get("content-type")?.startsWith("text/plain") ? await answer.text() : texts.textFailed);
      } catch {
        this.explain(texts.textFailed);
      } finally {
        item.removeAttribute("aria-busy");
      }
    }, { signal });
  }

  /** Shows the messages that came of what the member did. */
  take(messages) {
    for (const message of messages.querySelectorAll("[data-id]")) this.append(message);
    this.toEnd();
  }

  beginOutbox(signal) {
    const of = { account: this.account, address: this.address, draft: this.dataset.draft };
    for (const item of this.waiting.querySelectorAll("[data-unsent]")) {
      outbox.add({ ...of, name: item.dataset.unsent, text: item.querySelector(".bubble").textContent });
      item.remove();
    }
    outbox.show({
      changed: (entry) => { if (entry.account === this.account) this.drawWaiting(entry); },
      arrived: (entry, messages) => { if (entry.account === this.account) this.take(messages); },
      // The text is kept as a message from now on.
      failed: (entry) => { if (entry.account === this.account && !this.composer.field.value) this.composer.draft.clear(); },
    }, signal);
    outbox.loaded.then(() => {
      const { field } = this.composer;
      const isWaiting = outbox.of(this.account).some((entry) => entry.text?.trim() === field.value.trim());
      if (isWaiting) { field.value = ""; field.dispatchEvent(new Event("input")); }
      return this.composer.draft.restore();
    }).then(() => { this.composer.grow(); this.stay(); });
  }

  /** Draws a message that is not at the server yet, with what can be done about it. */
  drawWaiting(entry) {
    let item = this.waiting.querySelector(`[data-name="${CSS.escape(entry.name)}"]`);
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
      const stamp = make("p", { className: "stamp" }, make("span", { className: "who", textContent: texts.textYou }), " ", make("span", { className: "state" }));
      item.append(stamp);
      if (entry.file) {
        item.url = URL.createObjectURL(entry.file);
        item.append(make("div", { className: "photo" }, make("img", { src: item.url, alt: `${texts.textPicture}: ${entry.file.name}` })));
      } else {
        item.append(make("div", { className: "bubble text", dir: "auto", textContent: entry.text }));
      }
      item.append(make("div", { className: "waiting" }));
      this.waiting.append(item);
      this.stay();
    }
    const words = { sending: texts.textSending, waits: texts.textWaits, soon: texts.textSoon, refused: `${texts.textNotSent}: ${entry.why}` };
    const state = item.querySelector(".state");
    if (item.dataset.state !== entry.state) {
      if (entry.state === "refused") say(words.refused);
      item.dataset.state = entry.state;
      state.textContent = words[entry.state];
      this.drawButtons(item, entry);
    }
    const bar = item.querySelector("progress");
    if (bar && entry.progress !== undefined) bar.value = entry.progress;
  }

  drawButtons(item, entry) {
    const button = (words, act) => {
      const one = make("button", { type: "button", className: "quiet", textContent: words });
      one.addEventListener("click", act);
      return one;
    };
    const edit = button(texts.textEdit, async () => { await outbox.take(entry); this.composer.bringBack(entry.text); });
    const cancel = button(texts.textCancel, async () => { await outbox.take(entry); this.composer.choose([entry.file], entry.name); });
    const again = button(texts.textAgain, () => outbox.again(entry));
    const discard = button(texts.textDiscard, async () => {
      if (await ask(texts.textDiscardSure, texts.textDiscard, texts.textKeep)) { await outbox.take(entry); this.composer.field.focus(); }
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
    this.stay();
  }
}

/** A message in a few words. */
function spoken(message) {
  const picture = message.querySelector(".photo img");
  const words = [...message.children].filter((part) => !part.matches(".stamp")).map((part) => part.innerText).join(" ").trim();
  return (words || picture?.alt || "").replace(/\s+/g, " ").slice(0, 160);
}
