// The live parts of the pages. Every page works without this module; with it, messages arrive and leave by themselves, what is typed is
// saved and sent again when that failed, and two panes stand side by side where there is room.
//
// The files of this folder are served as one module, in the order that `assets.rs` lists.

const texts = document.body.dataset;
const live = document.getElementById("live");
/** Where list and conversation stand side by side. */
const wide = matchMedia("(min-width: 64rem)");

/** Tells a screen reader. The text is cleared first, so that the same words are said again. */
function say(text) {
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
}

/** An element with properties and children. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The HTML at an address as a document fragment; null if the address has nothing (any more). */
async function fragment(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" }, cache: "no-store" });
  if (answer.redirected || answer.status === 401) {
    sessionEnded();
    return null;
  }
  if (!answer.ok) {
    if (answer.status >= 500) throw new Error(`${address}: ${answer.status}`);
    return null;
  }
  return parsed(await answer.text());
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** The session ended: the page itself leads to the sign-in form, once what was typed is kept. */
function sessionEnded() {
  Promise.allSettled(atTheEnd.map((keep) => keep())).then(() => location.reload());
}

/** What has to be kept before the page goes. */
const atTheEnd = [];

/** Runs steps one after the other, so that a recall never overtakes the message it takes back. */
function inOrder() {
  let last = Promise.resolve();
  return (step) => { last = last.then(step).catch((error) => console.warn(error)); return last; };
}

/** A random name. */
function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Asks before something that cannot be undone; whether to do it. */
function ask(question, yes, no) {
  const dialog = make("dialog", { className: "ask" });
  const words = make("p", { textContent: question, id: "question" });
  const doIt = make("button", { type: "submit", value: "yes", className: "danger", textContent: yes });
  const leave = make("button", { type: "submit", value: "no", className: "secondary", textContent: no, autofocus: true });
  dialog.setAttribute("aria-labelledby", "question");
  dialog.append(words, make("form", { method: "dialog" }, leave, doIt));
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
      answer(dialog.returnValue === "yes");
    });
  });
}

/** What can be scrolled sideways can be reached by keyboard. */
function reachable(root) {
  for (const box of root.querySelectorAll(".prose pre, .prose table")) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0; else box.removeAttribute("tabindex");
  }
}

/** Readers in another time zone are told which one the times are in. */
function tellZone(root) {
  const note = root.querySelector(".zone[data-zone]");
  if (!note) return;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  note.hidden = timeZone === note.dataset.zone || -new Date().getTimezoneOffset() === Number(note.dataset.offset);
}
