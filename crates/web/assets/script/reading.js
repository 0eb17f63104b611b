/** Search results: loads further ones while scrolling. */
class SearchResults extends HTMLElement {
  connectedCallback() {
    this.enqueue = createQueue();
    this.observer = new IntersectionObserver(([entry]) => { if (entry.isIntersecting) this.enqueue(() => this.loadMore()); }, { rootMargin: "0px 0px 400px" });
    this.watch();
    this.addEventListener("click", (event) => {
      if (!event.target.closest("[data-further] a")) return;
      event.preventDefault();
      this.enqueue(() => this.loadMore());
    });
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  watch() {
    const further = this.querySelector("[data-further]:has(a)");
    if (further) this.observer.observe(further);
  }

  async loadMore() {
    const step = this.querySelector("[data-further]:has(a)");
    if (!step) return;
    const link = step.querySelector("a");
    this.setAttribute("aria-busy", "true");
    link.textContent = texts.textLoading;
    try {
      const found = await fetchFragment(`${link.href}&fragment=results`);
      if (!found) return;
      this.observer.unobserve(step);
      const [hits, more] = [this.querySelector("[data-hits]"), found.querySelector("[data-hits]")];
      if (hits && more) { hits.append(...more.children); more.remove(); }
      step.replaceWith(found);
      this.watch();
    } catch (error) {
      link.textContent = texts.textFailed;
      throw error;
    } finally {
      this.removeAttribute("aria-busy");
    }
  }
}

/** The button that copies the address of the page. */
function copyButton(button) {
  const label = button.querySelector("span");
  const defaultLabel = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(location.href.split("#")[0]);
    label.textContent = done ? texts.textCopied : texts.textFailed;
    announce(label.textContent);
    setTimeout(() => { label.textContent = defaultLabel; }, 2500);
  });
}

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    // Without https there is no clipboard API, but a selected field can be copied.
    const field = make("input", { value: address, className: "visually-hidden" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** The comment field: saves drafts, and sends their state with the form. */
function commentField(field) {
  const { form } = field;
  // A field with a limit cuts off what is pasted, without a word. The server refuses it with a reason.
  field.removeAttribute("maxlength");
  const draft = new Draft(field, field.dataset.draft, { send: form.elements.send.value }, new AbortController().signal);
  // A text that was posted is not restored: the page may have been left before the browser removed it.
  const isPosted = (text) => [...document.querySelectorAll(".comment .text")].some((comment) => comment.textContent.trim() === text.trim());
  draft.restore(isPosted);
  form.addEventListener("submit", () => {
    for (const [name, value] of Object.entries({ writer, revision: ++revision, known: draft.saved })) {
      form.append(make("input", { type: "hidden", name, value }));
    }
    // The page is left. If the comment is refused, the next page has it in the form.
    draft.saved = field.value;
    clearTimeout(draft.timer);
  });
}

/** Closes a question by Escape, and returns the focus. */
function closeOnEscape(details) {
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}

for (const [name, element] of [["inbox-conversation", Conversation], ["inbox-list", ConversationList], ["search-results", SearchResults]]) {
  customElements.define(name, element);
}
for (const [selector, start] of [["[data-copy]", copyButton], ["textarea[data-draft]", commentField], ["details.confirmation", closeOnEscape]]) {
  document.querySelectorAll(selector).forEach(start);
}
showZone(document);
// Where the navigation of the console does not fit, it scrolls to the current section, and the page stays.
const sections = document.getElementById("sections");
if (sections) sections.scrollTop = (sections.querySelector("[aria-current]")?.offsetTop ?? 0) - sections.clientHeight / 2;
if (document.body.matches(".reading, .searching")) {
  makeScrollableFocusable(document);
  addEventListener("resize", () => makeScrollableFocusable(document));
}
