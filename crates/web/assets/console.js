// Keys of the console. Without this script every page works by mouse, Tab and Enter.
const typing = (element) => element?.closest("input, textarea, select, [contenteditable]");
const LINK = "main .sends a, .days .entry, main .comment-rows a.row, main .topics h2 a";
const ROW = `${LINK}, main .operators li, main .audit tbody tr`;
const OPEN = CSS.supports("selector(:popover-open)") ? "dialog[open], :popover-open" : "dialog[open]";
const rows = () => [...document.querySelectorAll(ROW)];

/** Moves the focus to the row that is some steps away from the focused one. */
function step(by) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  all[next].focus();
}

function search() {
  const field = document.querySelector('main input[type="search"]') ?? document.querySelector('main .filters :is(input:not([type="hidden"]), select)');
  if (!field) return false;
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  field.select?.();
  return true;
}

function keys() {
  const dialog = document.getElementById("keys");
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

// Each list remembers its address, with filters and page, and the row that was opened.
const stored = (path) => JSON.parse(sessionStorage.getItem(`console-list ${path}`) ?? "null");
const store = (path, list) => sessionStorage.setItem(`console-list ${path}`, JSON.stringify(list));

/** Returns the address of the list that a link above the heading leads to, as it was left. */
function listOf(link) {
  const url = new URL(link.href);
  const address = stored(url.pathname)?.address;
  if (!address) return link.href;
  const left = new URL(address, location.href);
  return [...url.searchParams].every(([name, value]) => left.searchParams.get(name) === value) ? left.href : link.href;
}

function toList(link) {
  const address = listOf(link);
  const { pathname } = new URL(address);
  store(pathname, { ...stored(pathname), isReturned: true });
  location.href = address;
}

/** Goes back to where the page was opened from, or to its list if that is not known. Returns false if there is none. */
function back() {
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === location.origin && from.pathname.startsWith("/console") && from.pathname !== location.pathname) {
    history.back();
    return true;
  }
  const link = [...document.querySelectorAll("main .crumbs a")].at(-1);
  if (link) toList(link);
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // Escape leaves a field of a filter, so that the other keys work again.
  if (event.key === "Escape" && event.target.matches(".filters input, .filters select")) event.target.blur();
  if (typing(event.target)) return;
  if (document.querySelector(OPEN) && event.key !== "?") return;
  switch (event.key) {
    case "j": step(1); break;
    case "k": step(-1); break;
    case "/": if (!search()) return; break;
    case "?": keys(); break;
    case "Escape": if (!back()) return; break;
    default: return;
  }
  event.preventDefault();
});

// The row that was opened has the focus when its list is shown again.
document.addEventListener("click", (event) => {
  const row = event.target.closest(LINK);
  if (row) store(location.pathname, { address: location.pathname + location.search, row: row.getAttribute("href") });
  const link = event.target.closest("main .crumbs a");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.defaultPrevented) {
    event.preventDefault();
    toList(link);
  }
});
addEventListener("pageshow", (event) => {
  const list = stored(location.pathname);
  const isReturned = event.persisted || list?.isReturned || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (!list || !isReturned) return;
  store(location.pathname, { ...list, isReturned: false });
  rows().find((row) => row.getAttribute("href") === list.row)?.focus();
});

// What is chosen in a narrow or long navigation is in sight.
for (const chosen of document.querySelectorAll("#sections [aria-current], .tabs [aria-current]")) {
  const box = chosen.closest("#sections, .tabs ul");
  const [inner, outer] = [chosen.getBoundingClientRect(), box.getBoundingClientRect()];
  if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 48;
  if (inner.right > outer.right) box.scrollLeft += inner.right - outer.right + 48;
}

// A choice by mouse or touch filters at once. By keyboard, the arrow keys go through the choices, and Enter or the button filters.
document.addEventListener("pointerdown", (event) => {
  const select = event.target.closest?.("select");
  if (select) select.dataset.pointed = "";
});
document.addEventListener("keydown", (event) => delete event.target.dataset?.pointed);
document.addEventListener("change", ({ target }) => {
  const form = target.closest(".filters");
  if (!form || form.method !== "get" || !("pointed" in target.dataset) || new URL(form.action).pathname !== location.pathname) return;
  form.requestSubmit();
});

// A form that is being sent says so, and is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.ariaBusy === "true") {
    event.preventDefault();
    return;
  }
  form.ariaBusy = "true";
  // A page that does not arrive must not keep the form from being sent again.
  setTimeout(() => { form.ariaBusy = null; }, 15_000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach((form) => { form.ariaBusy = null; }));

