// Sends the request of the form: with an app through the server, which has its token, otherwise with the own session.

const TRY = "/v1.0/carillon/calls/try";
const REACH = "/v1.0/carillon/calls/reach";
const EXPLAIN = "/v1.0/carillon/calls/get";
const CONFIRM = "/console/confirm";
const NEEDS_PASSWORD = "Forbidden.AccessDenied.ReauthenticationRequired";
const MOST_LETTERS = 512 * 1024;

/** Posts JSON. Returns the response and its status. */
async function post(path, fields) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields) });
  return { status: response.status, answer: await response.json() };
}

/** The bytes of a file in base64. */
async function base64(file) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

Object.assign(TryRequest.prototype, {
  async onSubmit(event) {
    event.preventDefault();
    if (this.isSending) return;
    this.isSending = true;
    this.state(this.texts.sending);
    try {
      await this.send();
    } catch (error) {
      console.error(error);
      this.state(this.texts.failed);
    }
    this.isSending = false;
  },

  /** Says in one line what happens. */
  state(text) {
    this.querySelector("[data-state]").textContent = text;
  },

  parts() {
    const all = this.parameters().filter(({ isToken, place }) => !isToken && place !== "header");
    const of = (where) => all.filter(({ place }) => place === where).map(({ name, value }) => ({ name, value }));
    const parts = { operation: this.config.id, path: of("path"), query: of("query") };
    return this.text === undefined || this.config.method === "GET" ? parts : { ...parts, body: this.text };
  },

  async send() {
    const confirmed = this.config.reaches ? await this.askWhom() : {};
    if (!confirmed) return this.state("");
    const app = this.querySelector("[name=app]")?.value ?? "";
    if (this.config.isUpload && !this.file) {
      this.state(this.texts.noFile);
      return this.querySelector('[data-kind="file"] input')?.focus();
    }
    const sent = this.request();
    const answer = app ? await this.sendAs(app, confirmed) : await this.sendAlone(sent);
    if (!answer) return;
    this.state("");
    await this.show(answer, sent);
  },

  /** Shows whom the call reaches, and asks. Returns what confirms it; nothing if it is not to be sent. */
  async askWhom() {
    const { status, answer } = await post(REACH, this.parts());
    if (status !== 200) throw new Error(answer.message);
    // Nobody gets anything by a call that is refused.
    if (answer.members === 0) return { confirm: 0 };
    const dialog = this.querySelector("[data-reach]");
    dialog.querySelector("[data-members]").textContent = this.texts.reaches.replace("{}", answer.members);
    const choices = dialog.querySelector("[data-choices]");
    choices.hidden = answer.onlyMe === undefined;
    dialog.querySelector("[data-all]").textContent = this.texts.toAll.replace("{}", answer.members);
    dialog.querySelector("[value=me]").checked = true;
    if (!(await this.ask(dialog))) return undefined;
    if (answer.onlyMe === undefined || dialog.querySelector("[value=all]").checked) return { confirm: answer.members };
    this.json.value = write(parse(answer.onlyMe));
    this.fromJson();
    this.report();
    const narrowed = await post(REACH, this.parts());
    if (narrowed.status !== 200) throw new Error(narrowed.answer.message);
    return { confirm: narrowed.answer.members };
  },

  /** Opens a dialog. Returns whether its first button closed it. */
  ask(dialog) {
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
  },

  /** Calls with an app, in the server. */
  async sendAs(appKey, confirmed) {
    const fields = { appKey, ...this.parts(), ...confirmed };
    if (this.file) fields.file = { name: this.file.name, content: await base64(this.file) };
    for (;;) {
      const { status, answer } = await post(TRY, fields);
      if (status === 200) return answer;
      if (answer.code !== NEEDS_PASSWORD) return this.state(this.problem(answer));
      if (!(await this.askPassword())) return this.state("");
    }
  },

  problem(answer) {
    return answer.code === "Forbidden.AccessDenied.OperatorRoleDenied" ? this.texts.needsOwner : `${this.texts.refused} ${answer.message}`;
  },

  /** Asks for the password once more. Returns whether it was right. */
  async askPassword() {
    const dialog = this.querySelector("[data-password]");
    const input = dialog.querySelector("input");
    const problem = dialog.querySelector("[role=alert]");
    problem.textContent = "";
    for (;;) {
      if (input) input.value = "";
      if (!(await this.ask(dialog)) || !input) return false;
      const { status } = await fetch(CONFIRM, { method: "POST", body: new URLSearchParams({ password: input.value }) });
      input.value = "";
      if (status === 204) return true;
      problem.textContent = status === 403 ? this.texts.wrongPassword : this.texts.tooManyTries;
    }
  },

  /** Calls with the own session, or without any if the operation needs no token. */
  async sendAlone({ method, url, headers, body }) {
    const address = new URL(url);
    // The base of the examples may be another name of this server.
    address.searchParams.delete("access_token");
    const form = this.file && new FormData();
    form?.append("media", this.file);
    const began = performance.now();
    const response = await fetch(`${address.pathname}${address.search}`, {
      method,
      headers: form ? [] : headers.filter(([name]) => name === "Content-Type"),
      body: form || (method === "GET" ? undefined : body),
      credentials: this.config.isOpen ? "omit" : "same-origin",
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: [...response.headers].map(([name, value]) => ({ name, value })),
      body: text.slice(0, MOST_LETTERS),
      size: new TextEncoder().encode(text).length,
      isShortened: text.length > MOST_LETTERS,
      tookUs: Math.round((performance.now() - began) * 1000),
      requestId: "",
    };
  },
});
