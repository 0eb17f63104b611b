// Pages of the console that change while they are open, and replies. Without this script a page is loaded again to see what is new, and
// a saved answer is inserted by its link.
const typing = (element) => element?.closest("input, textarea, select, [contenteditable]");

/** Returns true if something in an element was typed, chosen or opened: it must not be swapped. */
function isBusy(element) {
  if (element.contains(document.activeElement) && typing(document.activeElement)) return true;
  if (element.matches("details[open]") || element.querySelector("details[open]")) return true;
  return [...element.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.matches("select")) return [...field.options].some((option) => option.defaultSelected && !option.selected);
    return field.value !== field.defaultValue;
  });
}

/** Puts another element in the place of one. A link or button that had the focus has it again. */
function replace(old, next) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  const [href, text] = focused ? [focused.getAttribute("href"), focused.textContent] : [];
  old.replaceWith(next);
  if (!focused) return;
  const all = [next, ...next.querySelectorAll("a, button, summary, [tabindex]")];
  const again = all.find((one) => href && one.getAttribute("href") === href) ?? all.find((one) => one.textContent === text);
  (again ?? document.getElementById("main")).focus({ preventScroll: true });
}

/** Makes the children of an element, which have ids, those of another one. What is busy stays as it is. */
function reconcile(old, next, keepsOthers) {
  const own = new Map([...old.children].map((child) => [child.id, child]));
  let at = keepsOthers ? own.get([...next.children].find((child) => own.has(child.id))?.id) ?? null : old.firstElementChild;
  for (const child of [...next.children]) {
    let present = own.get(child.id);
    own.delete(child.id);
    if (!present) {
      old.insertBefore(child, at);
      continue;
    }
    if (!present.isEqualNode(child)) {
      if (present.tagName === child.tagName && child.childElementCount && [...child.children].every((one) => one.id)) {
        reconcile(present, child);
      } else if (!isBusy(present)) {
        if (at === present) at = child;
        replace(present, child);
        present = child;
      }
    }
    if (at === present) at = present.nextElementSibling;
    else old.insertBefore(present, at);
  }
  if (keepsOthers) return;
  for (const child of own.values()) {
    if (isBusy(child)) continue;
    const hadFocus = child.contains(document.activeElement);
    const neighbour = child.nextElementSibling ?? child.previousElementSibling;
    child.remove();
    if (hadFocus) (neighbour?.querySelector("a, button") ?? document.getElementById("main")).focus({ preventScroll: true });
  }
}

/** `<live-page>`: keeps the parts of a page up to date that have `data-live`, as long as somebody looks at it. */
customElements.define("live-page", class extends HTMLElement {
  connectedCallback() {
    this.retryDelay = 2000;
    this.announced = this.dataset.announcement;
    this.connect();
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.connect(); });
    addEventListener("online", () => { if (!document.hidden) this.connect(); });
    // Nobody looks at a hidden page, and browsers allow few connections to a host. A page may also be opened in the background.
    const look = () => {
      clearTimeout(this.hiddenTimer);
      if (document.hidden) this.hiddenTimer = setTimeout(() => this.close(), 10_000);
      else if (!this.source) this.connect();
      else if (this.isStale) this.update();
    };
    document.addEventListener("visibilitychange", look);
    look();
  }

  connect() {
    if (this.hasEnded) return;
    this.close();
    this.source = new EventSource(`/console/live?${this.dataset.watch}`);
    this.source.onopen = () => {
      this.retryDelay = 2000;
      this.isOffline(false);
      // What happened while there was no connection.
      if (this.wasOpen) this.update();
      this.wasOpen = true;
    };
    this.source.addEventListener("changed", () => this.update());
    this.source.onerror = () => {
      this.isOffline(true);
      // Browsers retry a broken connection, but not a refused one.
      if (this.source?.readyState !== EventSource.CLOSED) return;
      this.update();
      clearTimeout(this.retryTimer);
      this.retryTimer = setTimeout(() => this.connect(), this.retryDelay);
      this.retryDelay = Math.min(this.retryDelay * 2, 60_000);
    };
  }

  close() {
    clearTimeout(this.retryTimer);
    clearTimeout(this.offlineTimer);
    this.offlineTimer = undefined;
    this.source?.close();
    this.source = undefined;
  }

  isOffline(is) {
    const notice = document.getElementById("offline");
    clearTimeout(this.offlineTimer);
    if (is) this.offlineTimer = setTimeout(() => { notice.hidden = this.hasEnded ?? false; }, 4000);
    else notice.hidden = true;
  }

  /** Reads the page again. Changes that come meanwhile are read together afterwards. */
  async update() {
    this.isStale = true;
    if (document.hidden || this.isBusy || this.hasEnded) return;
    this.isBusy = true;
    this.isStale = false;
    try {
      const url = new URL(location.href);
      url.searchParams.set("fragment", "1");
      url.hash = "";
      const response = await fetch(url, { headers: { accept: "text/html" }, redirect: "manual" });
      if (response.ok) this.swap(await response.text());
      else if (response.type === "opaqueredirect" || [401, 403, 404].includes(response.status)) this.end();
      else this.isStale = true;
    } catch {
      // Offline: the next connection reads it.
      this.isStale = true;
    }
    this.isBusy = false;
    if (this.isStale && this.source?.readyState === EventSource.OPEN) setTimeout(() => this.update(), 2000);
  }

  swap(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    // A reply is written below the messages: it must not move away.
    const reply = document.querySelector("reply-box");
    const before = reply?.getBoundingClientRect().top;
    const isSeen = reply && before < innerHeight;
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = page.getElementById(part.id);
      if (next) reconcile(part, next, part.dataset.live === "keep");
    }
    if (isSeen) scrollBy({ top: reply.getBoundingClientRect().top - before, behavior: "instant" });
    this.announce(page.querySelector("live-page")?.dataset.announcement);
  }

  /** Announces a count or a message when it changes, the last of several within some seconds. */
  announce(text) {
    if (!text || text === this.announced) return;
    this.announced = text;
    this.announceTimer ??= setTimeout(() => {
      this.announceTimer = undefined;
      document.getElementById("live").textContent = this.announced;
    }, 1500);
  }

  /** The session ended, or the operator may not open the page any more. What is typed stays. */
  end() {
    this.hasEnded = true;
    this.close();
    this.isOffline(false);
    const again = Object.assign(document.createElement("a"), { href: location.href, textContent: this.dataset.reload });
    const notice = Object.assign(document.createElement("p"), { className: "error live-ended" });
    notice.setAttribute("role", "alert");
    notice.append(`${this.dataset.ended} `, again);
    this.replaceChildren(notice);
  }
});