// Departments are dragged to another place: between two of the same department at once, elsewhere after a question.
customElements.define("department-tree", class extends HTMLElement {
  connectedCallback() {
    const rowOf = (event) => event.target.closest("[data-id]");
    let dragged = null;
    const unmark = () => this.querySelectorAll("[data-drop]").forEach((row) => row.removeAttribute("data-drop"));
    // The upper third of a row is the place before it, the rest is the department itself.
    const placeOf = (event, row) => (row.dataset.id !== row.dataset.parent && event.clientY - row.getBoundingClientRect().top < row.offsetHeight / 3 ? "before" : "into");
    this.addEventListener("dragstart", (event) => {
      dragged = rowOf(event);
      if (!dragged) return;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.id);
    });
    this.addEventListener("dragover", (event) => {
      const row = rowOf(event);
      unmark();
      if (!dragged || !row || row === dragged) return;
      event.preventDefault();
      row.dataset.drop = placeOf(event, row);
    });
    this.addEventListener("dragend", () => { unmark(); dragged = null; });
    this.addEventListener("drop", (event) => {
      const row = rowOf(event);
      if (!dragged || !row || row === dragged) return;
      event.preventDefault();
      const before = placeOf(event, row) === "before";
      this.place(dragged, before ? row.dataset.parent : row.dataset.id, before ? row.dataset.id : "");
    });
    this.addEventListener("keydown", (event) => {
      const row = rowOf(event);
      if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key) || row.dataset.id === row.dataset.parent) return;
      event.preventDefault();
      const siblings = [...this.querySelectorAll(`[data-parent="${row.dataset.parent}"]`)].filter((one) => one.dataset.id !== one.dataset.parent);
      const at = siblings.indexOf(row);
      if (event.key === "ArrowUp" && at > 0) this.place(row, row.dataset.parent, siblings[at - 1].dataset.id);
      if (event.key === "ArrowDown" && at < siblings.length - 1) this.place(row, row.dataset.parent, siblings[at + 2]?.dataset.id ?? "");
    });
  }
  place(row, target, before) {
    const path = row.getAttribute("href");
    if (target !== row.dataset.parent) {
      location.href = `${path}?${new URLSearchParams({ to: target, ...(before && { before }) })}#place`;
      return;
    }
    const form = Object.assign(document.createElement("form"), { method: "post", action: `${path}/place` });
    for (const [name, value] of Object.entries({ target, before })) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    document.body.append(form);
    form.submit();
  }
});

// Adds the members of a file to those that are typed: the first column of each line. Without this script they are pasted.
customElements.define("list-file", class extends HTMLElement {
  connectedCallback() {
    const field = document.getElementById(this.dataset.for);
    const [input, status] = ["input", "[role=status]"].map((part) => this.querySelector(part));
    this.hidden = false;
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file) return;
      const lines = file.size > 1 << 20 ? [] : (await file.text()).replace(/^\uFEFF/, "").split(/\r?\n/);
      const ids = lines.map((line) => line.split(/[,;\t]/)[0].trim().replace(/^["'](.*?)"?$/, "$1")).filter(Boolean);
      if (["userid", this.dataset.heading.toLowerCase()].includes(ids[0]?.toLowerCase())) ids.shift();
      field.value = [field.value.trim(), ...ids].filter(Boolean).join("\n");
      status.textContent = ids.length ? `${this.dataset.added}: ${ids.length}` : this.dataset.none;
      input.value = "";
    });
  }
});

// Work that goes on in the background: its page is read again until it has ended.
async function refresh() {
  const old = document.querySelector("[data-refresh]");
  if (!old) return;
  let wait = 1000;
  // Nobody looks at a hidden page, and a question that is open must stay.
  if (!document.hidden && !old.querySelector("details[open]")) {
    try {
      const response = await fetch(location.href, { headers: { accept: "text/html" } });
      if (response.redirected || !response.ok) throw new Error(response.status);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const focused = document.activeElement?.closest("[data-refresh]") && document.activeElement.textContent;
      const now = page.getElementById(old.id);
      old.replaceWith(now);
      if (focused) ([...now.querySelectorAll("a, button, summary")].find((element) => element.textContent === focused) ?? document.getElementById("main")).focus();
    } catch {
      wait = 5000;
    }
  }
  setTimeout(refresh, wait);
}
setTimeout(refresh, 500);
document.querySelector("[data-keys]")?.addEventListener("click", keys);

