// Shows what came back: status, headers, the body folded and searchable, the call as a command, and why it was refused.

// A list or object of more entries is folded at first, and so is what is deeper.
const OPEN_ENTRIES = 50;
const OPEN_DEPTH = 3;
const HITS = 200;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const entriesOf = (value) => (Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value));
const hasEntries = (value) => typeof value === "object" && value !== null && !(value instanceof Digits) && entriesOf(value).length > 0;

/** A value with its name as a row: one that can be folded, or a line. Rows inside are made when they are first shown. */
function row(name, value, depth) {
  const label = name === undefined ? [] : [element("span", { className: "key", textContent: name }), ": "];
  if (!hasEntries(value)) {
    return element("div", { className: "json-line", tabIndex: -1 }, ...label, element("span", { className: typeof value === "string" ? "string" : "number", textContent: write(value) }));
  }
  const entries = entriesOf(value);
  const count = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  const fold = element("details", {}, element("summary", { className: "json-line" }, ...label, element("span", { className: "count", textContent: count })));
  fold.rows = () => {
    fold.made ??= entries.map(([key, item]) => row(key, item, depth + 1));
    if (!fold.list) fold.append((fold.list = element("div", { className: "json-lines" }, ...fold.made)));
    return fold.made;
  };
  fold.addEventListener("toggle", () => fold.open && fold.rows());
  fold.index = (key) => entries.findIndex(([name]) => name === key);
  if (depth < OPEN_DEPTH && entries.length <= OPEN_ENTRIES) {
    fold.rows();
    fold.open = true;
  }
  return fold;
}

/** The paths of names and values with a text. */
function search(value, typed, path = [], hits = []) {
  if (hits.length >= HITS) return hits;
  const has = (text) => String(text).toLowerCase().includes(typed);
  const isLeaf = !hasEntries(value);
  if ((path.length && has(path.at(-1))) || (isLeaf && has(typeof value === "string" ? value : write(value)))) hits.push(path);
  if (!isLeaf) for (const [key, item] of entriesOf(value)) search(item, typed, [...path, key], hits);
  return hits;
}

Object.assign(TryRequest.prototype, {
  async show(answer, sent) {
    const place = this.querySelector("[data-answer]");
    const part = (name) => place.querySelector(`[data-part=${name}]`);
    let value;
    try {
      value = parse(answer.body);
    } catch {
      // It is shown as it is.
    }
    const code = value && (value.errcode ?? value.code);
    const isRefused = answer.status >= 400 || (code instanceof Digits && code.text !== "0");
    const size = new Intl.NumberFormat(document.documentElement.lang).format(answer.size);
    part("status").textContent = `HTTP ${answer.status} · ${(answer.tookUs / 1000).toFixed(1)} ms · ${size} B${answer.isShortened ? ` · ${this.texts.shortened}` : ""}`;
    part("status").className = isRefused ? "status bad" : "status";
    part("headers").textContent = answer.headers.map(({ name, value }) => `${name}: ${value}`).join("\n");
    this.value = value;
    this.tree = value === undefined ? element("pre", { textContent: answer.body, tabIndex: 0 }) : row(undefined, value, 0);
    part("body").replaceChildren(this.tree);
    part("search").hidden = !hasEntries(value);
    part("search").querySelector("input").value = "";
    this.find("");
    part("why").hidden = true;
    place.hidden = false;
    place.querySelector("h3").focus();
    const { example } = await import(this.config.snippets);
    part("curl").textContent = example("shell", { ...sent, url: new URL(sent.url, document.baseURI).href });
    if (isRefused && answer.requestId) await this.explain(answer.requestId, part("why"));
  },

  /** Shows what the journal says of a refused call. */
  async explain(requestId, place) {
    const { status, answer } = await post(EXPLAIN, { requestId });
    if (status !== 200 || !answer.explain.length) return;
    const language = this.config.language === "zh" ? "textZh" : "textEn";
    const { cause, detail, code } = answer.call.refusal;
    const links = [["/console/calls/" + encodeURIComponent(requestId), this.texts.call], [`#errors-${this.config.id}`, this.texts.errors]];
    links.push([`/reference/errors#code-${encodeURIComponent(code)}`, code]);
    if (cause === "PermissionDenied") for (const code of detail.split(",").filter(Boolean)) links.push([`/reference/permissions#${code}`, code]);
    place.querySelector("[data-reasons]").replaceChildren(...answer.explain.map((reason) => element("p", { textContent: reason[language] })));
    place.querySelector("[data-links]").replaceChildren(...links.map(([href, textContent]) => element("li", {}, element("a", { href, textContent }))));
    place.hidden = false;
  },

  /** Marks the next value with a text. */
  find(typed) {
    const count = this.querySelector("[data-hits]");
    this.querySelector(".json-line.hit")?.classList.remove("hit");
    if (!typed) {
      this.hits = undefined;
      count.textContent = "";
      return;
    }
    if (this.hits?.typed === typed) this.hits.at = (this.hits.at + 1) % Math.max(this.hits.paths.length, 1);
    else this.hits = { typed, at: 0, paths: search(this.value, typed.toLowerCase()) };
    const { at, paths } = this.hits;
    count.textContent = paths.length ? `${at + 1} / ${paths.length}${paths.length >= HITS ? "+" : ""}` : this.texts.noHits;
    if (!paths.length) return;
    let found = this.tree;
    for (const key of paths[at]) {
      found.open = true;
      found = found.rows()[found.index(key)];
    }
    const line = found.matches("details") ? found.querySelector("summary") : found;
    line.classList.add("hit");
    line.scrollIntoView({ block: "nearest" });
  },

  /** What the answer listens to. */
  prepareAnswer() {
    const { signal } = this.stopping;
    const searching = this.querySelector("[data-part=search]");
    searching?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.find(searching.querySelector("input").value.trim());
    }, { signal });
    searching?.addEventListener("input", () => this.find(searching.querySelector("input").value.trim()), { signal });
    const copy = this.querySelector("[data-copy-curl]");
    copy?.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("[data-part=curl]").textContent);
      copy.textContent = this.texts.copied;
    }, { signal });
  },
});

customElements.define("try-request", TryRequest);
