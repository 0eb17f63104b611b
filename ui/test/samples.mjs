// The samples of corpus/: what is pasted, and HTML that attacks.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { html, open, paste } from "./helpers.mjs";

const CORPUS = new URL("../corpus/", import.meta.url);
const read = (name) => readFileSync(new URL(name, CORPUS), "utf8");
const names = (folder) => readdirSync(new URL(folder, CORPUS)).filter((name) => /^\w+\.html$/.test(name)).map((name) => name.slice(0, -5)).sort();
/** One block on a line, for people who compare. */
const lines = (text) => text.replace(/(<\/(p|h\d|li|tr|table|section|blockquote|pre|ul|ol)>|<hr>)/g, "$1\n").trimEnd();

function compare(name, found) {
  const file = new URL(name, CORPUS);
  if (process.env.UPDATE) writeFileSync(file, `${lines(found)}\n`);
  assert.equal(`${lines(found)}\n`, readFileSync(file, "utf8"), name);
}

/** Words and attributes that no output may have. */
const FORBIDDEN = /<(script|style|iframe|svg|math|object|embed|form|input|base|meta|link)\b|\son\w+=|javascript:(?!1)|vbscript:|url\(|expression|position:|srcdoc|@import/i;
const inTags = (text) => [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/ alt="[^"]*"/, "")).join("");

export const samples = {};
for (const name of names("paste")) {
  samples[`${name} is pasted`] = async (page, server) => {
    await open(page, server);
    const rtf = new URL(`paste/${name}.rtf`, CORPUS);
    const types = { "text/html": read(`paste/${name}.html`), "text/plain": "text", ...(existsSync(rtf) ? { "text/rtf": readFileSync(rtf, "latin1") } : {}) };
    await paste(page, types);
    await page.waitForFunction(() => !document.querySelector("article-editor").busy);
    const found = await html(page);
    compare(`paste/${name}.editor.html`, found);
    // What was saved comes back unchanged.
    await open(page, server, found);
    assert.equal(await page.evaluate(() => document.querySelector("article-editor").written), found);
  };
}
for (const name of names("hostile")) {
  samples[`hostile ${name} is harmless, opened and pasted`] = async (page, server) => {
    await page.addInitScript(() => { window.alert = () => { window.attacked = true; }; });
    const source = read(`hostile/${name}.html`);
    await open(page, server, source);
    const opened = await page.evaluate(() => document.querySelector("article-editor").written);
    await open(page, server);
    server.respond = () => ({ status: 422, message: "不行" });
    await paste(page, { "text/html": source, "text/plain": "x" });
    const pasted = await html(page);
    for (const found of [opened, pasted]) assert.doesNotMatch(inTags(found), FORBIDDEN);
    compare(`hostile/${name}.editor.html`, opened);
    assert.equal(await page.evaluate(() => window.attacked), undefined);
  };
}

samples["styles are filtered as by the server"] = async () => {
  const { outputFiles } = await build({ entryPoints: [new URL("../src/clean/style.js", import.meta.url).pathname], bundle: true, format: "esm", write: false });
  const { filterStyle, PROPERTIES } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  const { properties, cases } = JSON.parse(read("styles.json"));
  assert.deepEqual(PROPERTIES, properties);
  for (const [style, expected] of cases) assert.equal(filterStyle(style), expected, style);
};
