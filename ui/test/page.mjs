// A server with the editor on a page as strict as those of the console, and an upload that each test decides.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { once } from "node:events";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const ASSETS = new URL("../../crates/web/assets/", import.meta.url);
const REFERENCE = new URL("../../crates/reference/assets/", import.meta.url);
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

const pageHtml = (lang, content, language) => `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Editor</title><link rel="stylesheet" href="/inbox.css"><link rel="stylesheet" href="/console.css"><link rel="stylesheet" href="/articles.css"><script type="module" src="/editor.js"></script></head>
<body class="console"><div class="desk"><nav></nav><main><h1>${language}</h1><form method="post" action="/save"><label for="content" id="of-content">${language}</label>
<article-editor data-upload-url="/upload" data-copy-url="/copy" data-media-base="/media/"><textarea id="content" name="content" rows="20">${escape(content)}</textarea></article-editor><button>OK</button></form></main></div></body></html>`;

export class TestPage {
  constructor() {
    /** The page with the examples of the API reference. */
    this.examples = "";
    /** How `/upload` and `/copy` respond; tests replace it. */
    this.respond = null;
    this.uploads = [];
    this.saved = null;
    this.content = "";
    this.lang = "zh-CN";
  }

  async start() {
    this.server = createServer((request, response) => this.serve(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    }));
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  async serve(request, response) {
    const path = request.url.split("?")[0];
    const send = (type, body, status = 200) => response.writeHead(status, { "content-type": type, "content-security-policy": POLICY, "cache-control": "no-store" }).end(body);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (path === "/") return send("text/html; charset=utf-8", pageHtml(this.lang, this.content, this.lang === "en" ? "Content" : "正文"));
    if (path === "/examples") return send("text/html; charset=utf-8", this.examples);
    if (/^\/reference\/\w+\.js$/.test(path)) return send("text/javascript; charset=utf-8", await readFile(new URL(path.slice(11), REFERENCE)));
    if (path === "/editor.js") return send("text/javascript; charset=utf-8", await readFile(new URL("editor.js", ASSETS)));
    if (/^\/\w+\.css$/.test(path)) return send("text/css; charset=utf-8", await readFile(new URL(path.slice(1), ASSETS)));
    if (path.startsWith("/media/")) return send("image/png", PIXEL);
    if (path === "/upload" || path === "/copy") {
      const upload = { path, body, text: body.toString("latin1") };
      this.uploads.push(upload);
      const { status = 200, ...answer } = await (this.respond?.(upload, this.uploads.length) ?? { media_id: `@pic${this.uploads.length}` });
      return send("application/json", JSON.stringify(answer), status);
    }
    if (path === "/save") {
      this.saved = new URLSearchParams(body.toString()).get("content");
      return send("text/html; charset=utf-8", "saved");
    }
    return send("text/plain", "no", 404);
  }
}