/** `<reply-box>`: inserts saved answers at the cursor, and keeps what is typed until it is sent. */
customElements.define("reply-box", class extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.list = this.querySelector("details.answers");
    this.filter = this.list.querySelector("input");
    this.keepText();
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
        event.preventDefault();
        this.text.form.requestSubmit();
      } else if (event.code === "KeyS" && event.altKey) {
        event.preventDefault();
        this.open();
      }
    });
    this.list.addEventListener("click", (event) => {
      const answer = event.target.closest("[data-answer]");
      if (!answer || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.insert(answer);
    });
    this.list.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || document.querySelector("dialog[open]")) return;
      if (event.key === "r") this.text.focus();
      else if (event.key === "s") this.open();
      else return;
      event.preventDefault();
    });
    if (!this.filter) return;
    this.filter.closest("p").hidden = false;
    this.filter.addEventListener("input", () => {
      const wanted = this.filter.value.trim().toLowerCase();
      for (const answer of this.answers()) answer.parentElement.hidden = !answer.textContent.toLowerCase().includes(wanted);
    });
  }

  /** What is typed outlives a reload, a search for articles, and a session that ends. It is forgotten once the reply is in the thread. */
  keepText() {
    const name = `reply ${location.pathname}`;
    const { text, sent } = JSON.parse(sessionStorage.getItem(name) ?? "{}");
    if (sent && location.hash === "#latest" && !document.getElementById("problem")) sessionStorage.removeItem(name);
    else if (text && !this.text.value) this.text.value = text;
    const save = (sent) => sessionStorage.setItem(name, JSON.stringify({ text: this.text.value, sent }));
    this.text.addEventListener("input", () => save(false));
    this.text.form.addEventListener("submit", () => save(true));
  }

  answers() {
    return [...this.list.querySelectorAll("[data-answer]")];
  }

  open() {
    this.list.open = true;
    (this.filter ?? this.list.querySelector("a")).focus();
  }

  insert(answer) {
    const { text } = this;
    text.setRangeText(answer.querySelector(".content").textContent, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input"));
    this.list.open = false;
    text.focus();
  }

  key(event) {
    if (event.isComposing) return;
    const visible = this.answers().filter((answer) => !answer.parentElement.hidden);
    const at = visible.indexOf(document.activeElement);
    if (event.key === "Escape") {
      this.list.open = false;
      this.text.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = visible[at + (event.key === "ArrowDown" ? 1 : -1)];
      (next ?? (event.key === "ArrowUp" ? this.filter : visible.at(-1)))?.focus();
    } else if (event.key === "Enter" && event.target === this.filter) {
      if (visible[0]) this.insert(visible[0]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
});
