// Drafts and messages that could not be sent: no text of a member is lost.
import assert from "node:assert/strict";
import { fillIn, signIn, withoutReload } from "./helpers.mjs";
import { open } from "./chat.mjs";

const FRAGMENT = "**/messages?fragment=messages";
const field = (page) => page.locator("[data-compose] textarea");
const sent = (page, text) => page.locator(`.mine[data-id] .bubble:text-is("${text}")`);
const saved = (page, text) => page.waitForResponse((response) => response.url().endsWith("/draft") && response.request().postData()?.includes(text) && response.ok());

// Waits until the browser stores a number of entries that the server does not have.
const storedEntries = (page, count) => page.waitForFunction(async (count) => {
  const opening = indexedDB.open("carillon", 1);
  const database = await new Promise((done) => { opening.onsuccess = () => done(opening.result); opening.onupgradeneeded = () => opening.transaction.abort(); opening.onerror = () => done(null); });
  if (!database) return count === 0;
  const all = database.transaction("unsent").objectStore("unsent").count();
  const found = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  database.close();
  return found === count;
}, count);

// The conversation keeps what is typed from then on, and has put back what was kept.
const restored = (page) => page.locator("[data-restored]").waitFor({ state: "attached" });

const signOut = async (page) => {
  await page.goto(new URL("/inbox", page.url()).href);
  await page.getByRole("button", { name: "退出登录" }).click();
  await page.waitForURL("**/sign-in");
};

