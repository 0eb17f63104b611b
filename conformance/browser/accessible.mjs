// axe finds no violations, and no page is wider than the screen: every page and state, in both languages, on narrow and wide screens, light
// and dark.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { forgetSession, signIn } from "./helpers.mjs";

const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");
const FRAGMENT = "**/messages?fragment=messages";

/** Checks that axe finds nothing on a page, and that the page fits the screen. */
export async function check(page, name) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    // Checks the state after animations.
    for (const animation of document.getAnimations()) animation.finish();
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} ${node.any.map((one) => one.message).join("; ").slice(0, 200)}`).join(" | ")}`);
  });
  assert.deepEqual(found, [], name);
  const { width, screen } = await page.evaluate(() => ({ width: document.documentElement.scrollWidth, screen: innerWidth }));
  assert.ok(width <= screen, `${name} is ${width} wide on ${screen}`);
}

/** Creates an account with a message of each kind and an article with all elements, and a member who has read none of it. */
async function everything(fixture, name) {
  const [member, unionid] = [await fixture.member(), await fixture.account(name)];
  const send = (message) => fixture.send(unionid, member.department, message);
  const code = `<pre><code>${"let 很长的一行 = 1; ".repeat(20)}</code></pre>`;
  const table = `<table border="1"><tr><th>姓名</th><th>电话</th></tr>${"<tr><td>张三</td><td>123</td></tr>".repeat(3)}</table>`;
  const wide = `<table border="1"><tr>${"<td>宽宽宽宽宽</td>".repeat(20)}</tr></table>`;
  const content = `<h1>一级标题</h1><p>正文<a href="https://example.com">链接</a></p><h2>二级</h2><h4>四级</h4>${code}${table}${wide}<blockquote>引用</blockquote>`;
  const article = await fixture.article(unionid, "一篇文章", { content, digest: "摘要" });
  const button = (title) => ({ title, action_url: `https://example.com/${encodeURIComponent(title)}` });
  const action = (fields) => send({ msg_type: "action_card", msg_body: { action_card: { title: "卡", markdown: "### 小标题\n\n**内容**", ...fields } } });
  await send({ msg_type: "text", text_content: "早 https://example.com/a" });
  await send({ msg_type: "image", media_id: await fixture.picture() });
  await send({ msg_type: "markdown", msg_body: { markdown: { title: "文", text: `# 标题\n\n- 一\n- 二\n\n\`\`\`\n${"很长的一行代码 ".repeat(30)}\n\`\`\`\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |` } } });
  await action({ btn_orientation: "1", button_list: ["同意", "不同意", "转交同事", "查看详情"].map(button) });
  await action({ single_title: "去看", single_url: "https://example.com/whole" });
  await send({ msg_type: "link", msg_body: { link: { title: "链", text: "说明", message_url: "https://example.com/link", pic_url: await fixture.picture() } } });
  const recalled = await send({ msg_type: "text", text_content: "发错了" });
  await fixture.recall(unionid, recalled);
  const task = await send({ msg_type: "news_card", media_id: await fixture.card(unionid, [article, await fixture.article(unionid, "第二篇")]), allow_comment: true });
  const menu = [{ name: "服务", sub_button: [{ name: "今天", type: "click", key: "TODAY" }] }, { name: "官网", type: "view", url: "https://example.com/" }];
  await fixture.call("/topapi/serviceaccount/menu/update", { unionid, menu: { enable_input: true, status: 0, button: menu } });
  return { member, unionid, task };
}

async function checkAll(fixture, page, { width, height, scheme, english, name }) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  const { member, unionid, task } = await everything(fixture, name);
  const at = `/inbox/a/${unionid}`;
  const of = (state) => `${state}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`;
  const go = (path) => page.goto(`${fixture.url}${path}`);
  await signIn(fixture, page, member);
  if (english) await go("/lang/en?next=/inbox");
  await page.locator("a.row").first().waitFor();
  await check(page, of("the list"));
  await go(at);
  await page.locator(".unread-from").waitFor();
  if (width > 1024) await page.locator(`a.row[aria-current]`).waitFor();
  await check(page, of("unread messages"));
  // Boxes that scroll can be focused.
  const boxes = await page.locator(".message .prose pre").evaluateAll((all) => all.map((box) => [box.scrollWidth > box.clientWidth, box.tabIndex]));
  assert.ok(boxes.length && boxes.every(([scrolls, tab]) => scrolls && tab === 0));
  await page.locator(".menu summary").click();
  await check(page, of("an open menu"));
  await page.keyboard.press("Escape");
  await page.setInputFiles("input[name=picture]", { name: "图.gif", mimeType: "image/gif", buffer: GIF });
  await page.locator(".tray img").waitFor();
  await check(page, of("a chosen picture"));
  await page.route(FRAGMENT, (route) => route.abort());
  await page.fill("textarea", "发不出去");
  await page.locator(".send").click();
  await page.locator("[data-state=waits] .bubble, [data-state=waits] img").first().waitFor();
  await check(page, of("messages that wait"));
  await page.unroute(FRAGMENT);
  await page.route(FRAGMENT, (route) => route.fulfill({ status: 403, contentType: "text/plain; charset=utf-8", body: "不行" }));
  await page.locator("[data-state=waits] button").first().click();
  await page.locator("[data-state=refused]").first().waitFor();
  await check(page, of("a refused message"));
  await page.locator("[data-state=refused] button").last().click();
  await page.getByRole("dialog").waitFor();
  await check(page, of("a question"));
  await page.keyboard.press("Escape");
  await page.unroute(FRAGMENT);
  for (const path of [`${at}?before=1000000`, `${at}/profile`, "/inbox/search", "/inbox/search?q=%E6%96%87", "/inbox/search?q=zzz", "/nowhere", "/inbox/a/nobody"]) {
    await go(path);
    await check(page, of(path));
  }
  await go(at);
  const link = await page.locator(`[data-id="${task}"]`).getByRole("link").first().getAttribute("href");
  await go(link);
  await page.locator("#comment").fill("好文章");
  await page.locator(".comments .primary").click();
  await page.locator(".comment summary").click();
  await check(page, of("an article with comments"));
  const empty = await fixture.account(`空 ${name}`);
  await go(`/inbox/a/${empty}`);
  await check(page, of("an empty conversation"));
  await fixture.recall(unionid, task);
  await go(link);
  await check(page, of("a recalled article"));
  await forgetSession(page);
  await go("/sign-in");
  await check(page, of("the sign-in"));
  await page.locator("#userid").fill("nobody");
  await page.locator("#password").fill("x");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await check(page, of("a failed sign-in"));
}

const screens = [
  { width: 320, height: 640, scheme: "light" },
  { width: 320, height: 640, scheme: "dark", english: true },
  { width: 768, height: 1024, scheme: "dark" },
  { width: 768, height: 1024, scheme: "light", english: true },
  { width: 1280, height: 800, scheme: "light" },
  { width: 1280, height: 800, scheme: "dark", english: true },
];

export const accessible = Object.fromEntries(screens.map((screen, number) => [
  `axe finds nothing at ${screen.width} px, ${screen.scheme}, in ${screen.english ? "English" : "Chinese"}`,
  (fixture, page) => checkAll(fixture, page, { ...screen, name: `无障碍${number}` }),
]));
