// Looking for messages.
import assert from "node:assert/strict";
import { signIn, watched } from "./visit.mjs";

export const search = {
  "in all conversations and in one, to the message itself": async (world, page) => {
    const errors = watched(world, page);
    const [member, unionid] = [await world.member(), await world.account("被搜索的")];
    const words = { msg_type: "text", text_content: "明天食堂停电" };
    const task = await world.send(unionid, member.department, words);
    for (let number = 0; number < 45; number += 1) {
      await world.send(unionid, member.department, { msg_type: "text", text_content: `通知 ${number}` });
    }
    await signIn(world, page, member);
    await page.getByRole("link", { name: "搜索消息" }).click();
    // The field has the focus by itself.
    const isReady = () => page.waitForFunction(() => document.activeElement.matches("input[type=search]"));
    await isReady();
    await page.keyboard.type("食堂 停电");
    await page.keyboard.press("Enter");
    const hit = page.locator("[data-hits] a");
    await hit.waitFor();
    assert.equal(await hit.locator("mark").first().innerText(), "食堂停电");
    assert.match(page.url(), /q=/, "the address says it all");
    await hit.click();
    const message = page.locator(`[data-id="${task}"]`);
    await message.waitFor();
    assert.equal(await message.evaluate((node) => document.activeElement === node), true);
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

  "what was recalled is not found, and what to do instead is said": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("搜不到")];
    const task = await world.send(unionid, member.department, { msg_type: "text", text_content: "发错的暗号" });
    await world.recall(unionid, task);
    await signIn(world, page, member, "/inbox/search?q=%E6%9A%97%E5%8F%B7");
    await page.getByRole("heading", { name: "没有找到“暗号”" }).waitFor();
  },
};