export const drafts = {
  "a draft survives a reload, in its conversation only": async (fixture, page) => {
    const { path } = await open(fixture, page);
    await restored(page);
    await field(page).fill("写到一半");
    await page.reload();
    await restored(page);
    assert.equal(await field(page).inputValue(), "写到一半");
    const other = await fixture.account("别的草稿");
    await page.goto(`${fixture.url}/inbox/a/${other}`);
    await restored(page);
    assert.equal(await field(page).inputValue(), "");
    await page.goto(path);
    await restored(page);
    assert.equal(await field(page).inputValue(), "写到一半");
  },

  "a draft survives signing out, and is in another browser": async (fixture, page) => {
    const { member, path } = await open(fixture, page);
    await Promise.all([saved(page, "换个浏览器"), field(page).fill("换个浏览器接着写")]);
    await storedEntries(page, 0);
    await signOut(page);
    const elsewhere = await page.context().browser().newContext({ locale: "zh-CN", viewport: { width: 800, height: 720 } });
    const second = await elsewhere.newPage();
    await signIn(fixture, second, member, path.slice(fixture.url.length));
    assert.equal(await field(second).inputValue(), "换个浏览器接着写");
    await elsewhere.close();
  },

  "texts that were typed on two pages are both kept": async (fixture, page) => {
    const { path } = await open(fixture, page);
    const second = await page.context().newPage();
    await second.goto(path);
    // Otherwise it would begin with what the first page is writing, and the text below would replace that.
    await second.locator("[data-restored]").waitFor({ state: "attached" });
    await Promise.all([saved(page, "第一页"), field(page).fill("第一页写的")]);
    await Promise.all([saved(second, "第二页"), field(second).fill("第二页写的")]);
    await page.reload();
    assert.equal(await field(page).inputValue(), "第一页写的\n第二页写的");
    await Promise.all([saved(page, "合在一起"), field(page).fill("合在一起")]);
    await second.close();
    await page.reload();
    assert.equal(await field(page).inputValue(), "合在一起");
    await field(page).press("Enter");
    await sent(page, "合在一起").waitFor();
    await page.reload();
    assert.equal(await field(page).inputValue(), "");
  },

  "a sent message leaves no draft": async (fixture, page) => {
    await open(fixture, page);
    await Promise.all([saved(page, "发出去"), field(page).fill("发出去")]);
    await field(page).press("Enter");
    await sent(page, "发出去").waitFor();
    await page.reload();
    assert.equal(await field(page).inputValue(), "");
    assert.equal(await page.locator(".message").count(), 1);
    await storedEntries(page, 0);
  },

  "a draft that could not be saved survives a reload, with the saved text": async (fixture, page) => {
    await open(fixture, page);
    await Promise.all([saved(page, "早先"), field(page).fill("早先")]);
    await page.route("**/draft", (route) => route.abort());
    await field(page).fill("早先改了");
    await storedEntries(page, 1);
    await page.reload();
    await page.waitForFunction(() => document.querySelector("textarea").value.includes("早先改了"));
    await page.unroute("**/draft");
    await field(page).press("End");
    await Promise.all([saved(page, "早先改了"), field(page).pressSequentially("。")]);
    await storedEntries(page, 0);
  },

  "a draft that could not be saved replaces the text that it was typed from": async (fixture, page) => {
    await open(fixture, page);
    await Promise.all([saved(page, "你好"), field(page).fill("你好")]);
    await storedEntries(page, 0);
    await page.route("**/draft", (route) => route.abort());
    // What was typed next begins with the saved text, replaces it, or is nothing.
    for (const text of ["你好，世界", "另一句", ""]) {
      await field(page).fill(text);
      await storedEntries(page, 1);
      await page.reload();
      await page.waitForFunction((text) => document.querySelector("textarea").value === text, text);
    }
    await page.unroute("**/draft");
    await Promise.all([page.waitForResponse((response) => response.url().endsWith("/draft") && response.ok()), page.evaluate(() => dispatchEvent(new Event("online")))]);
    await storedEntries(page, 0);
    await page.reload();
    assert.equal(await field(page).inputValue(), "");
  },

  "a draft that was sent on another page disappears": async (fixture, page) => {
    const { path } = await open(fixture, page);
    await Promise.all([saved(page, "两个页面"), field(page).fill("两个页面")]);
    const second = await page.context().newPage();
    await second.goto(path);
    assert.equal(await field(second).inputValue(), "两个页面");
    await field(page).press("Enter");
    await sent(second, "两个页面").waitFor();
    assert.equal(await field(second).inputValue(), "");
  },

  "a text that is too long stays in the field": async (fixture, page) => {
    await open(fixture, page);
    const text = "长".repeat(5001);
    await field(page).fill(text);
    await field(page).press("Enter");
    await page.waitForSelector('[data-problem]:text-is("消息太长，最多 5000 个字。")');
    assert.equal(await field(page).inputValue(), text);
    assert.equal(await page.locator(".message").count(), 0);
    await field(page).fill("长".repeat(5000));
    await field(page).press("Enter");
    await page.locator(".mine[data-id]").waitFor();
    assert.equal(await page.locator("[data-problem]:visible").count(), 0);
  },

  "signing out on any page saves what is unsent": async (fixture, page) => {
    const { member, path } = await open(fixture, page);
    await page.route(FRAGMENT, (route) => route.abort());
    await field(page).fill("在我的页面退出");
    await field(page).press("Enter");
    await page.locator("[data-state=waits]").waitFor();
    await page.goto(`${fixture.url}/me`);
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.waitForURL("**/sign-in");
    await storedEntries(page, 0);
    // Another browser sends it.
    const elsewhere = await page.context().browser().newContext({ locale: "zh-CN", viewport: { width: 800, height: 720 } });
    const second = await elsewhere.newPage();
    await signIn(fixture, second, member, path.slice(fixture.url.length));
    await sent(second, "在我的页面退出").waitFor();
    await elsewhere.close();
  },

  "failed messages are sent after a reload, in order, once": async (fixture, page) => {
    await open(fixture, page);
    await page.route(FRAGMENT, (route) => route.abort());
    for (const text of ["一", "二", "三"]) {
      await field(page).fill(text);
      await field(page).press("Enter");
    }
    await storedEntries(page, 3);
    await page.reload();
    await page.locator("[data-state]").nth(2).waitFor();
    assert.deepEqual(await page.locator("[data-name] .bubble").allInnerTexts(), ["一", "二", "三"]);
    await page.unroute(FRAGMENT);
    await sent(page, "三").waitFor();
    assert.deepEqual(await page.locator(".mine[data-id] .bubble").allInnerTexts(), ["一", "二", "三"]);
    assert.equal(await field(page).inputValue(), "");
    await storedEntries(page, 0);
  },

  "a failed message is sent after signing out and in again": async (fixture, page) => {
    const { member, path } = await open(fixture, page);
    await page.route(FRAGMENT, (route) => route.abort());
    await field(page).fill("退出之前");
    await field(page).press("Enter");
    await page.locator("[data-state=waits]").waitFor();
    await signOut(page);
    await storedEntries(page, 0);
    await page.unroute(FRAGMENT);
    await signIn(fixture, page, member, path.slice(fixture.url.length));
    await sent(page, "退出之前").waitFor();
    await page.reload();
    assert.equal(await sent(page, "退出之前").count(), 1);
    assert.equal(await page.locator("[data-unsent], [data-name]").count(), 0);
  },

  "unsent texts in the browser are encrypted, and signing out asks first": async (fixture, page) => {
    const { member, path } = await open(fixture, page);
    await page.route(/messages\?fragment|\/draft$/, (route) => route.abort());
    await field(page).fill("没有网络时写的秘密");
    await field(page).press("Enter");
    await page.locator("[data-state=waits]").waitFor();
    await page.goto(`${fixture.url}/inbox`);
    await page.getByRole("button", { name: "退出登录" }).click();
    const dialog = page.getByRole("dialog");
    assert.match(await dialog.innerText(), /还没有发送/);
    await dialog.getByRole("button", { name: "取消" }).click();
    assert.match(page.url(), /\/inbox$/);
    await page.getByRole("button", { name: "退出登录" }).click();
    await dialog.getByRole("button", { name: "退出登录" }).click();
    await page.waitForURL("**/sign-in");
    const stored = await page.evaluate(async () => {
      const opening = indexedDB.open("carillon", 1);
      const database = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
      const all = database.transaction("unsent").objectStore("unsent").getAll();
      const entries = await new Promise((done) => { all.onsuccess = () => done(all.result); });
      const bytes = entries.flatMap((entry) => [...new Uint8Array(entry.content.bytes)]);
      return { count: entries.length, text: new TextDecoder().decode(new Uint8Array(bytes)), local: JSON.stringify([localStorage, sessionStorage]) };
    });
    assert.ok(stored.count > 0 && !stored.text.includes("秘密") && !stored.local.includes("秘密"));
    // Another member in the same browser does not see the text.
    const other = await fixture.member();
    await fillIn(page, other);
    await page.waitForURL("**/inbox");
    await page.goto(path);
    assert.equal(await page.getByText("秘密").count(), 0);
    assert.equal(await field(page).inputValue(), "");
    await page.unroute(/messages\?fragment|\/draft$/);
    await signOut(page);
    await signIn(fixture, page, member, path.slice(fixture.url.length));
    await sent(page, "没有网络时写的秘密").waitFor();
  },

  "a session that ended elsewhere loses no text": async (fixture, page) => {
    const { member } = await open(fixture, page);
    await page.context().clearCookies({ name: /session/ });
    await field(page).fill("会话已结束");
    await field(page).press("Enter");
    await page.waitForURL("**/sign-in**");
    await fillIn(page, member);
    await sent(page, "会话已结束").waitFor();
    assert.equal(await field(page).inputValue(), "");
  },

  "a text stays when more than a page of messages arrived": async (fixture, page) => {
    const { member, unionid } = await open(fixture, page);
    const look = (hidden) => page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await fixture.send(unionid, member.department, { msg_type: "text", text_content: "先前" });
    await page.locator(".message").waitFor();
    await field(page).fill("还在写");
    await look(true);
    const tasks = [];
    for (let number = 0; number < 22; number += 1) {
      tasks.push(await fixture.send(unionid, member.department, { msg_type: "text", text_content: `第 ${number} 条` }));
    }
    await withoutReload(page, async () => {
      await look(false);
      await page.locator(`[data-id="${tasks.at(-1)}"]`).waitFor();
    });
    assert.equal(await field(page).inputValue(), "还在写");
    await page.locator(".unread-from").waitFor();
  },

  "a refused message says why, and can be edited or discarded": async (fixture, page) => {
    await open(fixture, page);
    await page.route(FRAGMENT, (route) => route.fulfill({ status: 403, contentType: "text/plain; charset=utf-8", body: "这个服务号不接收消息。" }));
    await field(page).fill("改一改");
    await field(page).press("Enter");
    const refused = page.locator("[data-state=refused]");
    await refused.getByText("未发送: 这个服务号不接收消息。").waitFor();
    await page.reload();
    await refused.waitFor();
    assert.equal(await field(page).inputValue(), "");
    await refused.getByRole("button", { name: "编辑" }).click();
    assert.equal(await field(page).inputValue(), "改一改");
    assert.equal(await refused.count(), 0);
    await field(page).press("Enter");
    await refused.waitFor();
    await refused.getByRole("button", { name: "丢弃" }).click();
    await page.keyboard.press("Escape");
    assert.equal(await refused.count(), 1, "it asks first");
    await refused.getByRole("button", { name: "丢弃" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "丢弃" }).click();
    await refused.waitFor({ state: "detached" });
    await page.unroute(FRAGMENT);
    await page.reload();
    assert.equal(await page.locator(".message").count(), 0);
    assert.equal(await field(page).inputValue(), "");
  },

  "a comment survives a reload until it is posted": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("评论草稿")];
    const article = await fixture.article(unionid, "可以评论");
    const task = await fixture.send(unionid, member.department, { msg_type: "news_card", media_id: await fixture.card(unionid, [article]), allow_comment: true });
    await signIn(fixture, page, member, `/inbox/a/${unionid}`);
    await page.locator(`[data-id="${task}"]`).getByRole("link", { name: "可以评论" }).click();
    const comment = page.getByLabel("写评论");
    await Promise.all([saved(page, "写了一半"), comment.fill("写了一半的评论")]);
    await page.reload();
    assert.equal(await comment.inputValue(), "写了一半的评论");
    await comment.fill("写完了");
    await page.getByRole("button", { name: "发表" }).click();
    await page.locator(".comment", { hasText: "写完了" }).waitFor();
    assert.equal(await comment.inputValue(), "");
    await page.reload();
    assert.equal(await comment.inputValue(), "");
    // The author deletes it after a question.
    await page.locator(".comment summary").focus();
    await page.keyboard.press("Enter");
    await page.getByText("删除后所有人都看不到这条评论").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("button", { name: "确认删除" }).isVisible(), false);
    await page.locator(".comment summary").click();
    await page.getByRole("button", { name: "确认删除" }).click();
    await page.getByText("还没有评论").waitFor();
  },
};
