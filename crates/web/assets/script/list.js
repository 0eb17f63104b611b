/** The list of conversations: any event refreshes it. On wide screens it stands beside the conversation, which opens in place. */
class ConversationList extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.rows = this.querySelector("[data-rows]");
    this.next = inOrder();
    /** What arrived since the page was opened and was not read, by conversation: where the list is not there to count. */
    this.arrived = new Map();
    tellZone(this);
    const refresh = () => this.next(() => this.refresh());
    // A burst of sends is one refresh, and a thousand open pages do not ask in the same instant.
    const soon = () => {
      this.timer ??= setTimeout(() => { this.timer = undefined; refresh(); }, 100 + Math.random() * 300);
    };
    stream.listen({
      sent: (event) => { this.count(event); if (this.isShown()) soon(); this.notify(event); },
      recalled: ({ unionid, message_id: id }) => { this.arrived.get(unionid)?.delete(id); if (this.isShown()) soon(); this.show(); },
      read: (event) => this.next(() => this.read(event)),
      opened: () => { if (this.isShown()) refresh(); outbox.send(); },
    }, signal);
    wide.addEventListener("change", () => { if (this.isShown() && this.dataset.empty !== undefined) refresh(); }, { signal });
    this.addEventListener("click", (event) => this.open(event), { signal });
    this.place = location.pathname + location.search;
    // A link to a place on the page changes the address too.
    addEventListener("popstate", () => { if (location.pathname + location.search !== this.place) this.goTo(location.href, { isBack: true }); }, { signal });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { this.arrived.delete(this.current()); this.show(); } }, { signal });
    // From the conversation back to where it was chosen.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !event.target.closest?.("inbox-conversation")) return;
      if (wide.matches) this.rows.querySelector("a[aria-current]")?.focus();
    }, { signal });
    this.offerNotifications();
    this.mark();
    this.show();
  }

  disconnectedCallback() {
    this.gone.abort();
  }

  /** On a narrow screen the list is a page of its own. */
  isShown() {
    return wide.matches || !document.querySelector("inbox-conversation");
  }

  current() {
    return document.querySelector("inbox-conversation")?.dataset.unionid;
  }

  async refresh() {
    const rows = await fragment(this.dataset.fragment);
    if (!rows) return;
    const focused = this.rows.contains(document.activeElement) ? document.activeElement.dataset.unionid : undefined;
    const { scrollTop } = this;
    this.rows.replaceChildren(rows);
    this.rows.removeAttribute("aria-busy");
    delete this.dataset.empty;
    this.scrollTop = scrollTop;
    if (focused) this.rows.querySelector(`[data-unionid="${CSS.escape(focused)}"]`)?.focus();
    this.mark();
    this.show();
  }

  /** Marks the conversation that is open. */
  mark() {
    for (const row of this.rows.querySelectorAll("[data-unionid]")) {
      if (row.dataset.unionid === this.current()) row.setAttribute("aria-current", "page"); else row.removeAttribute("aria-current");
    }
  }

  /** Another page, or this one, read a conversation up to a message. */
  read({ unionid, seq }) {
    this.arrived.delete(unionid);
    const row = this.rows.querySelector(`[data-unionid="${CSS.escape(unionid)}"]`);
    const counted = this.rows.querySelector("[data-unread]");
    if (row && counted && Number(row.dataset.seq) <= seq) {
      counted.dataset.unread = Number(counted.dataset.unread) - Number(row.dataset.count);
      row.dataset.count = 0;
      row.querySelector(".badge")?.remove();
      row.querySelector(".tag.urgent")?.remove();
    }
    this.show();
  }

  count({ unionid, message_id: id, mine }) {
    if (mine || (unionid === this.current() && !document.hidden)) return;
    if (!this.arrived.has(unionid)) this.arrived.set(unionid, new Set());
    this.arrived.get(unionid).add(id);
    this.show();
  }

  /** How many are unread, in the title, on the icon of the page, and on that of the app. */
  show() {
    const listed = this.dataset.empty === undefined ? Number(this.rows.querySelector("[data-unread]")?.dataset.unread ?? 0) : undefined;
    const unread = listed ?? [...this.arrived.values()].reduce((sum, ids) => sum + ids.size, 0);
    document.title = `${unread ? `(${unread > 99 ? "99+" : unread}) ` : ""}${document.title.replace(/^\(\d+\+?\) /, "")}`;
    const icon = document.querySelector('link[rel="icon"]');
    icon.dataset.read ??= icon.getAttribute("href");
    icon.setAttribute("href", unread ? icon.dataset.unread : icon.dataset.read);
    if (unread) navigator.setAppBadge?.(unread).catch(() => {}); else navigator.clearAppBadge?.().catch(() => {});
  }

  // Notifications, where the browser has them and the member wants them.

  offerNotifications() {
    const button = this.querySelector("[data-notify]");
    if (!("Notification" in window) || !isSecureContext || Notification.permission !== "default") return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await Notification.requestPermission();
      button.hidden = true;
      this.rows.focus();
    });
  }

  notify({ unionid, mine }) {
    if (mine || !document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    const row = this.rows.querySelector(`[data-unionid="${CSS.escape(unionid)}"]`);
    const open = document.querySelector("inbox-conversation");
    const name = row?.querySelector(".name").textContent ?? (open?.dataset.unionid === unionid ? open.dataset.title : "Carillon");
    try {
      // One for each conversation, whatever the number of open pages. What it says is seen on the page alone.
      const shown = new Notification(name, { body: texts.textNotification, tag: unionid, icon: document.querySelector('link[rel="icon"]').href });
      shown.addEventListener("click", () => {
        focus();
        location.assign(`/inbox/a/${encodeURIComponent(unionid)}#latest`);
        shown.close();
      });
    } catch { /* Some browsers have them for installed apps alone. */ }
  }

  // Two panes.

  open(event) {
    const row = event.target.closest("a.row");
    if (!row || !wide.matches || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.goTo(row.href, {});
  }

  /** Opens the conversation of an address in place; without one, nothing stands beside the list. */
  async goTo(address, { isBack = false }) {
    const here = new URL(address);
    if (isBack && !wide.matches) { location.reload(); return; }
    const place = document.querySelector("inbox-conversation, .blank");
    const asked = (this.asked = {});
    place.setAttribute("aria-busy", "true");
    let page;
    try {
      const answer = await fetch(here, { headers: { accept: "text/html" }, cache: "no-store" });
      if (answer.redirected || !answer.ok) throw new Error(`${here}: ${answer.status}`);
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      location.assign(here);
      return;
    }
    // Another one was chosen meanwhile.
    if (this.asked !== asked) return;
    const next = page.querySelector("inbox-conversation, .blank");
    if (!next) { location.assign(here); return; }
    if (!isBack) history.pushState(null, "", here);
    this.place = location.pathname + location.search;
    document.title = page.title;
    document.body.className = page.body.className;
    document.body.style.removeProperty("--dock");
    const heading = this.querySelector(".bar > h1");
    if (heading) heading.replaceWith(make("p", { className: "heading", textContent: heading.textContent }));
    document.querySelector(".skip").setAttribute("href", next.matches(".blank") ? "#rows" : "#messages");
    for (const link of this.querySelectorAll(".foot a[hreflang]")) {
      link.href = page.querySelector(".foot a[hreflang]").getAttribute("href");
    }
    document.querySelector("inbox-conversation, .blank").replaceWith(document.adoptNode(next));
    this.arrived.delete(this.current());
    this.mark();
    this.next(() => this.refresh());
    (isBack ? document.querySelector("a.row[aria-current]") : document.getElementById("messages"))?.focus({ preventScroll: true });
  }
}
