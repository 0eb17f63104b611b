// Pictures: by button, paste and drop, with progress, errors and placeholders.
import assert from "node:assert/strict";
import { CONTENT, cursorAtEnd, expectHtml, html, open, paste, picture, PIXEL, settled } from "./helpers.mjs";

const idle = (page) => page.waitForFunction(() => !document.querySelector("article-editor").busy);
const tool = (page) => page.getByRole("toolbar").getByRole("button", { name: "图片", exact: true });

export const pictures = {
  "a picture is chosen, described, resized and removed": async (page, server) => {
    await open(page, server, "<p>甲</p>");
    await cursorAtEnd(page);
    const chooser = page.waitForEvent("filechooser");
    await tool(page).click();
    await (await chooser).setFiles({ name: "图.png", mimeType: "image/png", buffer: Buffer.from(PIXEL, "base64") });
    await page.locator(".ae-picture img").waitFor();
    await idle(page);
    await expectHtml(page, "<p>甲<img src=\"@pic1\" alt=\"\"></p>");
    assert.match(server.uploads[0].text, /name="picture"; filename/);
    await page.locator(".ae-picture").dblclick();
    await page.getByLabel("图片说明").fill("一只\"猫\"");
    await page.getByLabel("宽度").selectOption("50%");
    await page.getByRole("button", { name: "确定" }).click();
    await expectHtml(page, "<p>甲<img src=\"@pic1\" alt=\"一只&quot;猫&quot;\" width=\"50%\"></p>");
    await page.locator(".ae-picture").click();
    await tool(page).click();
    await page.getByRole("button", { name: "移除" }).click();
    await expectHtml(page, "<p>甲</p>");
    await expectHtml(page, "<p>甲</p>");
    await settled(page);
    await page.keyboard.press("Control+z");
    await expectHtml(page, "<p>甲<img src=\"@pic1\" alt=\"一只&quot;猫&quot;\" width=\"50%\"></p>");
  },
  "a picture is pasted, and undone at once": async (page, server) => {
    await open(page, server, "<p>甲</p>");
    await cursorAtEnd(page);
    await paste(page, {}, [picture("a.png"), picture("b.png")]);
    await idle(page);
    await page.waitForFunction(() => document.querySelector("article-editor").value.includes("@pic2"));
    await expectHtml(page, "<p>甲<img src=\"@pic1\" alt=\"\"><img src=\"@pic2\" alt=\"\"></p>");
    await page.keyboard.press("Control+z");
    await expectHtml(page, "<p>甲</p>");
    await page.keyboard.press("Control+Shift+z");
    await expectHtml(page, "<p>甲<img src=\"@pic1\" alt=\"\"><img src=\"@pic2\" alt=\"\"></p>");
  },
  "a picture is dropped where the pointer is": async (page, server) => {
    await open(page, server, "<p>甲</p><p>乙</p>");
    await page.evaluate(({ base64, selector }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], "d.png", { type: "image/png" }));
      const range = document.createRange();
      range.selectNodeContents(document.querySelector(`${selector} p`));
      const { left, top } = range.getBoundingClientRect();
      document.querySelector(selector).dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true, clientX: left + 1, clientY: top + 8 }));
    }, { base64: PIXEL, selector: CONTENT });
    await page.waitForFunction(() => document.querySelector("article-editor").value.includes("@pic1"));
    await expectHtml(page, "<p><img src=\"@pic1\" alt=\"\">甲</p><p>乙</p>");
  },
  "a refused picture says why, and is sent again": async (page, server) => {
    await open(page, server);
    server.respond = (_, count) => (count === 1 ? { status: 422, message: "图片太大了" } : { media_id: "@again" });
    await paste(page, {}, [picture()]);
    await page.locator(".ae-problem").getByText("图片太大了").waitFor();
    await expectHtml(page, "<p></p>");
    await page.locator(".ae-picture").getByRole("button", { name: "重试" }).click();
    await page.waitForFunction(() => document.querySelector("article-editor").value.includes("@again"));
  },
  "another kind of file is refused": async (page, server) => {
    await open(page, server);
    await paste(page, {}, [{ name: "x.svg", type: "image/svg+xml", base64: btoa("<svg/>") }]);
    await page.locator(".ae-problem").getByText("请选择 PNG").waitFor();
    assert.equal(server.uploads.length, 0);
  },
  "WebP becomes a picture that the server takes": async (page, server) => {
    await open(page, server);
    const base64 = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(4, 4);
      canvas.getContext("2d").fillRect(0, 0, 4, 4);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp" })).arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    });
    await paste(page, {}, [{ name: "x.webp", type: "image/webp", base64 }]);
    await page.waitForFunction(() => document.querySelector("article-editor").value.includes("@pic1"));
    assert.match(server.uploads[0].text, /filename="x.jpg"/);
  },
  "remote pictures of a paste are copied by the server": async (page, server) => {
    await open(page, server);
    server.respond = ({ text }) => (text.includes("good") ? { media_id: "@copied" } : { status: 422, message: "对方网站不允许" });
    await paste(page, { "text/html": "<p>文<img data-src='https://other.example/good.png' alt='好'><img src='https://other.example/bad.png'></p>", "text/plain": "x" });
    await page.waitForFunction(() => document.querySelector("article-editor").value.includes("@copied"));
    await page.locator(".ae-problem").getByText("对方网站不允许").waitFor();
    await expectHtml(page, "<p>文<img src=\"@copied\" alt=\"好\"><img src=\"https://other.example/bad.png\" alt=\"\"></p>");
    assert.match(server.uploads[0].text, /^url=https%3A%2F%2Fother.example%2Fgood.png$/);
    await page.locator(".ae-notice").getByText("1张图片缺失").waitFor();
  },
  "a picture that only Word has can be replaced": async (page, server) => {
    await open(page, server);
    await paste(page, { "text/html": "<p class=MsoNormal>图：<img src='file:///C:/a.png' alt='路线'></p>", "text/plain": "x" });
    await page.locator(".ae-missing").getByText("图片没有随文字一起粘贴").waitFor();
    await expectHtml(page, "<p>图：<img alt=\"路线\"></p>");
    const chooser = page.waitForEvent("filechooser");
    await page.locator(".ae-missing").getByRole("button", { name: "选择图片" }).click();
    await (await chooser).setFiles({ name: "图.png", mimeType: "image/png", buffer: Buffer.from(PIXEL, "base64") });
    await page.waitForFunction(() => document.querySelector("article-editor").value.includes("@pic1"));
    await expectHtml(page, "<p>图：<img src=\"@pic1\" alt=\"路线\"></p>");
  },
  "remote pictures of an old article are not fetched": async (page, server) => {
    await open(page, server, "<p><img src=\"https://other.example/a.png\" alt=\"旧\"></p>");
    await page.locator(".ae-missing").getByText("图片在其他网站").waitFor();
    assert.equal(server.uploads.length, 0);
    await page.getByRole("button", { name: "保存到本站" }).click();
    await page.waitForFunction(() => document.querySelector("article-editor").value.includes("@pic1"));
  },
};
