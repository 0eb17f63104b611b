// The toolbar, menus, dialogs and the search, by mouse and by keyboard alone.
import assert from "node:assert/strict";
import { CONTENT, cursorAtEnd, expectHtml, html, open, select, settled } from "./helpers.mjs";

const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);

/** Moves from the first tool to one by the arrow key. */
async function reach(page, name) {
  await page.keyboard.press("Alt+F10");
  await page.keyboard.press("Home");
  for (let step = 0; step < 40 && !(await focused(page)).startsWith(name); step++) await page.keyboard.press("ArrowRight");
  assert.ok((await focused(page)).startsWith(name), name);
}

const tool = (page, name) => page.getByRole("toolbar").getByRole("button", { name, exact: true });
const choose = async (page, menu, entry) => {
  await page.getByRole("toolbar").getByRole("button", { name: new RegExp(`^${menu}(:|$)`) }).click();
  await page.getByRole("menu").getByText(entry, { exact: true }).click();
};

export const tools = {
  "the toolbar is one stop, with arrow keys inside": async (page, server) => {
    await open(page, server, "<p>甲乙</p>");
    await select(page, "甲乙");
    await page.keyboard.press("Shift+Tab");
    assert.equal(await focused(page), "撤销");
    await page.keyboard.press("End");
    assert.equal(await focused(page), "编辑 HTML");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(page), "撤销");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await focused(page), "查找和替换");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "textbox");
    await page.keyboard.press("Shift+Tab");
    assert.equal(await focused(page), "查找和替换", "it remembers the tool");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "textbox");
  },
  "several formats by keyboard alone": async (page, server) => {
    await open(page, server, "<p>甲乙</p>");
    await select(page, "甲乙");
    await reach(page, "粗体");
    await page.keyboard.press("Enter");
    assert.equal(await tool(page, "粗体").getAttribute("aria-pressed"), "true");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await reach(page, "文字颜色");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "默认颜色");
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowRight"]) await page.keyboard.press(key);
    const colour = await focused(page);
    assert.match(colour, /^#[0-9a-f]{6}$/);
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "文字颜色");
    await reach(page, "段落样式");
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expectHtml(page, `<h2><span style="color:${colour}"><strong><em>甲乙</em></strong></span></h2>`);
    await reach(page, "对齐");
    await page.keyboard.press("ArrowUp");
    assert.equal(await focused(page), "两端对齐");
    await page.keyboard.press("Escape");
    assert.equal(await focused(page), "对齐");
  },
  "each tool by mouse": async (page, server) => {
    await open(page, server, "<p>甲</p><p>乙</p>");
    await select(page, "甲");
    await tool(page, "下划线").click();
    await tool(page, "删除线").click();
    assert.match(await html(page), /^<p><(u|s)><(u|s)>甲<\/\w><\/\w><\/p>/);
    await tool(page, "清除格式").click();
    await expectHtml(page, "<p>甲</p><p>乙</p>");
    await choose(page, "字号", "20px");
    await choose(page, "对齐", "居中");
    await choose(page, "行距", "2");
    await tool(page, "首行缩进").click();
    await expectHtml(page, "<p style=\"text-align:center;line-height:2;text-indent:2em\"><span style=\"font-size:20px\">甲</span></p><p>乙</p>");
    await tool(page, "首行缩进").click();
    await choose(page, "对齐", "左对齐");
    await choose(page, "行距", "默认行距");
    await choose(page, "字号", "默认字号");
    await tool(page, "增加缩进").click();
    await tool(page, "增加缩进").click();
    await tool(page, "减少缩进").click();
    await expectHtml(page, "<p style=\"margin-left:2em\">甲</p><p>乙</p>");
    await tool(page, "减少缩进").click();
    await tool(page, "无序列表").click();
    await expectHtml(page, "<ul><li>甲</li></ul><p>乙</p>");
    await tool(page, "有序列表").click();
    await expectHtml(page, "<ol><li>甲</li></ol><p>乙</p>");
    await tool(page, "有序列表").click();
    await tool(page, "引用").click();
    await expectHtml(page, "<blockquote><p>甲</p></blockquote><p>乙</p>");
    await tool(page, "撤销").click();
    await tool(page, "重做").click();
    await select(page, "甲");
    await tool(page, "引用").click();
    await choose(page, "段落样式", "代码");
    await expectHtml(page, "<pre><code>甲</code></pre><p>乙</p>");
    await choose(page, "段落样式", "正文");
    await tool(page, "背景颜色").click();
    await page.getByRole("menuitemradio", { name: "#fff3a3" }).click();
    await tool(page, "分割线").click();
    await expectHtml(page, "<p><span style=\"background-color:#fff3a3\">甲</span></p><hr><p>乙</p>");
  },
  "lists are indented by Tab and left by Enter": async (page, server) => {
    await open(page, server, "<ul><li>一</li><li>二</li></ul>");
    await cursorAtEnd(page);
    await page.keyboard.press("Tab");
    await expectHtml(page, "<ul><li>一<ul><li>二</li></ul></li></ul>");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.keyboard.type("完");
    await expectHtml(page, "<ul><li>一</li><li>二</li></ul><p>完</p>");
  },
  "links are made, changed and removed": async (page, server) => {
    await open(page, server, "<p>甲乙</p>");
    await select(page, "乙");
    await page.keyboard.press("Control+k");
    await page.getByLabel("网址").fill("javascript:alert(1)");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("请输入完整的网址").waitFor();
    await page.getByLabel("网址").fill("example.com/a");
    await page.keyboard.press("Enter");
    await expectHtml(page, "<p>甲<a href=\"https://example.com/a\">乙</a></p>");
    await tool(page, "链接").click();
    assert.equal(await page.getByLabel("网址").inputValue(), "https://example.com/a");
    await page.getByLabel("网址").fill("mailto:a@example.com");
    await page.getByRole("button", { name: "确定" }).click();
    await expectHtml(page, "<p>甲<a href=\"mailto:a@example.com\">乙</a></p>");
    await tool(page, "链接").click();
    await page.getByRole("button", { name: "移除链接" }).click();
    await expectHtml(page, "<p>甲乙</p>");
    await cursorAtEnd(page);
    await tool(page, "链接").click();
    await page.getByLabel("网址").fill("https://example.com");
    await page.getByLabel("显示文字").fill("这里");
    await page.keyboard.press("Enter");
    await expectHtml(page, "<p>甲乙<a href=\"https://example.com\">这里</a></p>");
    assert.equal(server.saved, null, "the form of the page was not sent");
  },
  "tables are made and changed": async (page, server) => {
    await open(page, server, "<p>甲</p>");
    await cursorAtEnd(page);
    await choose(page, "表格", "插入表格");
    await page.getByLabel("行数").fill("2");
    await page.getByLabel("列数").fill("2");
    await page.keyboard.press("Enter");
    await page.locator(`${CONTENT} table`).waitFor();
    await settled(page);
    await page.keyboard.type("一");
    await page.keyboard.press("Tab");
    await page.keyboard.type("二");
    await expectHtml(page, "<p>甲</p><table><tbody><tr><th>一</th><th>二</th></tr><tr><td></td><td></td></tr></tbody></table>");
    await choose(page, "表格", "在下方插入行");
    await choose(page, "表格", "在右侧插入列");
    await choose(page, "表格", "标题行");
    await choose(page, "表格", "单元格底色 #e3f0ed");
    await expectHtml(page, "<p>甲</p><table><tbody><tr><td>一</td><td style=\"background-color:#e3f0ed\">二</td><td></td></tr><tr><td></td><td></td><td></td></tr><tr><td></td><td></td><td></td></tr></tbody></table>");
    await choose(page, "表格", "删除列");
    await choose(page, "表格", "删除表格");
    await expectHtml(page, "<p>甲</p>");
  },
  "texts are found and replaced": async (page, server) => {
    await open(page, server, "<p>苹果和<strong>苹</strong>果 Apple apple</p><p>苹果</p>");
    await page.locator(CONTENT).focus();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("苹果");
    assert.equal(await page.locator(".ae-count").textContent(), "1 / 3");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".ae-count").textContent(), "2 / 3");
    await page.keyboard.press("Shift+Enter");
    await page.getByLabel("替换为").fill("梨");
    await page.getByRole("button", { name: "替换", exact: true }).click();
    await page.getByRole("button", { name: "全部替换" }).click();
    await expectHtml(page, "<p>梨和<strong>梨</strong> Apple apple</p><p>梨</p>");
    await page.getByRole("searchbox").fill("APPLE");
    assert.equal(await page.locator(".ae-count").textContent(), "1 / 2");
    await page.keyboard.press("Escape");
    await settled(page);
    assert.equal(await page.locator(".ae-found").count(), 0);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    assert.match(await html(page), /^<p>苹果和/);
  },
  "the HTML itself is edited": async (page, server) => {
    await open(page, server, "<p>甲</p>");
    await tool(page, "编辑 HTML").click();
    await page.locator("textarea").fill("<p style=\"color:red;position:fixed\">乙<script>1</script></p>");
    await tool(page, "编辑 HTML").click();
    await expectHtml(page, "<p style=\"color:red\">乙</p>");
    await page.keyboard.press("Control+z");
    await expectHtml(page, "<p>甲</p>");
  },
  "everything is said in English too": async (page, server) => {
    await open(page, server, "<p>x</p>", "en");
    const labels = await page.getByRole("toolbar").getByRole("button").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    assert.ok(labels.length > 20 && labels.every((label) => label && !/[\u4e00-\u9fff]/.test(label)), String(labels));
  },
};
