// Writing: keys, undo, Chinese input, the form, without script.
import assert from "node:assert/strict";
import { CONTENT, cursorAtEnd, expectHtml, html, open, paste, select, settled } from "./helpers.mjs";

export const writing = {
  "text becomes HTML and comes back": async (page, server) => {
    await open(page, server);
    await page.locator(CONTENT).click();
    await page.keyboard.type("第一段");
    await page.keyboard.press("Enter");
    await page.keyboard.type("second & <third>");
    await expectHtml(page, "<p>第一段</p><p>second &amp; &lt;third&gt;</p>");
    await page.getByRole("button", { name: "OK" }).click();
    await page.getByText("saved").waitFor();
    assert.equal(server.saved, "<p>第一段</p><p>second &amp; &lt;third&gt;</p>");
  },
  "an article that is only looked at stays as it is": async (page, server) => {
    const content = "<DIV onclick=x>原样<custom-thing>保留</custom-thing></DIV>";
    await open(page, server, content);
    await page.getByRole("button", { name: "OK" }).click();
    await page.getByText("saved").waitFor();
    assert.equal(server.saved, content);
  },
  "an empty article is empty": async (page, server) => {
    await open(page, server, "<p>x</p>");
    await page.locator(CONTENT).focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Backspace");
    await expectHtml(page, "");
  },
  "without script the HTML is edited": async (page, server) => {
    server.content = "<p>x</p>";
    const context = await page.context().browser().newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(server.url);
    await plain.getByLabel("正文").fill("<p>y</p>");
    await plain.getByRole("button", { name: "OK" }).click();
    await plain.getByText("saved").waitFor();
    assert.equal(server.saved, "<p>y</p>");
    await context.close();
  },
  "undo and redo go step by step": async (page, server) => {
    await open(page, server, "<p>甲</p>");
    await cursorAtEnd(page);
    await page.keyboard.type("乙");
    await page.keyboard.press("Enter");
    await page.keyboard.type("丙");
    await select(page, "甲乙");
    await page.keyboard.press("Control+b");
    await expectHtml(page, "<p><strong>甲乙</strong></p><p>丙</p>");
    await page.keyboard.press("Control+z");
    await expectHtml(page, "<p>甲乙</p><p>丙</p>");
    for (let step = 0; step < 5; step++) await page.keyboard.press("Control+z");
    await expectHtml(page, "<p>甲</p>");
    for (let step = 0; step < 6; step++) await page.keyboard.press("Control+Shift+z");
    await expectHtml(page, "<p><strong>甲乙</strong></p><p>丙</p>");
  },
  "undo goes on after the HTML was written": async (page, server) => {
    await open(page, server, "<p>甲</p>");
    await cursorAtEnd(page);
    for (const letter of "乙丙") {
      await page.keyboard.type(letter);
      await html(page);
      await page.waitForTimeout(600);
    }
    await page.keyboard.press("Control+z");
    await expectHtml(page, "<p>甲乙</p>");
    await page.keyboard.press("Control+z");
    await expectHtml(page, "<p>甲</p>");
  },
  "Chinese input is taken when it is complete": async (page, server) => {
    await open(page, server, "<p>今天</p><ul><li>项</li></ul>");
    const session = await page.context().newCDPSession(page);
    const compose = async (steps, result) => {
      for (const text of steps) await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
      await session.send("Input.insertText", { text: result });
    };
    await page.evaluate(() => document.querySelector("article-editor").editor.commands.focus(3));
    await settled(page);
    await compose(["t", "ti", "tia", "tian'qi"], "天气");
    await compose(["h", "hao"], "好");
    await cursorAtEnd(page);
    await compose(["m", "mu"], "目");
    await page.keyboard.press("Enter");
    await compose(["er"], "二");
    await expectHtml(page, "<p>今天天气好</p><ul><li>项目</li><li>二</li></ul>");
    // The history makes a step after a pause.
    await page.waitForTimeout(600);
    // In bold, and called off in the middle.
    await page.keyboard.press("Control+b");
    await compose(["c", "cu"], "粗");
    await session.send("Input.imeSetComposition", { text: "bu", selectionStart: 2, selectionEnd: 2 });
    await session.send("Input.imeSetComposition", { text: "", selectionStart: 0, selectionEnd: 0 });
    await expectHtml(page, "<p>今天天气好</p><ul><li>项目</li><li>二<strong>粗</strong></li></ul>");
    await page.keyboard.press("Control+z");
    assert.match(await html(page), /<li>二<\/li>/);
  },
  "a picture that arrives does not end Chinese input": async (page, server) => {
    await open(page, server, "<p>今天</p>");
    let arrive;
    server.respond = () => new Promise((resolve) => { arrive = () => resolve({ media_id: "@late" }); });
    await page.evaluate(() => document.querySelector("article-editor").editor.commands.focus(1));
    await paste(page, { "text/html": "<p><img src='https://example.com/a.png'></p>", "text/plain": "x" });
    await cursorAtEnd(page);
    const session = await page.context().newCDPSession(page);
    await session.send("Input.imeSetComposition", { text: "hao", selectionStart: 3, selectionEnd: 3 });
    await page.waitForFunction(() => document.querySelector("article-editor").busy);
    while (!arrive) await page.waitForTimeout(20);
    arrive();
    await page.waitForFunction(() => !document.querySelector("article-editor").busy);
    await session.send("Input.imeSetComposition", { text: "haoa", selectionStart: 4, selectionEnd: 4 });
    await session.send("Input.insertText", { text: "好啊" });
    await page.waitForFunction(() => document.querySelector("article-editor").value.includes("@late"));
    assert.match(await html(page), /今天好啊/);
  },
  "what is copied here is pasted as it was": async (page, server) => {
    const content = "<h2>题</h2><section style=\"padding:12px\"><p style=\"text-align:center\">甲<span style=\"color:#a5281b\">乙</span></p></section><ul><li>一<ol><li>二</li></ol></li></ul><p><img src=\"@one\" alt=\"图\" width=\"50%\"></p>";
    await open(page, server, content);
    await page.locator(CONTENT).focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Control+v");
    await expectHtml(page, content);
    assert.equal(server.uploads.length, 0);
  },
  "plain text is pasted in paragraphs, and an address on a selection becomes a link": async (page, server) => {
    await open(page, server, "<p>甲</p>");
    await cursorAtEnd(page);
    await paste(page, { "text/plain": "乙 **c**\n丙\n\n丁 < &" });
    await expectHtml(page, "<p>甲乙 **c**</p><p>丙</p><p>丁 &lt; &amp;</p>");
    await select(page, "丙");
    await paste(page, { "text/plain": "https://example.com/a?b=1&c" });
    assert.match(await html(page), /<p><a href="https:\/\/example.com\/a\?b=1&amp;c">丙<\/a><\/p>/);
  },
  "words are counted": async (page, server) => {
    await open(page, server, "<h2>第1季度</h2><p>Hello world，你好 iPhone15很好。</p>");
    assert.equal(await page.locator(".ae-words").textContent(), "11 字");
    await open(page, server, "<p>one</p><p>two</p>", "en");
    assert.equal(await page.locator(".ae-words").textContent(), "2 words");
  },
  "half a million characters are edited without long waits": async (page, server) => {
    await open(page, server, "<p>这是一段很长的文章，用来测试编辑器的速度。</p>".repeat(15_000));
    await cursorAtEnd(page);
    await page.keyboard.type("完");
    assert.match(await html(page), /完<\/p>$/);
  },
};
