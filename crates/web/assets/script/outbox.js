/**
 * Messages that were written and are not at the server yet. Each has a name, by which the server knows one that comes twice, and is sent
 * until the server has taken or refused it. What is refused waits for its author.
 */
const outbox = (() => {
  const entries = new Map();
  const views = new Set();
  let sending, retryTimer, pause = 2000;

  const changed = (entry) => { for (const view of views) view.changed(entry); };
  const keep = ({ name, account, address, draft, text, writer: of, revision: at, known, file }) => vault?.put(
    `message ${name}`,
    { name, account, address, draft, text, writer: of, revision: at, known, fileName: file?.name, fileType: file?.type },
    file,
  );

  /** Posts a message; the answer's status and text. Rejects when there is none. */
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
    // A connection on which nothing moves is none.
    let watch;
    const alive = () => { clearTimeout(watch); watch = setTimeout(() => request.abort(), 45_000); };
    alive();
    request.upload.addEventListener("progress", (event) => {
      alive();
      entry.progress = event.lengthComputable ? event.loaded / event.total : undefined;
      changed(entry);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(watch);
      entry.request = undefined;
      if (request.status) resolve(request); else reject(new Error("no answer"));
    });
    request.send(body);
  });

  const finish = async (entry) => {
    entries.delete(entry.name);
    entry.state = "gone";
    changed(entry);
    await vault?.remove(`message ${entry.name}`);
  };

  const later = (entry, state, milliseconds) => {
    Object.assign(entry, { state, progress: undefined });
    changed(entry);
    for (const view of views) view.failed?.(entry);
    clearTimeout(retryTimer);
    retryTimer = setTimeout(send, milliseconds ?? pause);
    if (!milliseconds) pause = Math.min(pause * 2, 60_000);
  };

  /** Sends what is next; whether to go on. */
  const sendNext = async () => {
    const entry = [...entries.values()].find((one) => one.state !== "refused");
    if (!entry) return false;
    entry.state = "sending";
    changed(entry);
    let answer;
    try {
      answer = await post(entry);
    } catch {
      if (entries.has(entry.name)) later(entry, "waits");
      return !entries.has(entry.name);
    }
    if (!entries.has(entry.name)) return true;
    const { status } = answer;
    const kind = answer.getResponseHeader("content-type") ?? "";
    if (status === 401 || new URL(answer.responseURL).pathname.startsWith("/sign-in")) {
      later(entry, "waits", 60_000);
      if (!document.hidden) sessionEnded();
      return false;
    }
    if (status === 200) {
      pause = 2000;
      for (const view of views) view.arrived(entry, parsed(answer.responseText));
      await finish(entry);
      return true;
    }
    if (status === 429 || status >= 500 && status !== 507) {
      later(entry, "soon", (Number(answer.getResponseHeader("retry-after")) || pause / 1000) * 1000);
      return false;
    }
    Object.assign(entry, { state: "refused", progress: undefined, why: kind.startsWith("text/plain") ? answer.responseText : texts.textFailed });
    changed(entry);
    for (const view of views) view.failed?.(entry);
    return true;
  };

  const send = () => {
    clearTimeout(retryTimer);
    sending ??= (async () => {
      try { while (await sendNext()); } finally { sending = undefined; }
    })();
  };
  addEventListener("online", () => { pause = 2000; send(); });

  const loaded = (vault?.all() ?? Promise.resolve(new Map())).then((kept) => {
    for (const [name, { content, file }] of kept) {
      if (!name.startsWith("message ") || entries.has(content.name)) continue;
      // A picture that is not there any more cannot be sent.
      if (content.fileName && !file) { vault.remove(name); continue; }
      entries.set(content.name, { ...content, file, state: "waits" });
    }
    for (const entry of entries.values()) changed(entry);
    if (entries.size) send();
  });

  return {
    loaded,
    send,
    /** Takes a message, and begins to send it. */
    add(entry) {
      if (entries.has(entry.name)) return;
      entries.set(entry.name, { state: "waits", ...entry });
      changed(entries.get(entry.name));
      keep(entries.get(entry.name));
      send();
    },
    again(entry) {
      entry.state = "waits";
      changed(entry);
      pause = 2000;
      send();
    },
    /** Takes a message back, sent or not. */
    async take(entry) {
      entries.delete(entry.name);
      entry.request?.abort();
      await finish(entry);
      if (!entry.file) saveText(entry.draft, { name: entry.name, text: "", revision: ++revision });
      send();
    },
    of: (account) => [...entries.values()].filter((entry) => entry.account === account),
    get size() { return entries.size; },
    /** Shows messages from now on. */
    show(view, signal) {
      views.add(view);
      signal.addEventListener("abort", () => views.delete(view));
      for (const entry of entries.values()) view.changed(entry);
    },
    /** Gives the texts to the server, so that they are there after signing in elsewhere; whether nothing is left that the browser alone has. */
    async leave() {
      await loaded;
      clearTimeout(retryTimer);
      let all = true;
      for (const entry of [...entries.values()]) {
        if (entry.file) { all = false; continue; }
        if (!await saveText(entry.draft, { name: entry.name, text: entry.text, revision: ++revision })) { all = false; continue; }
        entries.delete(entry.name);
        entry.request?.abort();
        await vault?.remove(`message ${entry.name}`);
      }
      // Drafts of other conversations that could not be saved when they were typed.
      for (const [name, { content }] of await vault?.all() ?? []) {
        if (!name.startsWith("draft ")) continue;
        const [address, fields] = JSON.parse(name.slice("draft ".length));
        if (await saveText(address, { ...fields, text: content.text, revision: ++revision })) await vault.remove(name); else all = false;
      }
      return all;
    },
  };
})();

/** Before signing out, what was typed goes to the server. What cannot is kept, and one is told. */
for (const form of document.querySelectorAll("[data-sign-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const saved = await Promise.all(atTheEnd.map((keep) => keep()));
    const all = await outbox.leave();
    if (!(all && saved.every((one) => one !== false))) {
      const question = vault?.isSealed ? texts.textSignOut : texts.textSignOutLost;
      if (!await ask(question, form.querySelector("button").textContent, texts.textCancel)) { outbox.send(); return; }
    }
    // Not `requestSubmit`: where there is nothing to wait for, this is still within the event, and browsers ignore it there.
    form.submit();
  });
}
