// Pages of other viewers that show one document, served from this machine and packed, as a server that takes care would.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

const file = (path) => readFileSync(new URL(`node_modules/${path}`, import.meta.url));
const version = (name) => JSON.parse(file(`${name}/package.json`)).version;
const page = (head, body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>API</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
const script = (path) => `<script src="${path}"></script>`;

/** The viewers: their files, their page with its usual settings, and the address of an operation on it. */
export const VIEWERS = [
  {
    name: "Scalar",
    version: version("@scalar/api-reference"),
    files: { "/scalar.js": file("@scalar/api-reference/dist/browser/standalone.js") },
    page: page("", `<div id="app"></div>${script("/scalar.js")}<script>Scalar.createApiReference("#app", { url: "/openapi.json" });</script>`),
    place: ({ tag, method, path }) => `#tag/${tag.toLowerCase().replaceAll(" ", "-")}/${method}${path}`,
  },
  {
    name: "Redoc",
    version: version("redoc"),
    files: { "/redoc.js": file("redoc/bundles/redoc.standalone.js") },
    page: page("", `<redoc spec-url="/openapi.json"></redoc>${script("/redoc.js")}`),
    place: ({ id, tag }) => `#tag/${tag.replaceAll(" ", "-")}/operation/${id}`,
  },
  {
    name: "Swagger UI",
    version: version("swagger-ui-dist"),
    files: { "/swagger.css": file("swagger-ui-dist/swagger-ui.css"), "/swagger.js": file("swagger-ui-dist/swagger-ui-bundle.js") },
    page: page('<link rel="stylesheet" href="/swagger.css">', `<div id="app"></div>${script("/swagger.js")}<script>SwaggerUIBundle({ url: "/openapi.json", dom_id: "#app", deepLinking: true });</script>`),
    place: ({ id, tag }) => `#/${tag.replaceAll(" ", "%20")}/${id}`,
  },
];

const type = (path) => ({ js: "text/javascript", css: "text/css", json: "application/json" })[path.split(".").at(-1)] ?? "text/html; charset=utf-8";

/** Serves a viewer with a document. Returns the URL, and a function that ends it. */
export async function serve(viewer, document) {
  const packed = Object.entries({ "/": viewer.page, "/openapi.json": document, ...viewer.files }).map(([path, body]) => [path, gzipSync(body, { level: 9 })]);
  const files = new Map(packed);
  const server = createServer(({ url }, response) => {
    const body = files.get(url.split("?")[0]);
    if (!body) return response.writeHead(404).end();
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
    response.writeHead(200, { "content-type": type(url), "content-encoding": "gzip", "content-length": body.length, etag }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
