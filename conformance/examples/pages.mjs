// The examples on the pages of the reference: the request of an operation, and what the server wrote of it for readers without script.
import { readFileSync } from "node:fs";
import { snippets } from "./server.mjs";

const { example } = await snippets();
const DOCUMENT = new URL("../../openapi/openapi.json", import.meta.url);
const ENTITIES = { quot: '"', amp: "&", lt: "<", gt: ">" };

const unescape = (text) => text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) => (code ? String.fromCodePoint(Number(code)) : ENTITIES[name]));

/** The ids of all operations. */
export function operationIds() {
  const { paths } = JSON.parse(readFileSync(DOCUMENT, "utf8"));
  return Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
}

/** The request of an operation and the examples that the server wrote, with its URL as it is in a browser. */
export async function pageOf(server, id) {
  const html = await (await fetch(`${server.url}/reference/${id}`)).text();
  const part = (pattern) => {
    const found = pattern.exec(html)?.[1];
    if (found === undefined) throw new Error(`the page of ${id} has no ${pattern}`);
    return unescape(found);
  };
  const written = (language) => part(new RegExp(`<div data-language="${language}"><h3>[^<]*</h3><pre[^>]*><code>([^<]*)</code>`));
  const request = JSON.parse(part(/<code-examples data-request="([^"]*)"/));
  return { request: { ...request, url: new URL(request.url, server.url).href }, shell: written("shell"), http: written("http") };
}

/** Returns a line for Shell and for HTTP: whether the script makes of every request what the server wrote. */
export async function runPages(server) {
  const failed = { shell: [], http: [] };
  for (const id of operationIds()) {
    const page = await pageOf(server, id);
    for (const language of Object.keys(failed)) {
      const made = example(language, page.request);
      if (made !== page[language]) failed[language].push(`${id}\n${page[language]}\n---\n${made}`);
    }
  }
  return Object.entries(failed).map(([language, all]) => {
    if (all.length) console.error(`${language}: ${all.length} examples of the script differ from those of the server\n${all.slice(0, 3).join("\n\n")}`);
    return [language, !all.length];
  });
}
