// The search.
import assert from "node:assert/strict";
import { signIn, collectErrors } from "./helpers.mjs";

export const search = {
  "in all conversations and in one, to the message": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    const [member, unionid] = [await fixture.member(), await fixture.account("被搜索的")];
    const message = { msg_type: "text", text_content: "明天食堂停电" };
    const task = await fixture.send(unionid, member.department, message);
    for (let number = 0; number < 45; number += 1) {
      await fixture.send(unionid, member.department, { msg_type: "text", text_content: `通知 ${number}` });
    }
    await signIn(fixture, page, member);
    await page.getByRole("link", { name: "搜索消息" }).click();
    // The field has the focus.
    const isReady = () => page.waitForFunction(() => document.activeElement.matches("input[type=search]"));
    await isReady();
    await page.keyboard.type("食堂 停电");
    await page.keyboard.press("Enter");
    const hit = page.locator("[data-hits] a");
    await hit.waitFor();
    assert.equal(await hit.locator("mark").first().innerText(), "食堂停电");
    assert.match(page.url(), /q=/, "the address contains the search");
    await hit.click();
    const found = page.locator(`[data-id="${task}"]`);
    await found.waitFor();
    assert.equal(await found.evaluate((node) => document.activeElement === node), true);
    await page.getByRole("link", { name: "回到最新消息" }).click();
    await page.locator(".message", { hasText: "通知 44" }).waitFor();
    await page.getByRole("link", { name: "在“被搜索的”中搜索" }).click();
    await isReady();
    await page.keyboard.type("通知");
    await page.keyboard.press("Enter");
    for (const last of [19, 39]) {
      await hit.nth(last).waitFor();
      await hit.nth(last).scrollIntoViewIfNeeded();
    }
    await hit.nth(44).waitFor();
    await page.getByText("没有更多结果").waitFor();
    assert.deepEqual(errors, []);
  },

  "a recalled message is not found": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("搜不到")];
    const task = await fixture.send(unionid, member.department, { msg_type: "text", text_content: "发错的暗号" });
    await fixture.recall(unionid, task);
    await signIn(fixture, page, member, "/inbox/search?q=%E6%9A%97%E5%8F%B7");
    await page.getByRole("heading", { name: "没有找到“暗号”" }).waitFor();
  },
};
