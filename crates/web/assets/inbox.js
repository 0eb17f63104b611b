// The live parts of the inbox. Every page works without this module; with it, messages arrive and leave by
// themselves, earlier messages load in place, and the menu follows the arrow keys.

const texts = document.body.dataset;
const live = document.getElementById("live");
const offline = document.getElementById("offline");

/** Tells a screen reader. The text is cleared first, so that the same words are said again. */
function say(text) {
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
}

/** The HTML at an address as a document fragment; null if the address has nothing (any more). */
async function fragment(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" }, cache: "no-store" });
  if (answer.redirected || answer.status === 401) {
    location.reload(); // The session ended: the page itself leads to the sign-in form.
    return null;
  }
  if (!answer.ok) {
    if (answer.status >= 500) throw new Error(`${address}: ${answer.status}`);
    return null;
  }
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
}

/** Runs steps one after the other, so that a recall never overtakes the message it takes back. */
function inOrder() {
  let last = Promise.resolve();
  return (step) => { last = last.then(step).catch((error) => console.warn(error)); return last; };
}

/** Keeps a stream of events open, and calls `sync` at each start, for what happened in between. */
function listen(address, handlers, sync) {
  let source, noticeTimer, retryTimer, pause = 2000;
  const connect = () => {
    clearTimeout(retryTimer);
    source?.close();
    source = new EventSource(address);
    source.onopen = () => {
      pause = 2000;
      clearTimeout(noticeTimer);
      noticeTimer = undefined;
      offline.hidden = true;
      sync();
    };
    source.onerror = () => {
      noticeTimer ??= setTimeout(() => { offline.hidden = false; }, 4000);
      // A broken connection is retried by the browser; a refused one is not.
      if (source.readyState === EventSource.CLOSED) {
        retryTimer = setTimeout(connect, pause);
        pause = Math.min(pause * 2, 60_000);
      }
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    }
  };
  connect();
  addEventListener("pagehide", () => { source.close(); clearTimeout(retryTimer); clearTimeout(noticeTimer); });
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
}

/** The list of conversations: any event refreshes it. */
function liveList(root) {
  const next = inOrder();
  let waiting;
  const refresh = () => next(async () => {
    const rows = await fragment(root.dataset.fragment);
    if (!rows) return;
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.unionid : undefined;
    root.replaceChildren(rows);
    if (focused) root.querySelector(`[data-unionid="${CSS.escape(focused)}"]`)?.focus();
  });
  // A burst of sends is one refresh, and a thousand open pages do not ask in the same instant.
  const soon = () => {
    waiting ??= setTimeout(() => { waiting = undefined; refresh(); }, 100 + Math.random() * 300);
  };
  listen(root.dataset.events, { sent: soon, recalled: soon }, refresh);
}

