// The picture library of the console: uploads, the picker, by mouse and by keyboard alone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { check } from "./accessible.mjs";
import { collectErrors, signIn } from "./helpers.mjs";

const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");
const gif = (name, buffer = GIF) => ({ name, mimeType: "image/gif", buffer });
const SCREENS = [
  { width: 320, height: 640, scheme: "light", english: false },
  { width: 390, height: 844, scheme: "dark", english: true },
  { width: 1440, height: 900, scheme: "light", english: true },
  { width: 1920, height: 1080, scheme: "dark", english: false },
];

/** Signs in an editor of an account, at its pictures. */
async function editor(fixture, page, name) {
  const unionid = await fixture.account(name);
  const member = await fixture.member();
  execFileSync(fixture.program, ["operator", "add", member.userid, "--corp", fixture.corp, "--role", `editor:${unionid}`, "--data", fixture.data]);
  await signIn(fixture, page, member, `/console/pictures?account=${unionid}`);
  return unionid;
}

async function upload(page, ...files) {
  await page.setInputFiles("#picture", files);
  await page.locator(".upload button").click();
  await page.getByRole("status").getByText(`已上传 ${files.length} 张`).waitFor();
}

/** Presses Tab until an element with a text or label has the focus. */
async function reach(page, name, key = "Enter") {
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => {
      const now = document.activeElement;
      return [now.textContent.trim(), now.getAttribute("aria-label"), now.labels?.[0]?.textContent.trim()].some((text) => text?.startsWith(wanted));
    }, name)) return key && page.keyboard.press(key);
  }
  throw new Error(`${name} cannot be reached`);
}

export const library = {
  "pictures are uploaded one after the other, and refused ones are named": async (fixture, page) => {
    const unionid = await editor(fixture, page, "图片上传");
    const errors = collectErrors(fixture, page);
    await upload(page, gif("甲.gif"), gif("乙.gif"));
    assert.equal(await page.locator(".picture-grid li").count(), 2);
    await page.setInputFiles("#picture", [gif("丙.gif"), gif("假.gif", Buffer.from("no"))]);
    await page.locator(".upload button").click();
    await page.locator(".upload-list .error").getByText("图片").waitFor();
    await page.getByRole("link", { name: "查看已上传的图片" }).click();
    await page.getByText("共 3 张").waitFor();
    // Dropped on the form.
    await page.evaluate(async (base64) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], "拖.gif", { type: "image/gif" }));
      document.querySelector("picture-upload").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, GIF.toString("base64"));
    await page.getByText("共 4 张").waitFor();
    await page.locator(".picture-grid a", { hasText: "拖.gif" }).click();
    await page.getByText("没有地方使用这张图片").waitFor();
    await page.getByLabel("名称").fill("拖进来的");
    await page.getByRole("button", { name: "保存名称" }).click();
    await page.getByRole("status").getByText("已保存名称").waitFor();
    await page.getByText("删除图片").click();
    await page.getByRole("button", { name: "确认删除" }).click();
    await page.getByRole("status").getByText("已删除图片").waitFor();
    assert.ok(page.url().includes(unionid));
    assert.deepEqual(errors.filter((error) => !error.includes("422")), []);
  },
  "axe finds nothing on the pages and in the picker": async (fixture, page) => {
    const unionid = await editor(fixture, page, "图片无障碍");
    await upload(page, gif("甲.gif"));
    const one = await page.locator(".picture-grid a").first().getAttribute("href");
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      const at = `${width} px, ${scheme}, ${english ? "English" : "Chinese"}`;
      for (const path of [`/console/pictures?account=${unionid}`, `/console/pictures?account=${unionid}&q=none`, one]) {
        await page.goto(`${fixture.url}${path}`);
        await check(page, `${path}, ${at}`);
      }
      await page.goto(`${fixture.url}/console/accounts/${unionid}`);
      await page.locator("#settings picture-picker button").first().click();
      await page.locator(".picker [data-picture]").waitFor();
      await check(page, `picker, ${at}`);
    }
  },
  "by keyboard alone a picture becomes cover, avatar and part of an article": async (fixture, page) => {
    const unionid = await editor(fixture, page, "键盘图片");
    await upload(page, gif("甲.gif"), gif("乙.gif"));
    const id = async (name) => decodeURIComponent((await page.locator(".picture-grid a", { hasText: name }).getAttribute("href")).split("/").at(-1));
    const [first, second] = [await id("甲.gif"), await id("乙.gif")];
    await page.goto(`${fixture.url}/console/accounts/${unionid}`);
    await reach(page, "从素材库选择");
    await page.locator(".picker [data-picture]").first().waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "从素材库选择", "Escape returns to the button");
    await page.keyboard.press("Enter");
    await page.locator(".picker [data-picture]").first().waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.type("甲");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".picker [data-picture]").length === 1);
    await reach(page, "甲.gif");
    await page.getByRole("status").getByText("已选择：甲.gif").waitFor();
    await reach(page, "保存 基本设置");
    await page.waitForURL("**?done=*");
    const account = await fixture.call("/topapi/serviceaccount/get", { unionid });
    assert.ok(JSON.stringify(account).includes(first), JSON.stringify(account));

    await page.goto(`${fixture.url}/console/articles?account=${unionid}`);
    await page.getByRole("button", { name: "新建文章" }).press("Enter");
    await page.locator(".ae-content").focus();
    await page.keyboard.type("图：");
    const side = page.locator(".insert-section picture-picker button");
    await side.focus();
    await page.keyboard.press("Enter");
    await page.locator(".picker[open] [data-picture]").first().waitFor();
    await reach(page, "甲.gif");
    await page.waitForFunction((wanted) => document.querySelector("article-editor").value.includes(wanted), first);
    await page.locator("[data-cover] picture-picker button").focus();
    await page.keyboard.press("Enter");
    await page.locator(".picker[open] [data-picture]").first().waitFor();
    await reach(page, "乙.gif");
    await page.locator(".cover-picture").waitFor();
    await page.locator("[data-save-state=saved]").getByText("已保存").waitFor();
    const article = await fixture.call("/topapi/material/article/get", { unionid, article_id: Number(new URL(page.url()).pathname.split("/").at(-1)) });
    assert.match(article.content, new RegExp(`图：.*${first}`));
    assert.equal(article.thumb_media_id, second);
  },
};
