/**
 * Messages that the server does not have yet. Each has a name, its idempotency key, and is sent until the server accepts or refuses it. A
 * refused message stays until the member edits, retries or discards it.
 */
const outbox = (() => {
  const entries = new Map();
  const observers = new Set();
  let sending, retryTimer, retryDelay = 2000;

  const changed = (entry) => { for (const observer of observers) observer.changed(entry); };
  const persist = ({ name, account, address, draft, text, writer: of, revision: at, known, file }) => vault?.put(
    `message ${name}`,
    { name, account, address, draft, text, writer: of, revision: at, known, fileName: file?.name, fileType: file?.type },
    file,
  );

  /** Posts a message. Resolves to the request with its response, or rejects without one. */
  const post = (entry) => new Promise((resolve, reject) => {
    const body = new FormData();
    const { name, text, writer: of, revision: at, known, file } = entry;
    body.append("submission", name);
    if (file) body.append("picture", file); else body.append("text", text);
    if (of) { body.append("writer", of); body.append("revision", at); body.append("known", known ?? ""); }
    const request = new XMLHttpRequest();
    entry.request = request;
    request.open("POST", `${entry.address}?fragment=messages`);
    request.setRequestHeader("accept", "text/html");
    // Aborts a request without progress.
    let stallTimer;
    const restartTimer = () => { clearTimeout(stallTimer); stallTimer = setTimeout(() => request.abort(), 45_000); };
    restartTimer();
    request.upload.addEventListener("progress", (event) => {
      restartTimer();
      entry.progress = event.lengthComputable ? event.loaded / event.total : undefined;
      changed(entry);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(stallTimer);
      entry.request = undefined;
      if (request.status) resolve(request); else reject(new Error("no response"));
    });
    request.send(body);
  });

  const finish = async (entry) => {
    entries.delete(entry.name);
    entry.state = "gone";
    changed(entry);
    await vault?.remove(`message ${entry.name}`);
  };

  const retryLater = (entry, state, milliseconds) => {
    entry.progress = undefined;
    // Those behind it wait for the same reason.
    for (const one of entries.values()) {
      if (one.state === "refused") continue;
      one.state = state;
      changed(one);
    }
    for (const observer of observers) observer.failed?.(entry);
    clearTimeout(retryTimer);
    retryTimer = setTimeout(send, milliseconds ?? retryDelay);
    if (!milliseconds) retryDelay = Math.min(retryDelay * 2, 60_000);
  };

  /** Sends the next message. Returns true if there may be another one to send. */
  const sendNext = async () => {
    const entry = [...entries.values()].find((one) => one.state !== "refused");
    if (!entry) return false;
    entry.state = "sending";
    changed(entry);
    let response;
    try {
      response = await post(entry);
    } catch {
      if (entries.has(entry.name)) retryLater(entry, "waits");
      return !entries.has(entry.name);
    }
    if (!entries.has(entry.name)) return true;
    const { status } = response;
    const contentType = response.getResponseHeader("content-type") ?? "";
    if (status === 401 || new URL(response.responseURL).pathname.startsWith("/sign-in")) {
      retryLater(entry, "waits", 60_000);
      if (!document.hidden) handleSessionEnd();
      return false;
    }
    if (status === 200) {
      retryDelay = 2000;
      for (const observer of observers) observer.arrived(entry, parseHtml(response.responseText));
      await finish(entry);
      return true;
    }
    if (status === 429 || status >= 500 && status !== 507) {
      retryLater(entry, "soon", (Number(response.getResponseHeader("retry-after")) || retryDelay / 1000) * 1000);
      return false;
    }
    Object.assign(entry, { state: "refused", progress: undefined, why: contentType.startsWith("text/plain") ? response.responseText : texts.textFailed });
    changed(entry);
    for (const observer of observers) observer.failed?.(entry);
    return true;
  };

  const send = () => {
    clearTimeout(retryTimer);
    sending ??= (async () => {
      try { while (await sendNext()); } finally { sending = undefined; }
    })();
  };
  addEventListener("online", () => { retryDelay = 2000; send(); });

  const loaded = (vault?.all() ?? Promise.resolve(new Map())).then((stored) => {
    for (const [name, { content, file }] of stored) {
      if (!name.startsWith("message ") || entries.has(content.name)) continue;
      // A picture without its file cannot be sent.
      if (content.fileName && !file) { vault.remove(name); continue; }
      entries.set(content.name, { ...content, file, state: "waits" });
    }
    for (const entry of entries.values()) changed(entry);
    if (entries.size) send();
  });

  return {
    loaded,
    send,
    /** Adds a message and sends it. */
    add(entry) {
      if (entries.has(entry.name)) return;
      entries.set(entry.name, { state: "waits", ...entry });
      changed(entries.get(entry.name));
      persist(entries.get(entry.name));
      send();
    },
    /** Sends a message again now. */
    retry(entry) {
      entry.state = "waits";
      changed(entry);
      retryDelay = 2000;
      send();
    },
    /** Removes a message and its saved draft, and aborts its request. */
    async remove(entry) {
      entries.delete(entry.name);
      entry.request?.abort();
      await finish(entry);
      if (!entry.file) saveText(entry.draft, { name: entry.name, text: "", revision: ++revision });
      send();
    },
    entriesOf: (account) => [...entries.values()].filter((entry) => entry.account === account),
    get size() { return entries.size; },
    /** Calls the methods of `observer` for all entries, and for each change. */
    observe(observer, signal) {
      observers.add(observer);
      signal.addEventListener("abort", () => observers.delete(observer));
      for (const entry of entries.values()) observer.changed(entry);
    },
    /** Saves all texts at the server as drafts. Returns true if the browser has nothing left that the server does not have. */
    async flush() {
      await loaded;
      clearTimeout(retryTimer);
      let isComplete = true;
      for (const entry of [...entries.values()]) {
        if (entry.file) { isComplete = false; continue; }
        if (!await saveText(entry.draft, { name: entry.name, text: entry.text, revision: ++revision })) { isComplete = false; continue; }
        entries.delete(entry.name);
        entry.request?.abort();
        await vault?.remove(`message ${entry.name}`);
      }
      // Drafts of other conversations whose saving failed before.
      for (const [name, { content }] of await vault?.all() ?? []) {
        if (!name.startsWith("draft ")) continue;
        const [address, fields] = JSON.parse(name.slice("draft ".length));
        const { text, bases = [] } = content;
        if (await saveText(address, { ...fields, text, revision: ++revision, known: knownTexts(bases, text) })) await vault.remove(name); else isComplete = false;
      }
      return isComplete;
    },
  };
})();

/** Before signing out, saves what was typed at the server. Asks if that fails. */
for (const form of document.querySelectorAll("[data-sign-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const saved = await Promise.all(beforeLeaving.map((save) => save()));
    const isFlushed = await outbox.flush();
    if (!(isFlushed && saved.every((isSaved) => isSaved !== false))) {
      const question = vault?.isEncrypted ? texts.textSignOut : texts.textSignOutLost;
      if (!await confirmDialog(question, form.querySelector("button").textContent, texts.textCancel)) { outbox.send(); return; }
    }
    // Not `requestSubmit`: browsers ignore it within a `submit` event, and without anything to wait for this is still that event.
    form.submit();
  });
}
