// What all pages of the console have in common: they fit small screens, and lists, filters and forms behave alike.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { check } from "./accessible.mjs";
import { operator } from "./console.mjs";

// The sections with their first pages, from the table of roles.
const TABLE = readFileSync(new URL("../../docs/PERMISSIONS.md", import.meta.url), "utf8");
const SECTIONS = [...TABLE.matchAll(/^\| [^…|`]+: `(\/console[^`]*)` \|/gm)].map(([, path]) => path);

/** Creates an account with an article, a card, a picture, sends and a draft. Returns its id. */
async function account(fixture, page, name) {
  const unionid = await fixture.account(name);
  const reader = await fixture.member();
  const article = await fixture.article(unionid, "一篇标题很长的文章，手机上也要看得全");
  await fixture.card(unionid, [article]);
  for (const text of ["第一条", "第二条", "第三条"]) await fixture.send(unionid, reader.department, { msg_type: "text", text_content: text });
  await page.goto(`${fixture.url}/console/drafts?account=${unionid}`);
  await page.locator("main form button.primary").click();
  await page.waitForURL(`**/console/drafts/${unionid}/*`);
  return unionid;
}

const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("href"));

export const manners = {
  "every page fits 320 px, and axe finds nothing, light and dark": async (fixture, page) => {
    await operator(fixture, page, "owner");
    const unionid = await account(fixture, page, "小屏后台");
    assert.ok(SECTIONS.length > 20, `${SECTIONS.length} sections`);
    await page.setViewportSize({ width: 320, height: 640 });
    for (const [scheme, language] of [["light", "zh"], ["dark", "en"]]) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${language}?next=/console`);
      for (const section of SECTIONS) {
        await page.goto(`${fixture.url}${section}?account=${unionid}`);
        await check(page, `${section}, ${scheme}`);
        // And the page behind the first row.
        const row = page.locator("main .sends a").first();
        const href = await row.count() ? await row.getAttribute("href") : null;
        if (!href?.startsWith("/console")) continue;
        await page.goto(`${fixture.url}${href}`);
        await check(page, `${href}, ${scheme}`);
      }
    }
  },
  "a list is shown again as it was, with the focus on its row": async (fixture, page) => {
    await operator(fixture, page, "owner");
    const unionid = await account(fixture, page, "回到列表");
    const list = `${fixture.url}/console/sends?account=${unionid}&status=sent`;
    await page.goto(list);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    const row = await focused(page);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${row}`);
    await page.locator("main .crumbs a").click();
    await page.waitForURL(list);
    assert.equal(await focused(page), row, "by the link above the heading");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${row}`);
    await page.locator("details.confirmation summary").first().click();
    await page.locator("details.confirmation .danger").first().click();
    await page.getByText("已撤回。").waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL(list);
    // The recalled send is on another list; the others are there.
    assert.equal(await page.locator("main .sends a").count(), 2);
  },
  "a choice by mouse filters at once, one by keyboard waits": async (fixture, page) => {
    await operator(fixture, page, "owner");
    const unionid = await account(fixture, page, "点选筛选");
    await page.goto(`${fixture.url}/console/sends?account=${unionid}`);
    const status = page.locator("select[name=status]");
    await status.focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForTimeout(300);
    assert.ok(!page.url().includes("status="), page.url());
    await status.dispatchEvent("pointerdown");
    await status.selectOption("failed");
    await page.waitForURL("**status=failed*");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.name), "q");
    await page.goto(`${fixture.url}/console/calendar`);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.name), "month", "without a search, the first filter");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
  },
  "a form that is being sent is not sent again": async (fixture, page) => {
    await operator(fixture, page, "owner");
    const unionid = await account(fixture, page, "只发一次");
    await page.goto(`${fixture.url}/console/drafts?account=${unionid}`);
    let sent = 0;
    await page.route("**/console/drafts", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      sent += 1;
      await new Promise((resolve) => { setTimeout(resolve, 400); });
      await route.continue();
    });
    await page.locator("main form button.primary").dblclick();
    await page.waitForURL(`**/console/drafts/${unionid}/*`);
    assert.equal(sent, 1);
  },
  "files have what lists show": async (fixture, page) => {
    await operator(fixture, page, "owner");
    const unionid = await account(fixture, page, "列表文件");
    const buffer = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");
    const multipart = { picture: { name: "图.gif", mimeType: "image/gif", buffer } };
    await page.request.post(`${fixture.url}/console/pictures/${unionid}`, { multipart, headers: { origin: fixture.url } });
    for (const [section, columns] of [["articles", 6], ["pictures", 6], ["cards", 4], ["drafts", 5]]) {
      await page.goto(`${fixture.url}/console/${section}?account=${unionid}`);
      const shown = await page.locator("main .sends > li").count();
      assert.ok(shown > 0, section);
      const href = await page.locator("main a[download]").first().getAttribute("href");
      const response = await page.request.get(`${fixture.url}${href}`);
      const lines = (await response.text()).trimEnd().split("\r\n");
      assert.equal(lines.length - 1, shown, section);
      assert.equal(lines[0].split(",").length, columns, section);
    }
  },
};
