// Pages of the console that change while they are open, with two operators and a member.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { check } from "./accessible.mjs";
import { another, waiting } from "./conversations.mjs";
import { collectErrors, signIn, withoutReload } from "./helpers.mjs";

/** Opens the inbox of a member in another browser. */
async function inbox(fixture, page, reader, unionid) {
  const context = await page.context().browser().newContext({ locale: "zh-CN", viewport: { width: 800, height: 720 } });
  const its = await context.newPage();
  await signIn(fixture, its, reader, `/inbox/a/${unionid}`);
  const write = async (text) => {
    await its.fill("textarea", text);
    await its.locator(".send").click();
    await its.locator(".message.mine[data-id]").getByText(text).waitFor();
  };
  return { context, page: its, write };
}

export const live = {
  "a new message appears in list, thread and home, and what is typed stays": async (fixture, page) => {
    const { unionid, reader, thread } = await waiting(fixture, page, "实时会话", "第一句");
    const errors = collectErrors(fixture, page);
    const member = await inbox(fixture, page, reader, unionid);
    const [list, home] = [await page.context().newPage(), await page.context().newPage()];
    await list.goto(`${fixture.url}/console/conversations?account=${unionid}`);
    await home.goto(`${fixture.url}/console`);
    await page.goto(thread);
    await page.getByLabel("回复", { exact: true }).fill("写到一半");
    await page.evaluate(() => document.getElementById("text").setSelectionRange(2, 2));
    const top = () => page.evaluate(() => document.querySelector("reply-box").getBoundingClientRect().top);
    const before = await top();
    await withoutReload(page, async () => {
      await member.write("第二句");
      await page.locator(".thread").getByText("第二句").waitFor();
    });
    assert.equal(await page.locator("#text").inputValue(), "写到一半");
    assert.deepEqual(await page.evaluate(() => [document.activeElement.id, document.activeElement.selectionStart]), ["text", 2]);
    assert.ok(Math.abs(await top() - before) < 2, "the field stays where it is");
    await page.waitForFunction(() => document.getElementById("live").textContent.includes("第二句"));
    await list.locator(".sends").getByText("第二句").waitFor();
    await home.locator("#home-waiting").getByText("第二句").waitFor();
    await check(page, "a thread that changed");
    assert.deepEqual(errors, []);
    await member.context.close();
  },
  "two operators see who has a conversation, and that it is answered": async (fixture, page) => {
    const { unionid, thread } = await waiting(fixture, page, "两位客服", "谁来");
    const second = await another(fixture, page, `agent:${unionid}`);
    await second.page.goto(`${fixture.url}/console/conversations?account=${unionid}`);
    await page.goto(thread);
    await second.page.keyboard.press("j");
    await page.getByRole("button", { name: "我来处理" }).click();
    await page.getByText("由你负责").waitFor();
    const row = second.page.locator(".sends li").first();
    await row.locator(".tag.plain").waitFor();
    assert.match(await second.page.evaluate(() => document.activeElement.textContent), /谁来/, "the row keeps the focus");
    await second.page.goto(thread);
    await second.page.locator("#assignee").getByText("负责").first().waitFor();
    await page.getByLabel("回复", { exact: true }).fill("我来");
    await page.getByRole("button", { name: "发送回复" }).click();
    await second.page.locator(".thread").getByText("我来").waitFor();
    await second.page.getByRole("button", { name: "标记为已处理" }).waitFor({ state: "detached" });
    await second.page.goto(`${fixture.url}/console/conversations?account=${unionid}`);
    await second.page.getByText("没有成员在等待回复。").waitFor();
    await second.context.close();
  },
  "comments arrive in the queue, and an answer that is being written stays": async (fixture, page) => {
    const { unionid, reader } = await waiting(fixture, page, "实时评论");
    const article = await fixture.article(unionid, "可评论");
    const task = await fixture.send(unionid, reader.department, { msg_type: "news_card", media_id: await fixture.card(unionid, [article]), allow_comment: true });
    const member = await inbox(fixture, page, reader, unionid);
    await member.page.locator(`[data-id="${task}"]`).getByRole("link").first().click();
    const comment = async (text) => {
      await member.page.locator("#comment").fill(text);
      await member.page.locator(".comments .primary").click();
      await member.page.locator(".comment").getByText(text).waitFor();
    };
    await page.goto(`${fixture.url}/console/comments?account=${unionid}`);
    await comment("第一条评论");
    await page.locator(".comment-rows").getByText("第一条评论").waitFor();
    await page.locator(".comment-rows summary").getByText("回复").click();
    await page.locator(".comment-rows textarea").fill("正在写");
    await comment("第二条评论");
    await page.locator(".comment-rows").getByText("第二条评论").waitFor();
    assert.equal(await page.locator(".comment-rows textarea").nth(1).inputValue(), "正在写");
    await page.waitForFunction(() => document.getElementById("live").textContent.includes("2 条未处理"));
    await page.getByRole("button", { name: "保存回复" }).click();
    await member.page.reload();
    await member.page.locator(".comment-reply").getByText("正在写").waitFor();
    await member.context.close();
  },
  "the journal of calls grows while it is open": async (fixture, page) => {
    const { context, page: developer } = await another(fixture, page, "developer");
    await developer.goto(`${fixture.url}/console/calls?refused=1`);
    const before = await developer.locator(".calls li").count();
    await withoutReload(developer, async () => {
      await assert.rejects(fixture.call("/topapi/serviceaccount/get", { unionid: "nobodyiE" }));
      await developer.waitForFunction((before) => document.querySelectorAll(".calls li").length > before || document.querySelectorAll(".calls li").length === 50, before);
    });
    await context.close();
  },
  "a page that nobody sees for long ends its connection, and catches up": async (fixture, page) => {
    const { unionid, reader, thread } = await waiting(fixture, page, "隐藏的标签页", "第一句");
    const member = await inbox(fixture, page, reader, unionid);
    const hide = (hidden) => page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    const isLive = (request) => request.url().includes("/console/live");
    await page.clock.install();
    const opened = page.waitForResponse((response) => isLive(response.request()));
    await page.goto(thread);
    await opened;
    await hide(true);
    await page.clock.runFor(9_000);
    assert.ok(await page.evaluate(() => document.querySelector("live-page").source), "a short look elsewhere ends nothing");
    const ended = page.waitForEvent("requestfailed", isLive);
    await page.clock.runFor(2_000);
    await ended;
    const seen = await page.context().newPage();
    await seen.goto(thread);
    await member.write("没人看时写的");
    await seen.locator(".thread").getByText("没人看时写的").waitFor();
    assert.equal(await page.getByText("没人看时写的").count(), 0);
    await hide(false);
    await page.locator(".thread").getByText("没人看时写的").waitFor();
    // A tab that is opened in the background.
    const background = await page.context().newPage();
    await background.addInitScript(() => Object.defineProperty(document, "hidden", { get: () => true }));
    await background.clock.install();
    const began = background.waitForResponse((response) => isLive(response.request()));
    await background.goto(thread);
    await began;
    const closed = background.waitForEvent("requestfailed", isLive);
    await background.clock.runFor(11_000);
    await closed;
    await member.context.close();
  },
  "a page stops when the role goes, and what is typed stays": async (fixture, page) => {
    const { agent, thread } = await waiting(fixture, page, "失去角色");
    await page.goto(thread);
    await page.getByLabel("回复", { exact: true }).fill("还没发");
    execFileSync(fixture.program, ["operator", "remove", agent.userid, "--corp", fixture.corp, "--data", fixture.data]);
    await page.getByRole("alert").getByText("页面不再自动更新").waitFor();
    assert.equal(await page.locator("#text").inputValue(), "还没发");
    await page.getByRole("link", { name: "重新加载" }).click();
    await page.getByText("没有权限").waitFor();
  },
};