// Reply addresses: sends what is in the form, and shows the response.
const webhook = document.querySelector("[data-webhook]");
if (webhook) {
  const [body, output, command, copy] = ["textarea", "output", "pre", "[data-copy]"].map((part) => webhook.querySelector(part));
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  body.addEventListener("input", () => {
    command.textContent = `curl ${quoted(webhook.dataset.webhook)} -H 'content-type: application/json' -d ${quoted(body.value)}`;
  });
  webhook.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = webhook.querySelector("[type=submit]");
    button.disabled = true;
    const { pathname, search } = new URL(webhook.dataset.webhook);
    try {
      const response = await fetch(pathname + search, { method: "POST", headers: { "content-type": "application/json" }, body: body.value });
      output.textContent = `${response.status} ${await response.text()}`;
    } catch {
      output.textContent = webhook.dataset.failed;
    }
    button.disabled = false;
    button.focus();
  });
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command.textContent);
    copy.textContent = webhook.dataset.copied;
  });
}

// The menu of an account: rows can be added and moved, and the preview shows what is typed. Without this script rows are moved by their
// numbers, and the preview shows what was saved.
customElements.define("menu-editor", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.list = this.querySelector(".rows");
    this.shown = this.querySelector("[data-menu-preview]");
    this.querySelector("[data-move-hint]").textContent = this.dataset.hint;
    this.rows().forEach((row) => this.equip(row));
    const add = Object.assign(document.createElement("button"), { type: "button", className: "secondary", textContent: this.dataset.add });
    add.addEventListener("click", () => this.add());
    this.form.querySelector(".buttons").append(add);
    this.form.addEventListener("input", () => this.schedule());
    this.form.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const row = event.target.closest(".row");
      if (!step || !event.altKey || !row) return;
      event.preventDefault();
      this.move(row, step, event.target);
    });
    // Buttons of the preview do nothing: only a member can choose.
    this.shown.addEventListener("submit", (event) => event.preventDefault());
  }

  rows() {
    return [...this.list.querySelectorAll(".row")];
  }

  /** Adds the buttons that move a row. */
  equip(row) {
    const moves = Object.assign(document.createElement("span"), { className: "moves" });
    for (const [step, text, sign] of [[-1, this.dataset.up, "↑"], [1, this.dataset.down, "↓"]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: sign, title: text });
      button.setAttribute("aria-label", text);
      button.addEventListener("click", () => this.move(row, step, button));
      moves.append(button);
    }
    row.append(moves);
    row.querySelector("[name=level]").addEventListener("change", (event) => row.classList.toggle("below", event.target.value === "1"));
  }

  /** Moves a row. The focus stays where it is. */
  move(row, step, focused) {
    const rows = this.rows();
    const other = rows[rows.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    this.number();
    focused.focus();
    this.querySelector("[data-announce]").textContent = `${this.dataset.moved}: ${row.querySelector("legend").textContent}`;
    this.schedule();
  }

  /** Numbers the rows in their order. */
  number() {
    for (const [index, row] of this.rows().entries()) {
      row.querySelector("[name=order]").value = index + 1;
      const legend = row.querySelector("legend");
      legend.textContent = legend.textContent.replace(/\d+$/, index + 1);
    }
  }

  add() {
    const last = this.rows().at(-1);
    const row = last.cloneNode(true);
    row.querySelector(".moves").remove();
    for (const input of row.querySelectorAll("input")) input.value = "";
    row.querySelector("[name=kind]").value = "view";
    last.after(row);
    this.equip(row);
    this.number();
    row.querySelector("[name=label]").focus();
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), 150);
  }

  async refresh() {
    // Only the newest preview counts.
    this.loading?.abort();
    this.loading = new AbortController();
    try {
      const body = new URLSearchParams(new FormData(this.form));
      const response = await fetch(this.dataset.preview, { method: "POST", body, signal: this.loading.signal, redirect: "error" });
      if (!response.ok && response.status !== 422) return;
      const open = [...this.shown.querySelectorAll("details")].map((one) => one.open);
      this.shown.innerHTML = await response.text();
      this.shown.querySelectorAll("details").forEach((one, index) => { one.open = open[index] ?? false; });
    } catch {
      // Without a connection the last preview stays.
    }
  }
});

// The members' sign-in page follows the name and the colour while they are typed.
customElements.define("sign-in-preview", class extends HTMLElement {
  connectedCallback() {
    const form = document.getElementById(this.dataset.form);
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const color = form.elements.own_color.checked ? form.elements.accent_color.value : "";
        for (const frame of this.querySelectorAll("iframe")) {
          const query = new URLSearchParams({ scheme: frame.dataset.scheme, name: form.elements.name.value, color });
          // Not by `src`: that would be another entry of the history.
          frame.contentWindow.location.replace(`/console/organisation/preview?${query}`);
        }
      }, 300);
    });
  }
});
