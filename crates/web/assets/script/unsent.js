/**
 * What the server does not have yet, kept by the browser: over a reload, the end of a session, and a restart of the server. It is
 * encrypted with a key that only pages of the signed-in member get, so that whoever uses the same browser next cannot read it. Without https
 * there is no encryption: then texts stay in the tab, and pictures on the page.
 */
class Vault {
  /** `spec` names the member and has the key. */
  constructor(spec) {
    const [owner, key] = spec.split(".");
    this.owner = owner;
    const bytes = Uint8Array.from(key.match(/../g), (hex) => parseInt(hex, 16));
    this.key = crypto.subtle?.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    this.memory = new Map();
  }

  get isSealed() {
    return Boolean(this.key);
  }

  /** Keeps something under a name. `file` may be a picture. */
  async put(name, content, file) {
    const id = `${this.owner} ${name}`;
    this.memory.set(name, { content, file });
    if (!this.key) {
      try { sessionStorage.setItem(`unsent ${id}`, JSON.stringify(content)); } catch { /* It is full: the page still has it. */ }
      return;
    }
    const entry = { id, owner: this.owner, at: Date.now(), content: await this.seal(new TextEncoder().encode(JSON.stringify(content))) };
    if (file) entry.file = await this.seal(await file.arrayBuffer());
    // What was removed meanwhile does not come back.
    if (this.memory.get(name)?.content === content) await this.#store("readwrite", (store) => store.put(entry));
  }

  async remove(name) {
    const id = `${this.owner} ${name}`;
    this.memory.delete(name);
    if (!this.key) sessionStorage.removeItem(`unsent ${id}`);
    else await this.#store("readwrite", (store) => store.delete(id));
  }

  /** Everything of the member, by name. */
  async all() {
    const found = new Map();
    const prefix = `${this.owner} `;
    if (!this.key) {
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith(`unsent ${prefix}`)) {
          found.set(key.slice(`unsent ${prefix}`.length), { content: JSON.parse(sessionStorage.getItem(key)) });
        }
      }
      return found;
    }
    const entries = await this.#store("readonly", (store) => store.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
    for (const entry of (entries ?? []).sort((one, other) => one.at - other.at)) {
      const name = entry.id.slice(prefix.length);
      try {
        const content = JSON.parse(new TextDecoder().decode(await this.open(entry.content)));
        const file = entry.file && new File([await this.open(entry.file)], content.fileName, { type: content.fileType });
        found.set(name, { content, file });
        this.memory.set(name, { content, file });
      } catch (error) {
        console.warn(error); // Written with another key: nobody can read it any more.
        await this.#store("readwrite", (store) => store.delete(entry.id));
      }
    }
    return found;
  }

  async seal(bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, bytes) };
  }

  async open({ iv, bytes }) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv }, await this.key, bytes);
  }

  /** One request to the database. What cannot be stored is still on the page. */
  async #store(mode, request) {
    try {
      this.database ??= new Promise((resolve, reject) => {
        const opening = indexedDB.open("carillon", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("unsent", { keyPath: "id" });
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const database = await this.database;
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction("unsent", mode);
        const asked = request(transaction.objectStore("unsent"));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onabort = () => reject(transaction.error);
      });
    } catch (error) {
      console.warn(error);
      return undefined;
    }
  }
}

/** The vault of the signed-in member; none on pages for everybody. */
const vault = (() => {
  const holder = document.querySelector("[data-vault]");
  return holder && new Vault(holder.dataset.vault);
})();
