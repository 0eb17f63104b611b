// The examples of an operation in fifteen languages, as a request or by the official client: the element `<code-examples>`. It starts itself.
//
//   <code-examples data-request='{"method":"POST","url":"/topapi/x","headers":[["Content-Type","application/json"]],"body":"{}"}'
//                  data-snippets="/assets/snippets.js" data-failed="The example could not be made." data-client='{"path":"/v1.0/x",…}'>
//     <div data-languages aria-label="Language"><span data-language="shell">Shell</span> <span data-language="javascript">JavaScript</span> …</div>
//     <div data-panel>
//       <div data-ways role="group" aria-label="How" hidden><button type="button" data-way="request">Request</button>
//         <button type="button" data-way="client">Official client</button></div>
//       <p data-client-note="python" hidden>alibabacloud_dingtalk</p> …
//       <button type="button" data-copy-code data-copied="Copied" hidden>Copy</button>
//       <div data-language="shell"><h3>Shell</h3><pre tabindex="0"><code>…</code></pre></div>
//       <div data-language="http"><h3>HTTP</h3><pre tabindex="0"><code>…</code></pre></div>
//     </div>
//   </code-examples>
//
// - The tabs may be `<button type="button">`, `<a href="#…">` or `<span>`. Roles, states and ids come from here, and the class of the element has
//   `ready` from then on: without script both examples of the server are on the page, with their headings.
// - `data-request` is what `example` of `snippets.js` takes; its URL may be relative. `data-snippets` is absent if that module is beside this one.
// - `data-client` is the entry of `clients.json`, which `client` of `snippets.js` takes. It is absent, and the buttons and notes with it, if no
//   official client has the operation. A language has the choice if it has a note.
// - A `request-change` event that bubbles to the document, or to an ancestor with `data-examples`, has the new request as its `detail`. The
//   examples of the server stay until then.
// - Words in an example have the classes `string`, `comment` and `keyword`.

const STORED = "carillon-example-language";
const WAY_STORED = "carillon-example-way";
// Of all languages together: a word that is none in one of them is seldom a word there.
const KEYWORDS =
  "async await catch class const curl def defer else end final fn for from func function guard if import in include int let library new open package public puts " +
  "require return static struct throw throws try using var void while";
const WORDS = new RegExp(`("(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*')|(^\\s*(?://|# ).*)|\\b(${KEYWORDS.trim().split(/ +/).join("|")})\\b`, "gm");

/** The code with its words in elements, for the style sheet. */
function colored(code) {
  const nodes = [];
  let end = 0;
  for (const found of code.matchAll(WORDS)) {
    const word = Object.assign(document.createElement("span"), { textContent: found[0], className: found[1] ? "string" : found[2] ? "comment" : "keyword" });
    nodes.push(code.slice(end, found.index), word);
    end = found.index + found[0].length;
  }
  return [...nodes, code.slice(end)];
}

// The storage may be forbidden, or full.
function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
function remember(key, choice) {
  try {
    localStorage.setItem(key, choice);
  } catch {
    // The choice lasts as long as the page.
  }
}

let count = 0;

