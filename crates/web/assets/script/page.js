// The scripts of the pages. Every page works without them. With them, messages arrive and disappear without reloading, drafts are saved,
// messages that failed are sent again, and wide screens show the list beside the conversation.
//
// `assets.rs` concatenates the files of this folder to one module.

const texts = document.body.dataset;
const liveRegion = document.getElementById("live");
/** Matches screens that show the list beside the conversation. */
const wide = matchMedia("(min-width: 64rem)");

/** Announces a text to screen readers. It is cleared first, so that the same text is announced again. */
function announce(text) {
  liveRegion.textContent = "";
  setTimeout(() => { liveRegion.textContent = text; }, 50);
}

/** Creates an element with properties and children. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Fetches HTML as a document fragment; null if there is nothing at the address (any more). */
async function fetchFragment(address) {
  const response = await fetch(address, { headers: { accept: "text/html" }, cache: "no-store" });
  if (response.redirected || response.status === 401) {
    handleSessionEnd();
    return null;
  }
  if (!response.ok) {
    if (response.status >= 500) throw new Error(`${address}: ${response.status}`);
    return null;
  }
  return parseHtml(await response.text());
}

function parseHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Saves what was typed, then reloads: without a session the page redirects to the sign-in form. */
function handleSessionEnd() {
  Promise.allSettled(beforeLeaving.map((save) => save())).then(() => location.reload());
}

/** Functions that save what was typed, to be called before leaving the page. */
const beforeLeaving = [];

/** Returns a function that runs steps one after the other, so that a recall does not overtake its message. */
function createQueue() {
  let last = Promise.resolve();
  return (step) => { last = last.then(step).catch((error) => console.warn(error)); return last; };
}

/** Returns 24 random hexadecimal digits. */
function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Asks before an action that cannot be undone. Resolves to true if the member confirms. */
function confirmDialog(question, yes, no) {
  const dialog = make("dialog", { className: "ask" });
  const text = make("p", { textContent: question, id: "question" });
  const confirm = make("button", { type: "submit", value: "yes", className: "danger", textContent: yes });
  const cancel = make("button", { type: "submit", value: "no", className: "secondary", textContent: no, autofocus: true });
  dialog.setAttribute("aria-labelledby", "question");
  dialog.append(text, make("form", { method: "dialog" }, cancel, confirm));
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve(dialog.returnValue === "yes");
    });
  });
}

/** Makes boxes that scroll focusable, so that the keyboard can scroll them. */
function makeScrollableFocusable(root) {
  for (const box of root.querySelectorAll(".prose pre, .prose table")) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0; else box.removeAttribute("tabindex");
  }
}

/** Shows the note about the time zone to readers in another one. */
function showZone(root) {
  const note = root.querySelector(".zone[data-zone]");
  if (!note) return;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  note.hidden = timeZone === note.dataset.zone || -new Date().getTimezoneOffset() === Number(note.dataset.offset);
}
