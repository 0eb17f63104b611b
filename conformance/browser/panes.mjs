// List and conversation side by side, and the separators between messages.
import assert from "node:assert/strict";
import { hasFocus, signIn, withoutReload, collectErrors } from "./helpers.mjs";

const row = (page, unionid) => page.locator(`a.row[data-unionid="${unionid}"]`);
const at = (unionid) => `/inbox/a/${encodeURIComponent(unionid)}`;
const text = (text_content) => ({ msg_type: "text", text_content });
const setHidden = (page, hidden) => page.evaluate((hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}, hidden);
const wide = (page) => page.setViewportSize({ width: 1280, height: 800 });

export const panes = {
  "on wide screens a conversation opens beside the list, and the browser goes back": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    await wide(page);
    const [member, first, second] = [await fixture.member(), await fixture.account("甲方"), await fixture.account("乙方")];
    await fixture.send(first, member.department, text("甲的消息"));
    await fixture.send(second, member.department, text("乙的消息"));
    await signIn(fixture, page, member);
    await page.getByText("从左侧选择一个会话").waitFor();
    await withoutReload(page, async () => {
      await row(page, first).click();
      await page.locator(".message", { hasText: "甲的消息" }).waitFor();
      assert.equal(new URL(page.url()).pathname, at(first));
      assert.match(await page.title(), /甲方/);
      await page.locator(`a.row[aria-current=page][data-unionid="${first}"]`).waitFor();
      await row(page, first).locator(".badge").waitFor({ state: "detached" });
      await page.fill("textarea", "给甲的草稿");
      await row(page, second).press("Enter");
      await page.locator(".message", { hasText: "乙的消息" }).waitFor();
      assert.equal(await page.inputValue("textarea"), "");
      await page.fill("textarea", "给乙");
      await page.keyboard.press("Enter");
      await page.locator(".mine[data-id]", { hasText: "给乙" }).waitFor();
      await row(page, second).getByText("给乙").waitFor();
      await page.goBack();
      await page.locator(".message", { hasText: "甲的消息" }).waitFor();
      assert.equal(await page.inputValue("textarea"), "给甲的草稿");
      assert.equal(await page.locator("h1").count(), 1);
    });
    // The address also shows both after a reload.
    await page.reload();
    await row(page, second).waitFor();
    await page.locator(".message", { hasText: "甲的消息" }).waitFor();
    await page.setViewportSize({ width: 768, height: 800 });
    assert.equal(await row(page, second).isVisible(), false);
    assert.deepEqual(errors, []);
  },

  "messages are grouped by sender, day and unread": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("分组")];
    await fixture.send(unionid, member.department, text("读过的"));
    await signIn(fixture, page, member, at(unionid));
    await page.locator(".message", { hasText: "读过的" }).waitFor();
    await page.goto(`${fixture.url}/inbox`);
    await row(page, unionid).getByText("读过的").waitFor();
    for (const content of ["新一", "新二"]) await fixture.send(unionid, member.department, text(content));
    await page.goto(`${fixture.url}${at(unionid)}`);
    const items = await page.locator("[data-messages] > li").evaluateAll((all) => all.map((item) => item.className));
    assert.deepEqual(items, ["day", "message", "unread-from", "message", "message continued"]);
    assert.equal(await page.locator(".day").innerText(), "今天");
    // Screen readers get the sender of each message; it is visible once.
    const [senders, tree] = [page.locator(".message .sender"), await page.locator("[data-messages]").ariaSnapshot()];
    assert.deepEqual(await senders.evaluateAll((all) => all.map((one) => one.textContent)), ["分组", "分组", "分组"]);
    assert.equal(tree.match(/分组/g).length, 3);
    assert.ok(await senders.nth(2).evaluate((one) => one.closest(".meta").offsetHeight) <= 1);
    await page.reload();
    assert.equal(await page.locator(".unread-from").count(), 0, "all are read");
    // A new message continues the group.
    await withoutReload(page, async () => {
      await fixture.send(unionid, member.department, text("新三"));
      await page.locator(".message.continued", { hasText: "新三" }).waitFor();
    });
    await page.getByRole("status").filter({ hasText: /分组.*新三/s }).first().waitFor({ state: "attached" });
  },

  "earlier messages load on scrolling": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("很多")];
    for (let number = 0; number < 50; number += 1) await fixture.send(unionid, member.department, text(`第 ${number} 条`));
    await signIn(fixture, page, member, at(unionid));
    await page.locator(".message").nth(19).waitFor();
    assert.equal(await page.locator(".message").count(), 20);
    await withoutReload(page, async () => {
      await page.mouse.move(400, 300);
      for (let tries = 0; tries < 60 && await page.locator(".message").count() < 50; tries += 1) {
        await page.mouse.wheel(0, -600);
        await page.waitForTimeout(50);
      }
      await page.locator(".message", { hasText: "第 0 条" }).waitFor();
    });
    assert.equal(await page.locator(".message").count(), 50);
    assert.equal(await page.locator(".day").count(), 1);
    await page.getByText("没有更早的消息了").waitFor();
  },

  "a recall leaves the same note everywhere, and ends the links": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("痕迹")];
    const card = await fixture.card(unionid, [await fixture.article(unionid, "发错的文章")]);
    await fixture.send(unionid, member.department, text("之前"));
    const task = await fixture.send(unionid, member.department, { msg_type: "news_card", media_id: card });
    await fixture.send(unionid, member.department, text("之后"));
    await signIn(fixture, page, member, at(unionid));
    const link = await page.locator(`[data-id="${task}"]`).getByRole("link").first().getAttribute("href");
    await fixture.recall(unionid, task);
    const notes = () => page.locator("[data-messages]").evaluate((list) => [...list.querySelectorAll("li:not(.unread-from)")].map((item) => [item.className, item.dataset.seq, item.innerText.includes("撤回")]));
    await page.locator(".note").waitFor();
    const open = await notes();
    await page.reload();
    assert.deepEqual(await notes(), open);
    assert.equal((await page.goto(`${fixture.url}${link}`)).status(), 410);
    await page.getByRole("heading", { name: "消息已撤回" }).waitFor();
  },

  "title and icon of every tab show unread messages": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("标题")];
    await signIn(fixture, page, member);
    const icon = () => page.locator('link[rel="icon"]').getAttribute("href");
    const read = await icon();
    await fixture.send(unionid, member.department, text("一"));
    await page.waitForFunction(() => document.title.startsWith("(1) "));
    assert.notEqual(await icon(), read);
    const second = await page.context().newPage();
    await second.goto(`${fixture.url}${at(unionid)}`);
    await second.locator(".message").waitFor();
    await row(page, unionid).locator(".badge").waitFor({ state: "detached" });
    await page.waitForFunction(() => !document.title.startsWith("("));
    assert.equal(await icon(), read);
    // Also in a hidden tab with a conversation.
    await setHidden(second, true);
    await fixture.send(unionid, member.department, text("二"));
    await second.waitForFunction(() => document.title.startsWith("(1) "));
    await setHidden(second, false);
    await second.waitForFunction(() => !document.title.startsWith("("));
    await second.locator(".message", { hasText: "二" }).waitFor();
  },

  "messages cause notifications if the member allows them": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("通知我")];
    await page.addInitScript(() => {
      window.shown = [];
      let permission = "default";
      window.Notification = class extends EventTarget {
        static get permission() { return permission; }
        static requestPermission() { permission = "granted"; return Promise.resolve(permission); }
        constructor(title, options) { super(); window.shown.push([title, options.tag]); }
      };
    });
    await signIn(fixture, page, member);
    const button = page.getByRole("button", { name: "开启新消息通知" });
    await button.click();
    await button.waitFor({ state: "hidden" });
    await row(page, unionid).waitFor();
    await setHidden(page, true);
    await fixture.send(unionid, member.department, text("在吗"));
    await page.waitForFunction(() => window.shown.length === 1);
    assert.deepEqual(await page.evaluate(() => window.shown), [["通知我", unionid]]);
  },

  "an article links back to its message": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("来处")];
    const card = await fixture.card(unionid, [await fixture.article(unionid, "读完回去")]);
    const task = await fixture.send(unionid, member.department, { msg_type: "news_card", media_id: card });
    for (let number = 0; number < 30; number += 1) await fixture.send(unionid, member.department, text(`后来 ${number}`));
    await signIn(fixture, page, member, at(unionid));
    await page.locator(".message").nth(19).waitFor();
    await page.getByRole("link", { name: "查看更早的消息" }).click();
    await page.getByRole("link", { name: "读完回去" }).click();
    await page.getByRole("heading", { level: 1, name: "读完回去" }).waitFor();
    const back = page.getByRole("link", { name: "返回会话" });
    await back.press("Enter");
    const message = page.locator(`[data-id="${task}"]`);
    await message.waitFor();
    assert.equal(await message.evaluate((node) => document.activeElement === node), true);
    await page.locator("textarea").waitFor();
  },

  "readers in another time zone see which one is shown": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("时区")];
    await fixture.send(unionid, member.department, text("几点"));
    await signIn(fixture, page, member, at(unionid));
    assert.equal(await page.locator(".zone:visible").count(), 0);
    const elsewhere = await page.context().browser().newContext({ locale: "zh-CN", timezoneId: "America/Caracas" });
    const there = await elsewhere.newPage();
    await signIn(fixture, there, member, at(unionid));
    await there.locator("inbox-conversation").getByText("时间按组织所在时区显示：Asia/Shanghai（UTC+8）").waitFor();
    await there.goto(`${fixture.url}/me`);
    await there.getByText("时间按组织所在时区显示：Asia/Shanghai（UTC+8）").waitFor();
    await elsewhere.close();
  },

  "an unknown address has a page with a link": async (fixture, page) => {
    for (const path of ["/nowhere", "/inbox/nowhere", "/lang/xx", "/media/nothing", "/sign-out", "/article/x", "/inbox/a/nobody"]) {
      const answer = await page.goto(`${fixture.url}${path}`);
      if (path === "/inbox/a/nobody") { await page.waitForURL("**/sign-in**"); continue; }
      assert.equal(answer.status(), 404, path);
      await page.getByRole("heading", { level: 1, name: "找不到这个页面" }).waitFor();
      await page.getByRole("link", { name: "登录", exact: true }).waitFor();
    }
    await signIn(fixture, page, await fixture.member());
    await page.goto(`${fixture.url}/nowhere`);
    await page.getByRole("link", { name: "回到消息列表" }).click();
    await page.waitForURL("**/inbox");
    const programs = await fetch(`${fixture.url}/nowhere`);
    assert.match(programs.headers.get("content-type"), /json/);
  },

  "the password field has the focus after a failed sign-in": async (fixture, page) => {
    const member = await fixture.member();
    await page.goto(`${fixture.url}/sign-in`);
    await page.getByLabel("用户 ID").fill(member.userid);
    await page.getByLabel("密码").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await hasFocus(page.getByLabel("密码"));
  },
};
