// Helpers for tests of the editor.
import assert from "node:assert/strict";

export const CONTENT = ".ae-content";

/** Opens the page with a content. */
export async function open(page, server, content = "", lang = "zh-CN") {
  Object.assign(server, { content, lang });
  await page.goto(server.url);
  await page.locator(CONTENT).waitFor();
}

/** Pastes as a browser does: an event with what the clipboard has. */
export async function paste(page, types, files = []) {
  await page.locator(CONTENT).focus();
  await page.evaluate(async ({ types, files, selector }) => {
    const data = new DataTransfer();
    for (const [type, text] of Object.entries(types)) data.setData(type, text);
    for (const { name, type, base64 } of files) data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }));
    document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, { types, files, selector: CONTENT });
}

/** The HTML that the form would send. */
export const html = (page) => page.evaluate(() => document.querySelector("article-editor").value);

/** Waits until the form would send this. */
export async function expectHtml(page, expected) {
  for (let tries = 0; tries < 40 && (await html(page)) !== expected; tries++) await page.waitForTimeout(50);
  assert.equal(await html(page), expected);
}

/** Selects a text of one block. */
export async function select(page, text) {
  await page.evaluate(({ text }) => {
    const { editor } = document.querySelector("article-editor");
    let found = null;
    editor.state.doc.descendants((node, at) => {
      if (node.isText && !found && node.text.includes(text)) found = at + node.text.indexOf(text);
    });
    editor.chain().focus().setTextSelection({ from: found, to: found + text.length }).run();
  }, { text });
  await settled(page);
}

export async function cursorAtEnd(page) {
  await page.evaluate(() => document.querySelector("article-editor").editor.commands.focus("end"));
  await settled(page);
}

/** The editor takes the focus in the next frame; nobody presses a key before. */
export async function settled(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const picture = (name = "图.png") => ({ name, type: "image/png", base64: PIXEL });
