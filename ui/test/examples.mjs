// The element with the examples of the API reference, on a page as strict as the real one.
import assert from "node:assert/strict";
import { languages } from "../reference/main.js";

const REQUEST = { method: "POST", url: "/topapi/x?access_token=ACCESS_TOKEN", headers: [["Content-Type", "application/json"]], body: '{"name":"</script>\\u4f60"}' };
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

const OPERATION = { path: "/v1.0/x/{id}", package: "x_1_0", action: "GetX", python: "get_x", hasRequest: true };
const CALL = { method: "GET", url: "/v1.0/x/1?size=2", headers: [["x-acs-dingtalk-access-token", "ACCESS_TOKEN"]] };
const ways = `<div data-ways role="group" aria-label="方式" hidden><button type="button" data-way="request">请求</button><button type="button" data-way="client">客户端</button></div>
<p data-client-note="python" hidden>alibabacloud_dingtalk</p><p data-client-note="go" hidden>alibabacloud-go</p>`;

const page = (request = REQUEST, operation) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Examples</title><link rel="icon" href="data:,">
<script type="module" src="/reference/examples.js"></script></head><body><form data-examples><input name="name">
<code-examples data-request="${escape(JSON.stringify(request))}" data-failed="失败"${operation ? ` data-client="${escape(JSON.stringify(operation))}"` : ""}>
<div data-languages aria-label="语言">${languages.map(({ id, label }) => `<button type="button" data-language="${id}">${label}</button>`).join(" ")}</div>
<div data-panel>${operation ? ways : ""}<button type="button" data-copy-code data-copied="已复制" hidden>复制</button>
<div data-language="shell"><h3>Shell</h3><pre tabindex="0"><code>curl of the server</code></pre></div>
<div data-language="http"><h3>HTTP</h3><pre tabindex="0"><code>HTTP of the server</code></pre></div></div>
</code-examples></form></body></html>`;

async function open(browserPage, server, request, operation) {
  server.examples = page(request, operation);
  await browserPage.goto(`${server.url}/examples`);
  await browserPage.locator("code-examples.ready").waitFor();
}
const shown = (browserPage) => browserPage.locator("[role=tabpanel] pre:visible").allTextContents();
const selected = (browserPage) => browserPage.locator('[role=tab][aria-selected="true"]').allTextContents();

async function expectShown(browserPage, expected) {
  for (let tries = 0; tries < 40; tries++) {
    const texts = await shown(browserPage);
    if (texts.length === 1 && texts[0].includes(expected)) return;
    await browserPage.waitForTimeout(50);
  }
  assert.fail(`${expected} is not in ${await shown(browserPage)}`);
}

const change = (browserPage, detail) =>
  browserPage.evaluate((detail) => document.querySelector("input").dispatchEvent(new CustomEvent("request-change", { bubbles: true, detail })), detail);

export const examples = {
  "all names and the examples of the server are there without script": async (browserPage, server) => {
    await browserPage.route("**/*.js", (route) => route.abort());
    browserPage.removeAllListeners("console");
    server.examples = page();
    await browserPage.goto(`${server.url}/examples`);
    const text = await browserPage.locator("code-examples").innerText();
    for (const word of [...languages.map(({ label }) => label), "curl of the server", "HTTP of the server"]) assert.ok(text.includes(word), word);
  },

  "the module is loaded when an example has to be made": async (browserPage, server) => {
    const loaded = [];
    browserPage.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    await open(browserPage, server);
    await expectShown(browserPage, "curl of the server");
    await browserPage.getByRole("tab", { name: "HTTP" }).click();
    await expectShown(browserPage, "HTTP of the server");
    assert.ok(!loaded.includes("/reference/snippets.js"));
    await browserPage.getByRole("tab", { name: "Python" }).click();
    await expectShown(browserPage, "http.client");
    await expectShown(browserPage, '"name": "</script>你"');
    await expectShown(browserPage, new URL(server.url).host);
    assert.ok(loaded.includes("/reference/snippets.js"));
  },

  "every language has an example": async (browserPage, server) => {
    await open(browserPage, server);
    await change(browserPage, REQUEST);
    for (const { label } of languages) {
      await browserPage.getByRole("tab", { name: label, exact: true }).click();
      await expectShown(browserPage, "/topapi/x?access_token=ACCESS_TOKEN");
      assert.deepEqual(await selected(browserPage), [label]);
    }
  },

  "keys choose as in tabs": async (browserPage, server) => {
    await open(browserPage, server);
    await browserPage.getByRole("tab", { name: "Shell" }).focus();
    for (const [key, label] of [["ArrowRight", "JavaScript"], ["ArrowLeft", "Shell"], ["ArrowLeft", "R"], ["ArrowRight", "Shell"], ["End", "R"], ["Home", "Shell"]]) {
      await browserPage.keyboard.press(key);
      assert.deepEqual(await selected(browserPage), [label]);
      assert.equal(await browserPage.evaluate(() => document.activeElement.textContent), label);
    }
    assert.equal(await browserPage.locator('[role=tab][tabindex="0"]').count(), 1);
    await browserPage.keyboard.press("Tab");
    assert.equal(await browserPage.evaluate(() => document.activeElement.textContent), "复制");
    assert.equal(await browserPage.getByRole("tabpanel", { name: "Shell" }).count(), 1);
  },

  "the language is remembered": async (browserPage, server) => {
    await open(browserPage, server);
    await browserPage.getByRole("tab", { name: "Go", exact: true }).click();
    await open(browserPage, server);
    assert.deepEqual(await selected(browserPage), ["Go"]);
    await expectShown(browserPage, "package main");
  },

  "a changed request changes the examples": async (browserPage, server) => {
    await open(browserPage, server);
    await change(browserPage, { ...REQUEST, method: "PUT", body: '{"name":"新的"}' });
    await expectShown(browserPage, "curl -X PUT");
    await expectShown(browserPage, "新的");
    await browserPage.getByRole("tab", { name: "HTTP" }).click();
    await expectShown(browserPage, "PUT /topapi/x?access_token=ACCESS_TOKEN HTTP/1.1");
  },

  "a language with an official client has the choice, which is remembered": async (browserPage, server) => {
    const group = browserPage.getByRole("group", { name: "方式" });
    await open(browserPage, server);
    assert.equal(await browserPage.locator("[data-ways]").count(), 0);
    await open(browserPage, server, CALL, OPERATION);
    assert.equal(await group.isVisible(), false);
    await browserPage.getByRole("tab", { name: "Python" }).click();
    await expectShown(browserPage, "http.client");
    const [request, client] = [group.getByRole("button", { name: "请求" }), group.getByRole("button", { name: "客户端" })];
    assert.equal(await request.getAttribute("aria-pressed"), "true");
    await client.press("Enter");
    await expectShown(browserPage, 'client.get_x_with_options("1", request, headers, RuntimeOptions())');
    assert.equal(await client.getAttribute("aria-pressed"), "true");
    assert.equal(await browserPage.getByText("alibabacloud_dingtalk", { exact: true }).isVisible(), true);
    await browserPage.locator("[data-copy-code]").click();
    await browserPage.getByText("已复制").waitFor();
    assert.match(await browserPage.evaluate(() => navigator.clipboard.readText()), /get_x_with_options/);
    await change(browserPage, { ...CALL, url: "/v1.0/x/9?size=2" });
    await expectShown(browserPage, 'client.get_x_with_options("9", request, headers, RuntimeOptions())');
    await browserPage.getByRole("tab", { name: "Ruby" }).click();
    await expectShown(browserPage, "require 'net/http'");
    assert.equal(await group.isVisible(), false);
    await open(browserPage, server, CALL, OPERATION);
    await browserPage.getByRole("tab", { name: "Go", exact: true }).click();
    await expectShown(browserPage, "client.GetXWithOptions(");
    await group.getByRole("button", { name: "请求" }).click();
    await expectShown(browserPage, "http.NewRequest");
  },

  "the example is copied": async (browserPage, server) => {
    await open(browserPage, server);
    const copy = browserPage.locator("[data-copy-code]");
    await copy.click();
    await browserPage.getByText("已复制").waitFor();
    assert.equal(await browserPage.evaluate(() => navigator.clipboard.readText()), "curl of the server");
    await browserPage.getByRole("tab", { name: "Ruby" }).click();
    await expectShown(browserPage, "require 'net/http'");
    await copy.click();
    const text = await browserPage.evaluate(() => navigator.clipboard.readText());
    assert.equal(text, (await shown(browserPage))[0]);
    await browserPage.getByText("复制", { exact: true }).waitFor();
  },

  "words have a class, and the text stays the same": async (browserPage, server) => {
    await open(browserPage, server);
    await browserPage.getByRole("tab", { name: "Go", exact: true }).click();
    await expectShown(browserPage, "package main");
    assert.ok((await browserPage.locator("pre:visible .keyword").allTextContents()).includes("package"));
    assert.ok((await browserPage.locator("pre:visible .string").allTextContents()).includes('"net/http"'));
  },

  "a module that does not load is a message": async (browserPage, server) => {
    await browserPage.route("**/snippets.js", (route) => route.abort());
    browserPage.removeAllListeners("console");
    await open(browserPage, server);
    await browserPage.getByRole("tab", { name: "PHP" }).click();
    await expectShown(browserPage, "失败");
  },
};
