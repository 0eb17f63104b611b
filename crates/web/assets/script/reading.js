/** Further results load while one scrolls. */
class SearchResults extends HTMLElement {
  connectedCallback() {
    this.next = inOrder();
    this.observer = new IntersectionObserver(([entry]) => { if (entry.isIntersecting) this.next(() => this.further()); }, { rootMargin: "0px 0px 400px" });
    this.watch();
    this.addEventListener("click", (event) => {
      if (!event.target.closest("[data-further] a")) return;
      event.preventDefault();
      this.next(() => this.further());
    });
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  watch() {
    const further = this.querySelector("[data-further]:has(a)");
    if (further) this.observer.observe(further);
  }

  async further() {
    const step = this.querySelector("[data-further]:has(a)");
    if (!step) return;
    const link = step.querySelector("a");
    this.setAttribute("aria-busy", "true");
    link.textContent = texts.textLoading;
    try {
      const found = await fragment(`${link.href}&fragment=results`);
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
    const field = make("input", { value: address, className: "unseen" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** The field for a comment: what is typed is saved, and the form says so when it is sent. */
function commentField(field) {
  const { form } = field;
  const draft = new Draft(field, field.dataset.draft, { send: form.elements.send.value }, new AbortController().signal);
  // What was sent is not typed again: it stands below, if the page came back before the browser knew.
  const isThere = (text) => [...document.querySelectorAll(".comment .text")].some((comment) => comment.textContent.trim() === text.trim());
  draft.restore(isThere);
  form.addEventListener("submit", () => {
    for (const [name, value] of Object.entries({ writer, revision: ++revision, known: draft.saved })) {
      form.append(make("input", { type: "hidden", name, value }));
    }
    // The page goes. If the comment is not taken, the form comes back with it.
    draft.saved = field.value;
    clearTimeout(draft.timer);
  });
}

/** A question that opens closes by Escape, and gives the focus back. */
function question(details) {
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}

for (const [name, element] of [["inbox-conversation", Conversation], ["inbox-list", ConversationList], ["search-results", SearchResults]]) {
  customElements.define(name, element);
}
for (const [selector, start] of [["[data-copy]", copyButton], ["textarea[data-draft]", commentField], ["details.sure", question]]) {
  document.querySelectorAll(selector).forEach(start);
}
if (document.body.matches(".reading, .searching")) {
  tellZone(document);
  reachable(document);
  addEventListener("resize", () => reachable(document));
}
