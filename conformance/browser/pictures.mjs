// Sending pictures.
import assert from "node:assert/strict";
import { open } from "./chat.mjs";

const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");
const WEBP = Buffer.from("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=", "base64");
const gif = (name, buffer = GIF) => ({ name, mimeType: "image/gif", buffer });
const choose = (page, ...files) => page.setInputFiles("input[name=picture]", files);
const send = (page) => page.getByRole("button", { name: "发送", exact: true }).click();
const FRAGMENT = "**/messages?fragment=messages";

export const pictures = {
  "pictures are shown before sending, and can be removed": async (fixture, page) => {
    const { errors } = await open(fixture, page);
    await choose(page, gif("甲.gif"), gif("乙.gif"));
    const tray = page.getByRole("list", { name: "待发送的图片" });
    assert.equal(await tray.getByRole("img").count(), 2);
    const wide = await tray.getByRole("img", { name: "甲.gif" }).evaluate((image) => image.decode().then(() => image.naturalWidth));
    assert.equal(wide, 1, "it is shown");
    await tray.getByRole("button", { name: "移除图片: 乙.gif" }).press("Enter");
    assert.equal(await tray.getByRole("img").count(), 1);
    await page.fill("textarea", "看这张");
    await send(page);
    await page.waitForSelector(".mine[data-id] .bubble:text-is('看这张')");
    assert.equal(await page.locator(".mine[data-id] .photo img").count(), 1);
    assert.match(await page.locator(".mine[data-id] .photo img").getAttribute("alt"), /^你发的图片，\d+年\d+月\d+日 \d\d:\d\d$/);
    assert.equal(await tray.isVisible(), false);
    assert.deepEqual(errors, []);
  },

  "other files are refused with a reason": async (fixture, page) => {
    await open(fixture, page);
    await choose(page, { name: "文.txt", mimeType: "text/plain", buffer: Buffer.from("no") });
    await page.waitForSelector('[data-problem]:text-is("只能发送 JPG、PNG、GIF 或 BMP 图片。")');
    // A picture by name alone is removed before it is sent.
    await choose(page, gif("真.gif"));
    assert.equal(await page.locator("[data-problem]:visible").count(), 0, "the reason disappears");
    await choose(page, gif("假.gif", Buffer.from("no")));
    await page.waitForSelector('[data-problem]:text-is("只能发送 JPG、PNG、GIF 或 BMP 图片。")');
    const tray = page.getByRole("list", { name: "待发送的图片" });
    assert.equal(await tray.getByRole("img").count(), 1);
    await tray.getByRole("button").click();
    // The browser can show this one, but the server refuses its kind.
    await choose(page, gif("网.gif", WEBP));
    await tray.getByRole("img", { name: "网.gif" }).waitFor();
    await send(page);
    await page.locator(".state", { hasText: "未发送: 只能发送 JPG、PNG、GIF 或 BMP 图片。" }).waitFor();
    assert.equal(await page.locator(".message[data-id]").count(), 0);
  },

  "an upload shows its progress, and can be cancelled and sent again": async (fixture, page) => {
    await open(fixture, page);
    let release;
    const held = new Promise((done) => { release = done; });
    await page.route(FRAGMENT, async (route) => { await held; await route.abort().catch(() => {}); });
    await choose(page, gif("慢.gif"));
    await send(page);
    await page.getByRole("progressbar", { name: "正在上传" }).waitFor();
    await page.getByRole("button", { name: "取消" }).click();
    release();
    await page.getByRole("list", { name: "待发送的图片" }).getByRole("img", { name: "慢.gif" }).waitFor();
    assert.equal(await page.locator("[data-state]").count(), 0);
    await page.unroute(FRAGMENT);
    await send(page);
    await page.waitForSelector(".mine[data-id] .photo img");
    assert.equal(await page.locator(".mine").count(), 1);
  },

  "a failed picture is sent after a reload, once": async (fixture, page) => {
    await open(fixture, page);
    await page.route(FRAGMENT, async (route) => { await route.fetch(); await route.abort(); });
    await choose(page, gif("图.gif"));
    await send(page);
    await page.locator("[data-state=waits] img").waitFor();
    await page.unroute(FRAGMENT);
    await page.reload();
    await page.locator("[data-state]").first().waitFor({ state: "detached" });
    await page.waitForSelector(".mine[data-id] .photo img");
    await page.reload();
    assert.equal(await page.locator(".mine .photo img").count(), 1);
  },

  "a picture that failed without a connection is loaded again": async (fixture, page) => {
    const { member, unionid } = await open(fixture, page);
    await page.route("**/media/**", (route) => route.abort());
    await fixture.send(unionid, member.department, { msg_type: "image", media_id: await fixture.picture() });
    await page.waitForFunction(() => { const image = document.querySelector(".message .photo img"); return image?.complete && !image.naturalWidth; });
    await page.unroute("**/media/**");
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await page.waitForFunction(() => document.querySelector(".message .photo img").naturalWidth > 0);
  },
};