class CodeExamples extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("[data-languages]");
    this.panel = this.querySelector("[data-panel]");
    if (!this.list || !this.panel || !this.dataset.request) return;
    this.request = JSON.parse(this.dataset.request);
    this.tabs = [...this.list.querySelectorAll("[data-language]")];
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    this.prepare();
    this.list.addEventListener("click", (event) => this.onClick(event), { signal });
    this.list.addEventListener("keydown", (event) => this.onKey(event), { signal });
    this.ways?.addEventListener("click", (event) => this.pickWay(event), { signal });
    this.copy?.addEventListener("click", () => this.copyCode(), { signal });
    const root = this.closest("[data-examples]") ?? document;
    root.addEventListener("request-change", (event) => this.change(event.detail), { signal });
    // Another page may have another choice since.
    const stored = remembered(STORED);
    this.way = remembered(WAY_STORED) === "client" ? "client" : "request";
    this.choose(this.tabs.find(({ dataset }) => dataset.language === stored) ?? this.tabs[0]);
    this.classList.add("ready");
  }

  disconnectedCallback() {
    this.stopping?.abort();
    clearTimeout(this.copiedTimer);
  }

  /** Makes tabs and a panel of what the server wrote. */
  prepare() {
    const id = `examples-${(count += 1)}`;
    this.list.setAttribute("role", "tablist");
    this.panel.id = id;
    this.panel.setAttribute("role", "tabpanel");
    for (const tab of this.tabs) {
      tab.id = `${id}-${tab.dataset.language}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", id);
    }
    this.served = new Map([...this.panel.querySelectorAll("[data-language]")].map((part) => [part.dataset.language, part]));
    // The name is on the tab.
    for (const part of this.served.values()) part.querySelectorAll("h2, h3, h4").forEach((heading) => (heading.hidden = true));
    this.code ??= document.createElement("code");
    this.made ??= document.createElement("pre");
    this.made.tabIndex = 0;
    this.made.append(this.code);
    this.panel.append(this.made);
    this.client = this.dataset.client && JSON.parse(this.dataset.client);
    this.ways = this.client && this.panel.querySelector("[data-ways]");
    this.notes = new Map([...this.panel.querySelectorAll("[data-client-note]")].map((note) => [note.dataset.clientNote, note]));
    this.copy = this.panel.querySelector("[data-copy-code]");
    if (this.copy) this.copy.hidden = false;
  }

  choose(tab) {
    for (const other of this.tabs) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    }
    this.panel.setAttribute("aria-labelledby", tab.id);
    this.language = tab.dataset.language;
    return this.show();
  }

  change(request) {
    this.request = request;
    for (const part of this.served.values()) part.remove();
    this.served.clear();
    return this.show();
  }

  /** Whether the example is the one by the official client. */
  get isByClient() {
    return this.way === "client" && Boolean(this.ways) && this.notes.has(this.language);
  }

  /** Shows the example of the server if it is still right, and makes it otherwise. */
  async show() {
    const { language, request, isByClient } = this;
    const served = isByClient ? undefined : this.served.get(language);
    if (this.ways) this.ways.hidden = !this.notes.has(language);
    for (const button of this.ways?.querySelectorAll("[data-way]") ?? []) button.setAttribute("aria-pressed", String((button.dataset.way === "client") === isByClient));
    for (const [of, note] of this.notes) note.hidden = !isByClient || of !== language;
    for (const part of this.served.values()) part.hidden = part !== served;
    this.made.hidden = Boolean(served);
    this.made.dataset.language = language;
    if (served) return;
    let text;
    try {
      const { client, example } = await import(this.dataset.snippets ?? new URL("./snippets.js", import.meta.url).href);
      const absolute = { ...request, url: new URL(request.url, document.baseURI).href };
      text = (isByClient ? client(language, this.client, absolute) : undefined) ?? example(language, absolute);
    } catch (error) {
      console.error(error);
      text = this.dataset.failed ?? "";
    }
    // Meanwhile another one may have been chosen.
    if (language === this.language && request === this.request && isByClient === this.isByClient) this.code.replaceChildren(...colored(text));
  }

  /** The element that has the code on show. */
  get shownCode() {
    const pre = this.isByClient ? undefined : this.served.get(this.language);
    return pre ? (pre.querySelector("code") ?? pre) : this.code;
  }

  onClick(event) {
    const tab = event.target.closest("[data-language]");
    if (!tab) return;
    event.preventDefault();
    this.pick(tab);
  }

  pickWay(event) {
    const button = event.target.closest("[data-way]");
    if (!button) return;
    this.way = button.dataset.way;
    remember(WAY_STORED, this.way);
    this.show();
  }

  onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = this.tabs.indexOf(event.target.closest("[data-language]"));
    if (at < 0) return;
    const last = this.tabs.length - 1;
    const next = { ArrowLeft: at ? at - 1 : last, ArrowRight: at < last ? at + 1 : 0, Home: 0, End: last, Enter: at, " ": at }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.pick(this.tabs[next]);
  }

  pick(tab) {
    remember(STORED, tab.dataset.language);
    this.choose(tab);
    tab.focus();
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  async copyCode() {
    const { copy } = this;
    if (!(await copyText(this.shownCode))) return;
    copy.dataset.label ??= copy.textContent;
    copy.textContent = copy.dataset.copied ?? copy.dataset.label;
    copy.setAttribute("aria-live", "polite");
    clearTimeout(this.copiedTimer);
    this.copiedTimer = setTimeout(() => (copy.textContent = copy.dataset.label), 2000);
  }
}

/** Copies the text of an element. Without a secure connection, which the clipboard needs, it selects the text at least. */
async function copyText(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

customElements.define("code-examples", CodeExamples);
