// One operation in the reference of the server and in other viewers, which show the same OpenAPI document. Prints a table.
// `cargo xtask proof reference` runs it. Argument: the file that describes the server.
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { createRequire } from "node:module";
import { serve, VIEWERS } from "./server.mjs";

const require = createRequire(new URL("../package.json", import.meta.url));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const OPERATION = "serviceaccount.list";
const TIMEOUT_MS = 120_000;

const { url: server, program } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const document = Buffer.from(await (await fetch(`${server}/openapi.json`)).arrayBuffer());

/** What the viewers call the operation. */
function operation() {
  for (const [path, methods] of Object.entries(JSON.parse(document).paths)) {
    for (const [method, { operationId, tags, description }] of Object.entries(methods)) {
      if (operationId === OPERATION) return { id: operationId, path, method: method.toUpperCase(), tag: tags[0], description };
    }
  }
  throw new Error(`the document has no ${OPERATION}`);
}
const wanted = operation();
// The first words of its description: nothing else on the page begins like this.
const words = wanted.description.split(/[`.:]/)[0].trim();

const kB = (bytes) => Math.round(bytes / 1000).toLocaleString("en");
const seconds = (ms) => (ms === undefined ? "-" : (ms / 1000).toFixed(2));

/** Counts bytes on the wire, requests, and requests to other hosts. */
async function watch(page, origin) {
  const seen = { bytes: 0, requests: 0, others: new Set() };
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (["data:", "blob:"].includes(url.protocol)) return;
    seen.requests += 1;
    if (url.origin !== origin) seen.others.add(url.hostname);
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (seen.bytes += encodedDataLength));
  return seen;
}

async function findings(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return { rules: violations.map(({ id }) => id), places: violations.reduce((all, { nodes }) => all + nodes.length, 0) };
  });
}

/** Opens the operation in a browser that has never been there. */
async function measure(browser, url) {
  const context = await browser.newContext({ locale: "en", viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const seen = await watch(page, new URL(url).origin);
  const start = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  const readable = await page.getByText(words).first().waitFor().then(() => performance.now() - start, () => undefined);
  // What it still loads belongs to it.
  await page.waitForLoadState("networkidle").catch(() => {});
  await page.waitForTimeout(2_000);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  const elements = await page.evaluate(() => document.getElementsByTagName("*").length);
  const axe = await findings(page);
  await context.close();
  const plain = await browser.newContext({ locale: "en", javaScriptEnabled: false });
  const without = await plain.newPage();
  await without.goto(url);
  const letters = (await without.locator("body").innerText()).trim().length;
  await plain.close();
  return { ...seen, readable, paint, elements, axe, letters };
}

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
// The server makes its reference when somebody first opens it.
await (await fetch(`${server}/reference/${OPERATION}`)).text();
const rows = [{ name: "Carillon", ...(await measure(browser, `${server}/reference/${OPERATION}`)) }];
for (const viewer of VIEWERS) {
  const { url, close } = await serve(viewer, document);
  rows.push({ name: `${viewer.name} ${viewer.version}`, ...(await measure(browser, `${url}/${viewer.place(wanted)}`)) });
  close();
}
const version = browser.version();
await browser.close();

console.log(`# The reference beside other viewers

Written by \`cargo xtask proof reference\`: one run in Chromium ${version} on ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}. Each
viewer has the usual page of its documentation, its script from its package, and the OpenAPI document of this server, packed with gzip by a
server on the same machine. Each opens \`${OPERATION}\` by its address, in a browser that has never been there. "Readable" is when the first words of its description are visible.

- The others load the whole document (${kB(document.length)} kB, unpacked) and the script that lays it out; Carillon's page is one operation, laid out by the server.
- On a network the bytes would count for more than here, where nothing has to travel.
- Carillon's server was the ${program.split("/").at(-2)} build. Times are of one run, and depend on what else the machine does; the other numbers do not.
- Findings of axe are rules, and the places that break them, on the page as it stands then.

| | transferred kB | requests | other hosts | first paint s | readable s | elements | axe: rules | places | letters without script |
|---|---|---|---|---|---|---|---|---|---|`);
for (const { name, bytes, requests, others, paint, readable, elements, axe, letters } of rows) {
  const cells = [name, kB(bytes), requests, [...others].join(", ") || "none", seconds(paint), seconds(readable), elements.toLocaleString("en"), axe.rules.length, axe.places, letters.toLocaleString("en")];
  console.log(`| ${cells.join(" | ")} |`);
}
console.log("");
for (const { name, axe } of rows.filter(({ axe }) => axe.rules.length)) console.log(`- axe, ${name}: ${axe.rules.join(", ")}`);
