// Pictures in what is pasted. Each ends as one of: a picture of this server, one to upload (its bytes are here), one to copy (it is on another
// server), or a placeholder (its bytes are only on the other computer).

const DATA = /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]+$/i;
const MEDIA_ID = /^[@$][\w+/=.@$-]{1,255}$/;

/** Returns the source if the server shows it: a media id, a path of media, or a `data:` picture. */
export function ownSource(source, mediaBase) {
  if (MEDIA_ID.test(source)) return source;
  if (source.startsWith(mediaBase)) {
    try {
      const id = decodeURIComponent(source.slice(mediaBase.length));
      return MEDIA_ID.test(id) ? id : null;
    } catch {
      return null;
    }
  }
  return DATA.test(source) ? source.replace(/\s/g, "") : null;
}

/** Returns the address if it is one of another server. */
export function remoteSource(source) {
  try {
    const url = new URL(source.startsWith("//") ? `https:${source}` : source);
    return ["http:", "https:"].includes(url.protocol) && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

/** Decides what becomes of each picture; `found` has pictures of the clipboard in their order, as `data:` addresses. */
export function pictures(root, { mediaBase, pasted, found }) {
  for (const image of [...root.querySelectorAll("img")]) {
    const source = (["data-src", "data-original", "src"].map((name) => image.getAttribute(name)).find(Boolean) ?? "").trim();
    image.removeAttribute("srcset");
    // Dots that count readers.
    if (pasted && image.getAttribute("width") === "1" && image.getAttribute("height") === "1") {
      image.remove();
      continue;
    }
    const own = ownSource(source, mediaBase);
    const remote = own ? null : remoteSource(source);
    image.removeAttribute("src");
    if (own && pasted && own.startsWith("data:")) image.dataset.bytes = own;
    else if (own) image.setAttribute("src", own);
    else if (remote) {
      image.dataset.remote = remote;
      if (pasted) image.dataset.copy = "1";
    } else if (/^(file|blob|cid|webkit-fake-url):/i.test(source) && found.length) {
      image.dataset.bytes = found.shift();
    }
  }
}

const PICTURE_MAX = 20 << 20;

function withoutGroups(text) {
  let plain = text;
  for (let level = 0; level < 8 && plain.includes("{"); level++) plain = plain.replace(/\{[^{}]*\}/g, " ");
  return plain;
}

/** Returns the pictures in a text of RTF, as `data:` addresses: Word and WPS put their pictures only there. */
export function rtfPictures(rtf) {
  const found = [];
  const start = /\{\\pict\b/g;
  while (start.exec(rtf) && found.length < 100) {
    let depth = 1;
    let end = start.lastIndex;
    while (end < rtf.length && depth > 0) {
      if (rtf[end] === "{") depth++;
      else if (rtf[end] === "}") depth--;
      end++;
    }
    const group = rtf.slice(start.lastIndex, end - 1);
    const before = rtf.slice(Math.max(0, start.lastIndex - 200), start.lastIndex);
    start.lastIndex = end;
    // Each picture is there a second time in an old form.
    if (/\\nonshppict[^{}]*\{\\pict$/.test(before)) continue;
    const type = /\\pngblip/.test(group) ? "png" : /\\jpegblip/.test(group) ? "jpeg" : null;
    const hex = /\s([0-9a-f\s]{64,})$/i.exec(withoutGroups(group))?.[1].replace(/\s/g, "");
    if (!type || !hex || hex.length % 2 || hex.length / 2 > PICTURE_MAX) {
      // Keeps the order of those that follow.
      found.push(null);
      continue;
    }
    let bytes = "";
    for (let at = 0; at < hex.length; at += 2) bytes += String.fromCharCode(parseInt(hex.slice(at, at + 2), 16));
    found.push(`data:image/${type};base64,${btoa(bytes)}`);
  }
  return found;
}
