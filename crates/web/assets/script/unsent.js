/**
 * Stores in the browser what the server does not have yet. It survives a reload, the end of the session, and a restart of the server. It is
 * encrypted with a key that only pages of the signed-in member get, so that other users of the browser cannot read it. Without https there
 * is no encryption: then texts are stored for the tab only, and pictures not at all.
 */
class Vault {
  /** `spec` is `OWNER.KEY`, both in hex. */
  constructor(spec) {
    const [owner, key] = spec.split(".");
    this.owner = owner;
    const bytes = Uint8Array.from(key.match(/../g), (hex) => parseInt(hex, 16));
    this.key = crypto.subtle?.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    this.memory = new Map();
  }

  get isEncrypted() {
    return Boolean(this.key);
  }

  /** Stores `content`, and a picture `file` if there is one, by a name. */
  async put(name, content, file) {
    const id = `${this.owner} ${name}`;
    this.memory.set(name, { content, file });
    if (!this.key) {
      try { sessionStorage.setItem(`unsent ${id}`, JSON.stringify(content)); } catch { /* The storage is full: the page still has it. */ }
      return;
    }
    const entry = { id, owner: this.owner, at: Date.now(), content: await this.encrypt(new TextEncoder().encode(JSON.stringify(content))) };
    if (file) entry.file = await this.encrypt(await file.arrayBuffer());
    // Encrypting takes time: do not store what was removed or replaced meanwhile.
    if (this.memory.get(name)?.content === content) await this.#store("readwrite", (store) => store.put(entry));
  }

  async remove(name) {
    const id = `${this.owner} ${name}`;
    this.memory.delete(name);
    if (!this.key) sessionStorage.removeItem(`unsent ${id}`);
    else await this.#store("readwrite", (store) => store.delete(id));
  }

  /** Returns all entries of the member, by name. */
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
        const content = JSON.parse(new TextDecoder().decode(await this.decrypt(entry.content)));
        const file = entry.file && new File([await this.decrypt(entry.file)], content.fileName, { type: content.fileType });
        found.set(name, { content, file });
        this.memory.set(name, { content, file });
      } catch (error) {
        console.warn(error); // It was encrypted with another key and is lost.
        await this.#store("readwrite", (store) => store.delete(entry.id));
      }
    }
    return found;
  }

  async encrypt(bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, bytes) };
  }

  async decrypt({ iv, bytes }) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv }, await this.key, bytes);
  }

  /** Makes a request to the database. After an error the page still has what could not be stored. */
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
        const pending = request(transaction.objectStore("unsent"));
        transaction.oncomplete = () => resolve(pending.result);
        transaction.onabort = () => reject(transaction.error);
      });
    } catch (error) {
      console.warn(error);
      return undefined;
    }
  }
}

/** The vault of the signed-in member; null on pages without one. */
const vault = (() => {
  const spec = document.body.dataset.vault;
  return spec ? new Vault(spec) : null;
})();
