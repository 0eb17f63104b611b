/** The name of this page among those that save drafts. */
const writer = randomName();
let revision = 0;

/** Saves a text at the server; whether that worked. */
async function saveText(address, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ writer, ...fields })) body.append(name, value);
  try {
    return (await fetch(address, { method: "POST", body, keepalive: true, redirect: "manual" })).ok;
  } catch {
    return false; // The browser keeps it, and the next save has it.
  }
}

/** Saves what is typed into a field: in the browser at once, at the server a moment later. */
class Draft {
  constructor(field, address, fields, signal) {
    Object.assign(this, { field, address, fields, revision: 0, saved: field.value, acknowledged: 0 });
    this.local = `draft ${JSON.stringify([address, fields])}`;
    field.addEventListener("input", () => this.changed(), { signal });
    const keep = () => this.save();
    addEventListener("pagehide", keep, { signal });
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); }, { signal });
    addEventListener("online", keep, { signal });
    atTheEnd.push(keep);
    signal.addEventListener("abort", () => { keep(); atTheEnd.splice(atTheEnd.indexOf(keep), 1); });
  }

  /** Brings back what the browser alone has: it could not be saved at the server. Both are there if the server has something else. */
  async restore(isSent = () => false) {
    const kept = (await vault?.all())?.get(this.local)?.content.text;
    if (!kept) return;
    if (this.field.value.includes(kept) || isSent(kept)) { await vault.remove(this.local); return; }
    this.field.value = this.field.value ? `${this.field.value}\n${kept}` : kept;
    this.field.dispatchEvent(new Event("input"));
  }

  changed() {
    this.revision = ++revision;
    vault?.put(this.local, { text: this.field.value });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 600);
  }

  /** Sends the text to the server, if it is another one than there; whether it has it then. Saves may overtake each other: the server knows. */
  async save() {
    clearTimeout(this.timer);
    const { revision, field: { value } } = this;
    if (value === this.saved) return true;
    const isSaved = await saveText(this.address, { ...this.fields, text: value, revision });
    if (isSaved && revision >= this.acknowledged) {
      Object.assign(this, { acknowledged: revision, saved: value });
      if (this.revision === revision) await vault?.remove(this.local);
    } else if (!isSaved) {
      setTimeout(() => { if (this.field.isConnected && this.revision === revision) this.save(); }, 5000);
    }
    return isSaved;
  }

  /** Clears what the server has of a message that is not sent yet: it is kept as a message. */
  clear() {
    this.saved = null;
    return this.save();
  }

  /** Takes the text out of the field, to be sent. The message says which saves came before it. */
  take() {
    clearTimeout(this.timer);
    const { saved: known, field: { value: text } } = this;
    this.field.value = "";
    this.saved = "";
    this.revision = ++revision;
    vault?.remove(this.local);
    return { text, writer, revision: this.revision, known: known ?? "" };
  }
}
