// The page of an article.
import assert from "node:assert/strict";
import { collectErrors } from "./helpers.mjs";

const HOSTILE =
  '<p id="first">今天晴</p><script>document.title = "run"</script><img src="x" onerror="document.title = \'run\'">' +
  '<a href="javascript:document.title=\'run\'">点</a>';

export const article = {
  "a reader without an account sees it": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    await page.goto(await fixture.published("天气", "<p>今天晴</p>"));
    assert.equal(await page.locator("h1").innerText(), "天气");
    assert.equal(await page.locator("article .prose p").innerText(), "今天晴");
    const cover = await page.locator("article img.cover").evaluate((image) => image.complete && image.naturalWidth);
    assert.equal(cover, 1, "the cover is there");
    assert.deepEqual(errors, []);
  },

  "scripts of the author do not run": async (fixture, page) => {
    await page.goto(await fixture.published("敌", HOSTILE));
    for (const link of await page.locator("article .prose a").all()) await link.click();
    assert.match(await page.title(), /敌/);
    assert.equal(await page.locator("article script, article [onerror]").count(), 0);
  },

  "it fits a narrow screen": async (fixture, page) => {
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = `<p>${"长".repeat(400)}</p><p>${"x".repeat(400)}</p><table><tr>${"<td>宽宽宽宽</td>".repeat(20)}</tr></table>`;
    await page.goto(await fixture.published("窄", wide));
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
  },
};
