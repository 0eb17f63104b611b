// Comments and the home page of the console: the queue over all accounts, by mouse and by keyboard alone.
import assert from "node:assert/strict";
import { check } from "./accessible.mjs";
import { operator, press, SCREENS } from "./console.mjs";
import { collectErrors, forgetSession, signIn } from "./helpers.mjs";

/** Sends an article that may be commented on, and writes comments as a member. */
async function commented(fixture, page, name, texts) {
  const unionid = await fixture.account(name);
  const reader = await fixture.member();
  const article = await fixture.article(unionid, `${name}的文章`);
  const task = await fixture.send(unionid, reader.department, { msg_type: "news_card", media_id: await fixture.card(unionid, [article]), allow_comment: true });
  await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
  await page.locator(`[data-id="${task}"]`).getByRole("link").first().click();
  for (const text of texts) {
    await page.locator("#comment").fill(text);
    await page.locator(".comments .primary").click();
    await page.locator(".comment").getByText(text).waitFor();
  }
  const path = page.url().slice(fixture.url.length);
  await forgetSession(page);
  return { unionid, reader, path };
}

export const comments = {
  "a comment is answered, selected and hidden by mouse, and readers see that": async (fixture, page) => {
    const { unionid, reader, path } = await commented(fixture, page, "鼠标评论", ["好文章", "广告"]);
    const errors = collectErrors(fixture, page);
    await operator(fixture, page, `agent:${unionid}`);
    await page.goto(`${fixture.url}/console/comments`);
    const row = (text) => page.locator(".comment-rows li", { hasText: text });
    await row("好文章").locator("summary", { hasText: "回复" }).click();
    await row("好文章").locator("textarea").fill("谢谢支持");
    await row("好文章").getByRole("button", { name: "保存回复" }).click();
    await page.waitForURL("**/console/comments#comment-*");
    await row("好文章").waitFor({ state: "detached" });
    await row("广告").getByRole("button", { name: "隐藏" }).click();
    await page.getByText("没有未处理的留言").waitFor();
    await page.locator("#comment-tabs").getByRole("link", { name: "已隐藏" }).click();
    await row("广告").waitFor();
    await page.locator("#comment-tabs").getByRole("link", { name: "全部" }).click();
    await row("好文章").getByRole("button", { name: "设为精选" }).click();
    await row("好文章").locator(".tag", { hasText: "精选" }).first().waitFor();
    assert.deepEqual(errors, []);
    await forgetSession(page);
    await signIn(fixture, page, reader);
    await page.goto(`${fixture.url}${path}`);
    await page.locator(".comment-reply").getByText("谢谢支持").waitFor();
    assert.equal(await page.locator(".comment", { hasText: "广告" }).count(), 1, "its author still sees it");
  },
  "by keyboard alone: search, open, answer, and Escape returns to the row": async (fixture, page) => {
    const { unionid, reader, path } = await commented(fixture, page, "键盘评论", ["第一条", "第二条", "第三条"]);
    await operator(fixture, page, `editor:${unionid}`);
    await page.goto(`${fixture.url}/console/comments`);
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    assert.match(await focused(), /第二条/);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/console/comments/${unionid}/*`);
    await page.keyboard.press("Escape");
    await page.waitForURL("**/console/comments");
    await page.waitForFunction(() => document.activeElement.textContent.includes("第二条"));
    await page.keyboard.press("/");
    await page.keyboard.type("第三");
    await page.keyboard.press("Enter");
    await page.waitForURL("**q=*");
    assert.equal(await page.locator(".comment-rows li").count(), 1);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/console/comments/${unionid}/*`);
    await page.getByLabel("回复", { exact: true }).focus();
    await page.keyboard.type("收到");
    await press(page, "保存回复");
    await page.locator(".comment-answer").getByText("收到").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await forgetSession(page);
    await signIn(fixture, page, reader);
    await page.goto(`${fixture.url}${path}`);
    await page.locator(".comment-reply").getByText("收到").waitFor();
  },
  "the home page leads to drafts, comments and those who wait": async (fixture, page) => {
    const { unionid, reader } = await commented(fixture, page, "首页全部", ["首页评论"]);
    await fixture.call("/topapi/material/article/add", { unionid, article: { title: "没写完的文章", content: "<p>…</p>", uuid: "home", thumb_media_id: await fixture.picture() } });
    await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
    await page.fill("textarea", "有人吗");
    await page.locator(".send").click();
    await page.locator(".message.mine[data-id]").getByText("有人吗").waitFor();
    await forgetSession(page);
    const roles = ["agent", "editor", "sender"].map((role) => `${role}:${unionid}`);
    await operator(fixture, page, ...roles);
    await page.goto(`${fixture.url}/console/drafts?account=${unionid}`);
    await page.locator("main form button.primary").click();
    await page.locator("#text").fill("明天停电");
    await page.locator("#message button.primary").click();
    await page.locator(".thread").getByText("明天停电").waitFor();
    for (const [text, path] of [["明天停电", `/console/drafts/${unionid}/`], ["没写完的文章", `/console/articles/${unionid}/`], ["首页评论", `/console/comments/${unionid}/`], ["有人吗", `/console/conversations/${unionid}/`]]) {
      await page.goto(`${fixture.url}/console`);
      await page.locator("#home .sends a", { hasText: text }).first().click();
      await page.waitForURL(`**${path}**`);
    }
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      const at = `${width} px, ${scheme}, ${english ? "English" : "Chinese"}`;
      await check(page, `home, ${at}`);
      for (const path of ["", "?state=all", "?q=zzz", `?account=${unionid}&state=hidden`]) {
        await page.goto(`${fixture.url}/console/comments${path}`);
        await check(page, `comments ${path}, ${at}`);
      }
      await page.goto(`${fixture.url}/console/comments`);
      const one = await page.locator(".comment-rows .row").first().getAttribute("href");
      for (const summary of await page.locator(".comment-rows summary").all()) await summary.click();
      await check(page, `comments to answer, ${at}`);
      await page.goto(`${fixture.url}${one}`);
      await check(page, `a comment, ${at}`);
    }
  },
};