/** A conversation: messages arrive at the end and leave where they are. */
function liveConversation(root) {
  const next = inOrder();
  const list = root.querySelector("[data-messages]");
  const pill = document.querySelector("[data-pill]");
  const page = document.scrollingElement;
  const find = (id) => list.querySelector(`[data-task="${CSS.escape(id)}"]`);
  const atEnd = () => page.scrollHeight - page.clientHeight - page.scrollTop < 48;
  const toEnd = () => { page.scrollTop = page.scrollHeight; };
  let pinned = true;
  let missed = false;

  const append = (message) => {
    list.append(message);
    if (pinned) toEnd(); else pill.hidden = false;
    say(texts.textArrived);
  };
  const remove = (message) => {
    const note = document.createElement("li");
    note.className = "note";
    note.textContent = texts.textRecalled;
    if (message.contains(document.activeElement)) {
      note.tabIndex = -1;
      message.replaceWith(note);
      note.focus();
    } else {
      message.replaceWith(note);
    }
    say(texts.textRecalled);
  };
  /** Makes the page what the server has now: adds what is missing, removes what is gone. */
  const sync = () => next(async () => {
    // What nobody looks at must not count as read.
    if (document.hidden) { missed = true; return; }
    missed = false;
    const fresh = await fragment(`${root.dataset.href}?fragment=messages`);
    if (!fresh) return;
    const messages = [...fresh.querySelectorAll("[data-task]")];
    const shown = [...list.querySelectorAll("[data-task]")];
    // After a recall the server's page reaches further back than this one: start where both have a message.
    const start = messages.findIndex((message) => find(message.dataset.task));
    if (start < 0 && messages.length && shown.length) {
      location.reload(); // More arrived than one page holds.
      return;
    }
    const common = messages.slice(Math.max(start, 0));
    const ids = new Set(common.map((message) => message.dataset.task));
    const first = start < 0 ? 0 : shown.indexOf(find(common[0].dataset.task));
    for (const message of shown.slice(first)) {
      if (!ids.has(message.dataset.task)) remove(message);
    }
    for (const message of common) {
      if (!find(message.dataset.task)) append(message);
    }
  });
  const sent = ({ unionid, task_id: id }) => {
    if (unionid !== root.dataset.unionid) return;
    if (document.hidden) { missed = true; return; }
    next(async () => {
      if (find(id)) return;
      const message = await fragment(`${root.dataset.href}/messages/${encodeURIComponent(id)}`);
      const item = message?.querySelector("[data-task]");
      if (item && !find(id)) append(item);
    });
  };
  const recalled = ({ unionid, task_id: id }) => {
    if (unionid !== root.dataset.unionid) return;
    next(() => { const message = find(id); if (message) remove(message); });
  };

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-older] a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (root.getAttribute("aria-busy") === "true") return;
    root.setAttribute("aria-busy", "true");
    loadOlder(link).catch(() => say(texts.textFailed)).finally(() => root.removeAttribute("aria-busy"));
  });
  const loadOlder = async (link) => {
    const older = await fragment(`${link.href}&fragment=messages`);
    if (!older) return;
    const below = page.scrollHeight - page.scrollTop;
    const messages = [...older.querySelectorAll("[data-task]")].filter((message) => !find(message.dataset.task));
    list.prepend(...messages);
    const step = older.querySelector("[data-older]");
    root.querySelector("[data-older]").replaceWith(step);
    page.scrollTop = page.scrollHeight - below;
    (step.querySelector("a") ?? list).focus({ preventScroll: true });
    say(texts.textOlder);
  };

  list.tabIndex = -1;
  pill.addEventListener("click", () => { toEnd(); pill.hidden = true; });
  // Only going up leaves the end: a picture that has just loaded moves the end away without anybody scrolling.
  let last = 0;
  addEventListener("scroll", () => {
    if (atEnd()) {
      pinned = true;
      pill.hidden = true;
    } else if (page.scrollTop < last) {
      pinned = false;
    }
    last = page.scrollTop;
  }, { passive: true });
  // Pictures that finish loading move the end; whoever was there stays there.
  new ResizeObserver(() => { if (pinned) toEnd(); }).observe(list);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && missed) sync(); });
  toEnd();
  listen(root.dataset.events, { sent, recalled }, sync);
}

/** The menu opens without this; here are Escape, the arrow keys, and closing by a click elsewhere. */
function menu(bar) {
  const parents = [...bar.querySelectorAll("details")];
  const tops = [...bar.querySelectorAll(":scope > ul > li > a, summary")];
  for (const parent of parents) {
    const summary = parent.querySelector("summary");
    const items = [...parent.querySelectorAll("a")];
    summary.setAttribute("aria-expanded", "false");
    parent.addEventListener("toggle", () => summary.setAttribute("aria-expanded", String(parent.open)));
    parent.addEventListener("keydown", (event) => {
      const at = items.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" && parent.open) {
        parent.open = false;
        summary.focus();
      } else if (step) {
        parent.open = true;
        const start = at < 0 && step < 0 ? items.length : at;
        items[(start + step + items.length) % items.length].focus();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tops.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    tops[(at + step + tops.length) % tops.length].focus();
  });
  document.addEventListener("click", (event) => {
    for (const parent of parents) if (!parent.contains(event.target)) parent.open = false;
  });
}

/** The button that copies the address of the page. */
function copyButton(button) {
  const label = button.querySelector("span");
  const usual = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(location.href.split("#")[0]);
    label.textContent = done ? texts.textCopied : texts.textFailed;
    say(label.textContent);
    setTimeout(() => { label.textContent = usual; }, 2500);
  });
}

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    // Without https there is no clipboard interface; a selected field still copies.
    const field = document.createElement("input");
    field.value = address;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

const starts = {
  '[data-live="list"]': liveList,
  '[data-live="conversation"]': liveConversation,
  ".menu": menu,
  "[data-copy]": copyButton,
};
for (const [selector, start] of Object.entries(starts)) {
  const root = document.querySelector(selector);
  if (root) start(root);
}
