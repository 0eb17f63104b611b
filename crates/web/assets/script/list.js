/** The list of conversations. Each event refreshes it. On wide screens it is beside the conversation, which opens without reloading. */
class ConversationList extends HTMLElement {
  connectedCallback() {
    this.disconnected = new AbortController();
    const { signal } = this.disconnected;
    this.rows = this.querySelector("[data-rows]");
    this.enqueue = createQueue();
    /** The ids of messages that arrived since the page was opened and are unread, by conversation. Used while the list is not loaded. */
    this.unreadIds = new Map();
    showZone(this);
    const refresh = () => this.enqueue(() => this.refresh());
    // One refresh for a burst of sends, with a random delay, so that not all open pages send requests at the same time.
    const refreshSoon = () => {
      this.timer ??= setTimeout(() => { this.timer = undefined; refresh(); }, 100 + Math.random() * 300);
    };
    stream.listen({
      sent: (event) => { this.count(event); if (this.isVisible()) refreshSoon(); this.notify(event); },
      recalled: ({ unionid, message_id: id }) => { this.unreadIds.get(unionid)?.delete(id); if (this.isVisible()) refreshSoon(); this.updateUnread(); },
      read: (event) => this.enqueue(() => this.read(event)),
      opened: () => { if (this.isVisible()) refresh(); outbox.send(); },
    }, signal);
    wide.addEventListener("change", () => { if (this.isVisible() && this.dataset.empty !== undefined) refresh(); }, { signal });
    this.addEventListener("click", (event) => this.open(event), { signal });
    this.path = location.pathname + location.search;
    // `popstate` also fires for links to a fragment of this page.
    addEventListener("popstate", () => { if (location.pathname + location.search !== this.path) this.goTo(location.href, { isBack: true }); }, { signal });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { this.unreadIds.delete(this.current()); this.updateUnread(); } }, { signal });
    // Escape moves the focus from the conversation to its row.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !event.target.closest?.("inbox-conversation")) return;
      if (wide.matches) this.rows.querySelector("a[aria-current]")?.focus();
    }, { signal });
    this.offerNotifications();
    this.markCurrent();
    this.updateUnread();
  }

  disconnectedCallback() {
    this.disconnected.abort();
  }

  /** On narrow screens the list is a separate page. */
  isVisible() {
    return wide.matches || !document.querySelector("inbox-conversation");
  }

  current() {
    return document.querySelector("inbox-conversation")?.dataset.unionid;
  }

  async refresh() {
    const rows = await fetchFragment(this.dataset.fragment);
    if (!rows) return;
    const focused = this.rows.contains(document.activeElement) ? document.activeElement.dataset.unionid : undefined;
    const { scrollTop } = this;
    this.rows.replaceChildren(rows);
    this.rows.removeAttribute("aria-busy");
    delete this.dataset.empty;
    this.scrollTop = scrollTop;
    if (focused) this.rows.querySelector(`[data-unionid="${CSS.escape(focused)}"]`)?.focus();
    this.markCurrent();
    this.updateUnread();
  }

  /** Marks the conversation that is open. */
  markCurrent() {
    for (const row of this.rows.querySelectorAll("[data-unionid]")) {
      if (row.dataset.unionid === this.current()) row.setAttribute("aria-current", "page"); else row.removeAttribute("aria-current");
    }
  }

  /** Handles the event that a conversation was read up to a message, on this page or another one. */
  read({ unionid, seq }) {
    this.unreadIds.delete(unionid);
    const row = this.rows.querySelector(`[data-unionid="${CSS.escape(unionid)}"]`);
    const counted = this.rows.querySelector("[data-unread]");
    if (row && counted && Number(row.dataset.seq) <= seq) {
      counted.dataset.unread = Number(counted.dataset.unread) - Number(row.dataset.count);
      row.dataset.count = 0;
      row.querySelector(".badge")?.remove();
      row.querySelector(".tag.urgent")?.remove();
    }
    this.updateUnread();
  }

  count({ unionid, message_id: id, mine }) {
    if (mine || (unionid === this.current() && !document.hidden)) return;
    if (!this.unreadIds.has(unionid)) this.unreadIds.set(unionid, new Set());
    this.unreadIds.get(unionid).add(id);
    this.updateUnread();
  }

  /** Shows the number of unread messages in the title, on the icon of the page, and on that of the app. */
  updateUnread() {
    const listed = this.dataset.empty === undefined ? Number(this.rows.querySelector("[data-unread]")?.dataset.unread ?? 0) : undefined;
    const unread = listed ?? [...this.unreadIds.values()].reduce((sum, ids) => sum + ids.size, 0);
    document.title = `${unread ? `(${unread > 99 ? "99+" : unread}) ` : ""}${document.title.replace(/^\(\d+\+?\) /, "")}`;
    const icon = document.querySelector('link[rel="icon"]');
    icon.dataset.read ??= icon.getAttribute("href");
    icon.setAttribute("href", unread ? icon.dataset.unread : icon.dataset.read);
    if (unread) navigator.setAppBadge?.(unread).catch(() => {}); else navigator.clearAppBadge?.().catch(() => {});
  }

  // Notifications, if the browser has them and the member allows them.

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
      // The tag makes one notification for each conversation, even with several open pages. It does not contain the message.
      const notification = new Notification(name, { body: texts.textNotification, tag: unionid, icon: document.querySelector('link[rel="icon"]').href });
      notification.addEventListener("click", () => {
        focus();
        location.assign(`/inbox/a/${encodeURIComponent(unionid)}#latest`);
        notification.close();
      });
    } catch { /* Some browsers allow them only for installed apps. */ }
  }

  // Two panes.

  open(event) {
    const row = event.target.closest("a.row");
    if (!row || !wide.matches || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.goTo(row.href, {});
  }

  /** Opens the page of an address without reloading: a conversation, or the empty area beside the list. */
  async goTo(address, { isBack = false }) {
    const url = new URL(address);
    if (isBack && !wide.matches) { location.reload(); return; }
    const pane = document.querySelector("inbox-conversation, .no-conversation");
    const navigation = (this.navigation = {});
    pane.setAttribute("aria-busy", "true");
    let page;
    try {
      const response = await fetch(url, { headers: { accept: "text/html" }, cache: "no-store" });
      if (response.redirected || !response.ok) throw new Error(`${url}: ${response.status}`);
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      location.assign(url);
      return;
    }
    // Another conversation was chosen meanwhile.
    if (this.navigation !== navigation) return;
    const next = page.querySelector("inbox-conversation, .no-conversation");
    if (!next) { location.assign(url); return; }
    if (!isBack) history.pushState(null, "", url);
    this.path = location.pathname + location.search;
    document.title = page.title;
    document.body.className = page.body.className;
    document.body.style.removeProperty("--dock");
    const heading = this.querySelector(".bar > h1");
    if (heading) heading.replaceWith(make("p", { className: "heading", textContent: heading.textContent }));
    document.querySelector(".skip").setAttribute("href", next.matches(".no-conversation") ? "#rows" : "#messages");
    for (const link of this.querySelectorAll(".foot a[hreflang]")) {
      link.href = page.querySelector(".foot a[hreflang]").getAttribute("href");
    }
    document.querySelector("inbox-conversation, .no-conversation").replaceWith(document.adoptNode(next));
    this.unreadIds.delete(this.current());
    this.markCurrent();
    this.enqueue(() => this.refresh());
    (isBack ? document.querySelector("a.row[aria-current]") : document.getElementById("messages"))?.focus({ preventScroll: true });
  }
}
