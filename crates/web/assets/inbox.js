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

/** Posts a form; answers what came of it as a document fragment. An error says why it was refused. */
async function post(address, body) {
  let answer;
  try {
    answer = await fetch(`${address}?fragment=messages`, { method: "POST", body, headers: { accept: "text/html" } });
  } catch {
    throw new Error(texts.textFailed);
  }
  if (answer.redirected || answer.status === 401) location.reload();
  if (!answer.ok) {
    const plain = answer.headers.get("content-type")?.startsWith("text/plain");
    throw new Error((plain && await answer.text()) || texts.textFailed);
  }
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
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
  const find = (id) => list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  const atEnd = () => page.scrollHeight - page.clientHeight - page.scrollTop < 48;
  const toEnd = () => { page.scrollTop = page.scrollHeight; };
  let pinned = true;
  let missed = false;

  /** Puts a message where it belongs: what was sent at the same time may arrive in another order. */
  const place = (message) => {
    if (find(message.dataset.id)) return false;
    const seq = Number(message.dataset.seq);
    const later = [...list.querySelectorAll("[data-seq]")].reverse().filter((other) => Number(other.dataset.seq) > seq);
    list.insertBefore(message, later.at(-1) ?? list.querySelector("[data-pending]"));
    return true;
  };
  const append = (message) => {
    if (!place(message)) return;
    if (pinned) toEnd(); else if (!message.matches(".mine")) pill.hidden = false;
    if (!message.matches(".mine")) say(texts.textArrived);
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
    const messages = [...fresh.querySelectorAll("[data-id]")];
    const shown = [...list.querySelectorAll("[data-id]")];
    // After a recall the server's page reaches further back than this one: start where both have a message.
    const start = messages.findIndex((message) => find(message.dataset.id));
    if (start < 0 && messages.length && shown.length) {
      location.reload(); // More arrived than one page holds.
      return;
    }
    const common = messages.slice(Math.max(start, 0));
    const ids = new Set(common.map((message) => message.dataset.id));
    const first = start < 0 ? 0 : shown.indexOf(find(common[0].dataset.id));
    for (const message of shown.slice(first)) {
      if (!ids.has(message.dataset.id)) remove(message);
    }
    common.forEach(append);
  });
  const sent = ({ unionid, message_id: id }) => {
    if (unionid !== root.dataset.unionid) return;
    if (document.hidden) { missed = true; return; }
    next(async () => {
      if (find(id)) return;
      const message = await fragment(`${root.dataset.href}/messages/${encodeURIComponent(id)}`);
      const item = message?.querySelector("[data-id]");
      if (item) append(item);
    });
  };
  const recalled = ({ unionid, message_id: id }) => {
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
    const messages = [...older.querySelectorAll("[data-id]")].filter((message) => !find(message.dataset.id));
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
  const resized = new ResizeObserver(() => { if (pinned) toEnd(); });
  resized.observe(list);
  // So does the field below when more is written in it.
  const dock = document.querySelector(".dock");
  if (dock) resized.observe(dock);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && missed) sync(); });
  toEnd();
  listen(root.dataset.events, { sent, recalled }, sync);

  // What the member does: the server's answer goes in among what arrives meanwhile.
  const problem = document.querySelector("[data-problem]");
  const explain = (words) => { if (problem) { problem.textContent = words; problem.hidden = !words; } };
  const act = (address, body) => {
    explain("");
    pinned = true;
    toEnd();
    return post(address, body).then((messages) => {
      for (const message of messages.querySelectorAll("[data-id]")) append(message);
      toEnd();
    });
  };
  const form = document.querySelector("[data-compose]");
  if (form) composer(form, list, act, explain, root.dataset.textSending, toEnd);
  document.querySelector("[data-menu]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const item = event.submitter;
    if (item.getAttribute("aria-busy") === "true") return;
    item.setAttribute("aria-busy", "true");
    const parent = item.closest("details");
    if (parent) { parent.open = false; parent.querySelector("summary").focus(); }
    act(item.formAction).catch((error) => explain(error.message)).finally(() => item.removeAttribute("aria-busy"));
  });
}

/** The field to write in. A message stands apart as being sent until the server has it; one that fails comes back. */
function composer(form, list, act, explain, sending, toEnd) {
  const field = form.elements.text;
  const picker = form.elements.picture;
  const send = inOrder();
  form.dataset.enhanced = "";
  /** The name under which what is in the field goes out. Sent again unchanged it keeps its name, and is one message. */
  let name = form.elements.submission.value;
  let named = null;
  const nameOf = (text) => {
    if (named !== text) {
      named = text;
      name = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    return name;
  };
  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  /** Shows something as being sent, and takes that away once it is sent or has failed. */
  const pending = (content) => {
    const item = document.createElement("li");
    item.className = "message mine";
    item.dataset.pending = "";
    const stamp = document.createElement("p");
    stamp.className = "stamp";
    stamp.textContent = sending;
    item.append(stamp, content);
    list.append(item);
    toEnd();
    return item;
  };
  const sendText = (text) => {
    const body = new FormData();
    body.append("submission", nameOf(text));
    body.append("text", text);
    const bubble = document.createElement("div");
    bubble.className = "bubble text";
    bubble.textContent = text;
    const item = pending(bubble);
    send(() => act(form.action, body).then(() => { named = null; }, (error) => {
      explain(error.message);
      if (!field.value) { field.value = text; grow(); }
    }).finally(() => item.remove()));
  };
  const sendPicture = (file) => {
    const body = new FormData();
    body.append("picture", file);
    const note = document.createElement("div");
    note.className = "bubble text";
    note.textContent = file.name;
    const item = pending(note);
    send(() => act(form.action, body).catch((error) => explain(error.message)).finally(() => item.remove()));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text) {
      field.value = "";
      grow();
      sendText(text);
    }
    field.focus();
  });
  picker.addEventListener("change", () => {
    for (const file of picker.files) sendPicture(file);
    picker.value = "";
  });
  field.addEventListener("paste", (event) => {
    const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return;
    event.preventDefault();
    pictures.forEach(sendPicture);
  });
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    // On a touch screen the key makes a new line; while characters are being composed it chooses among them.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

/** The menu opens without this; here are Escape, the arrow keys, and closing by a click elsewhere. */
function menu(bar) {
  const parents = [...bar.querySelectorAll("details")];
  const tops = [...bar.querySelectorAll("nav > ul > li > :is(a, button), summary")];
  for (const parent of parents) {
    const summary = parent.querySelector("summary");
    const items = [...parent.querySelectorAll("a, button")];
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
