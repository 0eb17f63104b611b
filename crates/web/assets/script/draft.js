/** Identifies this page to the server, which orders the saves of each page by `revision`. */
const writer = randomName();
let revision = 0;

/** Saves a text at the server. Returns true if it was saved. */
async function saveText(address, fields) {
  const body = new FormData();
  for (const [name, values] of Object.entries({ writer, ...fields })) for (const value of [values].flat()) body.append(name, value);
  try {
    return (await fetch(address, { method: "POST", body, keepalive: true, redirect: "manual" })).ok;
  } catch {
    return false; // The browser still has it, and saves it again.
  }
}

/** The last texts that the server may have from this browser, as many as a form may have. The server keeps any other text beside the new one. */
function knownTexts(bases, text) {
  let room = 10000;
  return [...new Set(bases)].reverse().filter((base) => base && base !== text && (room -= base.length) >= 0);
}

/** Saves the text of a field: in the browser immediately, at the server after a short delay. */
class Draft {
  constructor(field, address, fields, signal) {
    Object.assign(this, { field, address, fields, revision: 0, saved: field.value, acknowledged: 0 });
    /** Texts that the server may have from this browser: the next text replaces them. */
    this.bases = [field.value];
    this.local = `draft ${JSON.stringify([address, fields])}`;
    field.addEventListener("input", () => this.changed(), { signal });
    const save = () => this.save();
    addEventListener("pagehide", save, { signal });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); }, { signal });
    addEventListener("online", save, { signal });
    beforeLeaving.push(save);
    signal.addEventListener("abort", () => { save(); beforeLeaving.splice(beforeLeaving.indexOf(save), 1); });
  }

  /**
   * Restores a text that only the browser has because saving failed. It replaces a text of the server that is from this browser. A text
   * that was saved elsewhere meanwhile stays before it.
   */
  async restore(isSent = () => false) {
    const content = (await vault?.all())?.get(this.local)?.content;
    if (!content) return;
    const { text: stored, bases = [] } = content;
    const { value } = this.field;
    // The last save of the previous page may still arrive.
    this.bases.push(...bases, stored);
    const isNewer = bases.includes(value) || stored.includes(value);
    const isKnown = stored === value || (!isNewer && value.includes(stored)) || (stored && isSent(stored));
    if (isKnown) { await vault.remove(this.local); return; }
    this.field.value = isNewer ? stored : `${value}\n${stored}`;
    this.field.dispatchEvent(new Event("input"));
  }

  changed() {
    this.revision = ++revision;
    vault?.put(this.local, { text: this.field.value, bases: this.bases.slice(-8) });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 600);
  }

  /** Saves the text at the server if it has changed. Returns true if the server has it. Saves may arrive out of order; the server compares revisions. */
  async save() {
    clearTimeout(this.timer);
    const { revision, field: { value } } = this;
    if (value === this.saved) return true;
    const known = knownTexts(this.bases, value);
    this.bases.push(value);
    const isSaved = await saveText(this.address, { ...this.fields, text: value, revision, known });
    if (isSaved && revision >= this.acknowledged) {
      Object.assign(this, { acknowledged: revision, saved: value });
      if (this.revision === revision) await vault?.remove(this.local);
    } else if (!isSaved) {
      setTimeout(() => { if (this.field.isConnected && this.revision === revision) this.save(); }, 5000);
    }
    return isSaved;
  }

  /** Saves the text even if it has not changed: the previous text is now stored as a message. */
  clear() {
    this.saved = null;
    return this.save();
  }

  /** Returns true if the field has this text as it was loaded. */
  isUntouched(text) {
    return !this.revision && this.field.value.trim() === text;
  }

  /** Empties the field without saving: the server has cleared the draft. */
  forget() {
    this.field.value = "";
    this.saved = "";
  }

  /** Empties the field and returns its text to be sent, with the state of its draft. */
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
