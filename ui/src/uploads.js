// Pictures on their way to the server: from a file, from the clipboard, or copied by the server from another one.

/** The server sniffs contents; this only saves the way of what it would refuse anyway. */
const TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp"]);
const CONCURRENT = 3;

function fileOfData(address) {
  const [head, content] = address.split(",", 2);
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const type = /^data:([^;]+)/.exec(head)[1];
  return new File([bytes], `picture.${type.split("/")[1]}`, { type });
}

export class Uploads {
  /** `urls`: `upload` takes a file, `copy` an address. `done` is called with an id and the media id. */
  constructor({ upload, copy, maxBytes, texts, done }) {
    Object.assign(this, { upload, copy, maxBytes, texts, done });
    this.all = new Map();
    this.waiting = [];
    this.running = 0;
    this.next = 1;
  }

  get(id) {
    return this.all.get(id);
  }

  /** True while pictures are on their way. */
  get isBusy() {
    return this.running > 0 || this.waiting.length > 0;
  }

  /** Takes up a picture of what is pasted; returns the id of the upload, or null if there is nothing to do. */
  adopt({ bytes, remote, copy }) {
    try {
      if (bytes) return this.add(fileOfData(bytes));
    } catch {
      return null;
    }
    return copy && remote && this.copy ? this.start({ remote }) : null;
  }

  add(file) {
    const preview = TYPES.has(file.type) ? URL.createObjectURL(file) : null;
    return this.start({ file, preview });
  }

  start(what) {
    const id = String(this.next++);
    this.all.set(id, { id, progress: 0, error: null, listeners: new Set(), ...what });
    this.enqueue(id);
    return id;
  }

  retry(id) {
    const one = this.all.get(id);
    if (!one?.error) return;
    one.error = null;
    one.progress = 0;
    this.changed(one);
    this.enqueue(id);
  }

  enqueue(id) {
    this.waiting.push(id);
    // Later: the node is not in the document yet.
    setTimeout(() => this.run());
  }

  run() {
    while (this.running < CONCURRENT && this.waiting.length) {
      const one = this.all.get(this.waiting.shift());
      this.running++;
      this.send(one).then((mediaId) => this.done(one.id, mediaId), (error) => {
        one.error = error instanceof Error ? error.message : String(error);
        this.done(one.id, null, one.error);
      }).finally(() => {
        this.running--;
        this.changed(one);
        this.run();
      });
    }
  }

  send(one) {
    const form = new FormData();
    if (one.file) {
      if (!TYPES.has(one.file.type)) return Promise.reject(new Error(this.texts.pictureInvalid));
      if (one.file.size > this.maxBytes) return Promise.reject(new Error(this.texts.pictureTooLarge));
      form.append("picture", one.file, one.file.name);
    }
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", one.file ? this.upload : this.copy);
      request.setRequestHeader("accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        one.progress = event.lengthComputable ? event.loaded / event.total : 0;
        this.changed(one);
      });
      request.addEventListener("error", () => reject(new Error(this.texts.pictureOffline)));
      request.addEventListener("load", () => {
        let answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          // A page, such as that of a proxy.
        }
        if (request.status === 200 && answer.media_id) resolve(answer.media_id);
        else reject(new Error(answer.message || (request.status === 413 ? this.texts.pictureTooLarge : this.texts.pictureFailed)));
      });
      request.send(one.file ? form : new URLSearchParams({ url: one.remote }));
    });
  }

  changed(one) {
    for (const listener of one.listeners) listener(one);
  }
}
