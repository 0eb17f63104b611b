// Conversations in the console: saved answers, who is to answer, replies by picture and article; by mouse and by keyboard alone.
import assert from "node:assert/strict";
import { check } from "./accessible.mjs";
import { operator, press, SCREENS } from "./console.mjs";
import { collectErrors, forgetSession, signIn } from "./helpers.mjs";

const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");

/** A member who wrote to a new account, and an agent of it who has opened the conversation. */
export async function waiting(fixture, page, name, text = "在吗") {
  const unionid = await fixture.account(name);
  const reader = await fixture.member();
  await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
  await page.fill("textarea", text);
  await page.locator(".send").click();
  await page.locator(".message.mine[data-id]").getByText(text).waitFor();
  await forgetSession(page);
  const agent = await operator(fixture, page, `agent:${unionid}`);
  await page.goto(`${fixture.url}/console/conversations?account=${unionid}`);
  const thread = (await page.locator(".sends a").first().getAttribute("href")).split("#")[0];
  return { unionid, reader, agent, thread: `${fixture.url}${thread}` };
}

async function addAnswer(page, title, content) {
  await page.locator("#title").fill(title);
  await page.locator("#content").fill(content);
  await page.getByRole("button", { name: "添加" }).click();
  await page.getByRole("status").getByText("已保存。").waitFor();
}

/** Opens another browser for an operator. */
export async function another(fixture, page, ...roles) {
  const context = await page.context().browser().newContext({ locale: "zh-CN", viewport: { width: 800, height: 720 } });
  const second = await context.newPage();
  const member = await operator(fixture, second, ...roles);
  return { context, page: second, member };
}

export const conversations = {
  "a saved answer is inserted by a click, and the rest of the text stays": async (fixture, page) => {
    const { unionid, thread } = await waiting(fixture, page, "常用回复", "几点开门");
    const errors = collectErrors(fixture, page);
    await page.goto(`${fixture.url}/console/conversations/${unionid}/answers`);
    await addAnswer(page, "营业时间", "九点到六点。");
    await addAnswer(page, "地址", "一楼大厅。");
    await page.goto(thread);
    await page.getByLabel("回复", { exact: true }).fill("您好，再见");
    await page.evaluate(() => document.getElementById("text").setSelectionRange(3, 3));
    await page.locator("summary", { hasText: "常用回复" }).click();
    await page.locator("[data-answer]", { hasText: "营业时间" }).click();
    assert.equal(await page.locator("#text").inputValue(), "您好，九点到六点。再见");
    assert.equal(await page.evaluate(() => document.activeElement.id), "text");
    // What is typed survives a reload.
    await page.reload();
    assert.equal(await page.locator("#text").inputValue(), "您好，九点到六点。再见");
    await page.getByRole("button", { name: "发送回复" }).click();
    await page.locator(".message.mine").getByText("您好，九点到六点。再见").waitFor();
    assert.equal(await page.locator("#text").inputValue(), "");
    assert.deepEqual(errors, []);
  },
  "by keyboard alone: take, insert a saved answer, send, hand over": async (fixture, page) => {
    const { unionid, thread } = await waiting(fixture, page, "键盘回复", "几点开门");
    const second = await another(fixture, page, `agent:${unionid}`);
    await page.goto(`${fixture.url}/console/conversations/${unionid}/answers`);
    await addAnswer(page, "营业时间", "九点到六点。");
    await addAnswer(page, "地址", "一楼大厅。");
    await page.goto(thread);
    await press(page, "我来处理");
    await page.getByText("由你负责").waitFor();
    await page.keyboard.press("r");
    assert.equal(await page.evaluate(() => document.activeElement.id), "text");
    await page.keyboard.type("您好，");
    await page.keyboard.press("Alt+s");
    await page.keyboard.type("一楼");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#text").inputValue(), "您好，一楼大厅。");
    await page.keyboard.press("Alt+s");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.id), "text", "Escape returns to the text");
    await page.keyboard.press("Control+Enter");
    await page.locator(".message.mine").getByText("您好，一楼大厅。").waitFor();
    await page.locator("main h1").evaluate((heading) => { heading.tabIndex = -1; heading.focus(); });
    await page.keyboard.press("s");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.match(await page.locator("#text").inputValue(), /九点|一楼/);
    await page.locator("details.hand-over summary").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    // Owners of other tests are listed too.
    const chosen = page.locator(".hand-over select");
    for (let step = 0; step < 80 && await chosen.inputValue() !== second.member.userid; step++) await page.keyboard.press("ArrowDown");
    await press(page, "转交");
    await page.getByText(`由 员工${second.member.userid} 负责`).waitFor();
    await second.page.goto(`${fixture.url}/console/conversations?account=${unionid}&show=all&who=mine`);
    await press(second.page, "一楼大厅");
    await second.page.getByText("由你负责").waitFor();
    await second.page.getByRole("button", { name: "交还" }).focus();
    await second.page.keyboard.press("Enter");
    await second.page.getByText("无人负责").waitFor();
    await second.context.close();
  },
  "a picture and an article are sent, and the member opens them": async (fixture, page) => {
    const { unionid, reader, thread } = await waiting(fixture, page, "图文回复", "怎么走");
    await fixture.article(unionid, "路线图");
    await page.goto(thread);
    await page.getByText("图片", { exact: true }).click();
    await page.setInputFiles("#picture", { name: "图.gif", mimeType: "image/gif", buffer: GIF });
    await page.getByRole("button", { name: "发送图片" }).click();
    await page.locator(".message.mine img").waitFor();
    await page.getByText("文章或卡片", { exact: true }).first().click();
    await page.locator("#material-choice").selectOption({ label: "路线图" });
    await page.locator("#material button").last().click();
    await page.locator(".message.mine").getByText("路线图").waitFor();
    await forgetSession(page);
    await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
    await page.getByRole("link", { name: /路线图/ }).first().click();
    await page.getByText("路线图的正文").waitFor();
  },
  "axe finds nothing, in each state": async (fixture, page) => {
    const { unionid, thread } = await waiting(fixture, page, "会话无障碍", "打印机坏了".repeat(20));
    await fixture.article(unionid, "路线图");
    await another(fixture, page, `agent:${unionid}`).then(({ context }) => context.close());
    await page.goto(`${fixture.url}/console/conversations/${unionid}/answers`);
    await addAnswer(page, "营业时间".repeat(10), "九点到六点。\n".repeat(10));
    await addAnswer(page, "地址", "一楼");
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      const at = `${width} px, ${scheme}, ${english ? "English" : "Chinese"}`;
      for (const path of [`?account=${unionid}`, `?account=${unionid}&who=mine`, `?account=${unionid}&show=all&who=nobody`, `?account=${unionid}&find=zzz`, `/${unionid}/answers`]) {
        await page.goto(`${fixture.url}/console/conversations${path}`);
        await check(page, `${path}, ${at}`);
      }
      await page.goto(`${fixture.url}/console/conversations/${unionid}/answers`);
      for (const summary of await page.locator("details summary").all()) await summary.click();
      await check(page, `answers to change, ${at}`);
      await page.goto(thread);
      for (const summary of await page.locator("main details summary").all()) await summary.click();
      await check(page, `a conversation with everything open, ${at}`);
    }
  },
};
