// The reference of the API: reading, examples in all languages, search; by mouse, by keyboard, without script, on small screens.
import assert from "node:assert/strict";
import { check } from "./accessible.mjs";
import { collectErrors } from "./helpers.mjs";
import { trying } from "./trying.mjs";

const PAGES = ["/reference", "/reference/serviceaccount.list", "/reference/mass.send", "/reference/carillon.article_difference", "/reference/events", "/reference/events/isw_user_msg_received", "/reference/errors", "/reference/permissions", "/reference/guides/callback", "/reference/guides/limits", "/reference/facts", "/reference/facts/live_session", "/reference/limits", "/reference/carillon.facts_ingest", "/reference/search?q=qunfa", "/reference/other.trusted_device_add"];

const shown = (page) => page.locator("code-examples pre:visible code");

export const reference = {
  "every page fits 320 px, and axe finds nothing, light and dark": async (fixture, page) => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const [scheme, language] of [["light", "zh"], ["dark", "en"]]) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${language}?next=/reference`);
      for (const path of PAGES) {
        await page.goto(`${fixture.url}${path}`);
        await check(page, `${path}, ${scheme}`);
      }
    }
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.goto(`${fixture.url}/reference/mass.send`);
    await check(page, "a wide screen");
  },
  "an example in each of the fifteen languages, by mouse and by keyboard": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    await page.goto(`${fixture.url}/reference/serviceaccount.list`);
    const tabs = page.getByRole("tab");
    assert.equal(await tabs.count(), 15);
    assert.match(await shown(page).textContent(), /^curl '/);
    const codes = new Set([await shown(page).textContent()]);
    for (const tab of (await tabs.all()).slice(1)) {
      await tab.click();
      assert.equal(await tab.getAttribute("aria-selected"), "true");
      const isNew = (known) => {
        const code = [...document.querySelectorAll("code-examples pre")].find((pre) => pre.checkVisibility())?.textContent;
        return code?.includes("serviceaccount/list") && !known.includes(code);
      };
      await page.waitForFunction(isNew, [...codes]);
      codes.add(await shown(page).textContent());
    }
    assert.equal(codes.size, 15, "each language has an example of its own");
    await tabs.nth(14).press("Home");
    assert.match(await shown(page).textContent(), /^curl '/);
    await tabs.first().press("ArrowRight");
    await shown(page).filter({ hasText: "fetch(" }).waitFor();
    await page.reload();
    await shown(page).filter({ hasText: "fetch(" }).waitFor();
    assert.deepEqual(errors, []);
  },
  "the code of the official client is beside the request": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    await page.goto(`${fixture.url}/lang/en?next=/reference/mass.send`);
    const ways = page.getByRole("group", { name: "How to call it" });
    await page.getByRole("tab", { name: "Python" }).click();
    await ways.getByRole("button", { name: "Official client" }).click();
    await shown(page).filter({ hasText: "client.send_message_with_options(request, headers, RuntimeOptions())" }).waitFor();
    const note = page.locator('[data-client-note="python"]');
    assert.match(await note.innerText(), /^alibabacloud_dingtalk \d+\.\d+\.\d+ · The official client/);
    await page.getByRole("tab", { name: "Java", exact: true }).click();
    await shown(page).filter({ hasText: "client.sendMessageWithOptions(request, headers, new RuntimeOptions())" }).waitFor();
    await page.getByRole("tab", { name: "Go", exact: true }).click();
    await shown(page).filter({ hasText: 'dingtalk "github.com/alibabacloud-go/dingtalk/exclusive_1_0"' }).waitFor();
    await page.setViewportSize({ width: 320, height: 640 });
    await check(page, "the official client");
    // The client for Node does not have this operation.
    await page.getByRole("tab", { name: "JavaScript" }).click();
    await shown(page).filter({ hasText: "fetch(" }).waitFor();
    assert.equal(await ways.isVisible(), false);
    await page.goto(`${fixture.url}/reference/carillon.article_difference`);
    assert.equal(await page.locator("[data-ways], [data-client-note]").count(), 0);
    assert.deepEqual(errors, []);
  },
  "a search by keyboard leads to a page, and on to the next one": async (fixture, page) => {
    await page.goto(`${fixture.url}/reference`);
    await page.getByRole("searchbox").fill("qunfa");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/reference/search?q=qunfa");
    assert.equal(await page.getByRole("searchbox").inputValue(), "qunfa");
    await page.locator('.entries a[href="/reference/mass.send"]').click();
    assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "服务窗群发消息");
    await page.locator(".neighbours a").last().click();
    assert.notEqual(await page.getByRole("heading", { level: 1 }).textContent(), "服务窗群发消息");
  },
  "without script the words, both examples and the languages are there": async (fixture, page) => {
    const context = await page.context().browser().newContext({ javaScriptEnabled: false, locale: "en" });
    const plain = await context.newPage();
    await plain.goto(`${fixture.url}/reference/mass.send`);
    const text = await plain.locator("main").innerText();
    for (const part of ["Send a message to many", "curl", "HTTP/1.1", "OCaml", "Objective-C", "qyapi_service_account_message"]) assert.ok(text.includes(part), part);
    await context.close();
  },
  "the folders open on a phone": async (fixture, page) => {
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto(`${fixture.url}/reference/mass.send`);
    assert.equal(await page.locator("#folders").isVisible(), false);
    await page.locator(".folders-button").click();
    await page.locator('#folders a[href="/reference/mass.recall"]').click();
    await page.waitForURL("**/reference/mass.recall");
  },
  ...trying,
};
