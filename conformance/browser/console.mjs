// The console: an operator by mouse and by keyboard, axe on every page, no request to another host.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { check } from "./accessible.mjs";
import { forgetSession, signIn } from "./helpers.mjs";

/** Gives a new member roles, and signs the member in. */
export async function operator(fixture, page, ...roles) {
  const member = await fixture.member();
  const flags = roles.flatMap((role) => ["--role", role]);
  execFileSync(fixture.program, ["operator", "add", member.userid, "--corp", fixture.corp, ...flags, "--data", fixture.data]);
  await signIn(fixture, page, member);
  return member;
}

/** Moves the focus to what has a text, and presses Enter there. */
export async function press(page, name) {
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement.textContent)).includes(name)) return page.keyboard.press("Enter");
  }
  throw new Error(`${name} cannot be reached`);
}

export const SCREENS = [
  { width: 320, height: 640, scheme: "light", english: false },
  { width: 768, height: 1024, scheme: "dark", english: true },
  { width: 1920, height: 1080, scheme: "light", english: true },
  { width: 1280, height: 800, scheme: "dark", english: false },
];

export const operators = {
  "axe finds nothing on any page, and nothing leaves the host": async (fixture, page) => {
    const unionid = await fixture.account("管理后台");
    const reader = await fixture.member();
    const task = await fixture.send(unionid, reader.department, { msg_type: "text", text_content: "通知" });
    await assert.rejects(fixture.call("/topapi/serviceaccount/get", { unionid: "nothingiE" }));
    await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
    await page.fill("textarea", "打印机坏了");
    await page.locator(".send").click();
    await page.locator(".message.mine").getByText("打印机坏了").waitFor();
    await forgetSession(page);
    const host = new URL(fixture.url).host;
    const elsewhere = [];
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.host !== host && !["data:", "blob:"].includes(url.protocol)) elsewhere.push(request.url());
    });
    await operator(fixture, page, "owner");
    const drafts = `/console/drafts?account=${unionid}`;
    await page.goto(`${fixture.url}${drafts}`);
    await page.locator("main form button.primary").click();
    await page.waitForURL(`**/console/drafts/${unionid}/*`);
    const draft = new URL(page.url()).pathname;
    await page.locator("#text").fill("明天停电");
    await page.locator("#message button.primary").click();
    await page.locator("#receivers input[name=all][value='1']").check();
    await page.locator("#receivers button.primary").click();
    await page.locator("#send").waitFor();
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      const results = `/console/sends/${unionid}/${task}`;
      await page.goto(`${fixture.url}/console/calls?refused=1`);
      const call = await page.locator(".calls a").first().getAttribute("href");
      await page.goto(`${fixture.url}/console/conversations?account=${unionid}`);
      const thread = await page.locator(".sends a").first().getAttribute("href");
      for (const path of ["/console", drafts, draft, `${draft}?kind=articles&find=a`, `${draft}?kind=link`, `/console/drafts/${unionid}/rules`, "/console/accounts", `/console/accounts/${unionid}?try=x`, "/console/apps", "/console/members", `/console/members/${reader.userid}`, `/console/conversations?account=${unionid}`, "/console/conversations?show=all", thread, "/console/comments", `/console/pictures?account=${unionid}`, `/console/sends?account=${unionid}`, "/console/sends?status=failed", results, "/console/calls", "/console/calls?refused=1&caller=nobody", call, "/console/operators", "/console/audit", "/console/audit?actor=nobody"]) {
        await page.goto(`${fixture.url}${path}`);
        await check(page, `${path}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`);
      }
      await page.goto(`${fixture.url}${results}`);
      await page.locator("details.confirmation summary").first().click();
      await check(page, `the question before a recall, ${width} px`);
    }
    assert.deepEqual(elsewhere, []);
  },
  "a send is found and recalled by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("键盘后台");
    const reader = await fixture.member();
    const task = await fixture.send(unionid, reader.department, { msg_type: "text", text_content: "键盘撤回" });
    await operator(fixture, page, `sender:${unionid}`);
    await page.goto(`${fixture.url}/console`);
    await press(page, "键盘撤回");
    await page.waitForURL(`**/console/sends/${unionid}/${task}`);
    await press(page, "撤回");
    await press(page, "确认撤回");
    await page.getByText("已撤回。").waitFor();
  },
  "a send is prepared, approved by another and sent, by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("审批后台");
    const reader = await fixture.member();
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/drafts/${unionid}/rules`);
    await page.locator("input[name=approval][value=console]").focus();
    await page.keyboard.press("Space");
    await press(page, "保存");
    await page.getByText("已保存。").waitFor();
    await forgetSession(page);
    const sender = await operator(fixture, page, `sender:${unionid}`);
    await page.goto(`${fixture.url}/console/drafts`);
    await press(page, "新建群发");
    await page.waitForURL(`**/console/drafts/${unionid}/*`);
    const path = new URL(page.url()).pathname;
    await page.getByLabel("文本", { exact: true }).focus();
    await page.keyboard.type("周五团建");
    await press(page, "保存");
    await page.locator(".thread").getByText("周五团建").waitFor();
    await page.getByLabel("成员 ID").focus();
    await page.keyboard.type(reader.userid);
    await press(page, "保存");
    await page.getByText("所选 1 人中，1 人将收到").waitFor();
    await page.locator("#review").getByText("提交审批").focus();
    await page.keyboard.press("Enter");
    await page.getByText("已提交审批。").waitFor();
    await forgetSession(page);
    await operator(fixture, page, `approver:${unionid}`);
    await page.goto(`${fixture.url}/console`);
    await press(page, "周五团建");
    await page.waitForURL(`**${path}`);
    await page.getByLabel("驳回原因").focus();
    await press(page, "通过");
    await page.getByText("已处理。").waitFor();
    await forgetSession(page);
    await signIn(fixture, page, sender, path);
    await page.locator("#send summary").focus();
    await page.keyboard.press("Enter");
    await press(page, "发送");
    await page.waitForURL(`**/console/sends/${unionid}/*`);
    await forgetSession(page);
    await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
    await page.getByText("周五团建").waitFor();
  },
  "lists are walked by single keys, and Escape returns to the row": async (fixture, page) => {
    const unionid = await fixture.account("按键后台");
    const reader = await fixture.member();
    for (const text of ["第一条", "第二条", "第三条"]) {
      await fixture.send(unionid, reader.department, { msg_type: "text", text_content: text });
    }
    await operator(fixture, page, `sender:${unionid}`);
    await page.goto(`${fixture.url}/console/sends`);
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press("j");
    assert.match(await focused(), /第三条/);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    assert.match(await focused(), /第一条/, "the last row is the last");
    await page.keyboard.press("k");
    assert.match(await focused(), /第二条/);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/console/sends/${unionid}/*`);
    await page.keyboard.press("Escape");
    await page.waitForURL("**/console/sends");
    await page.waitForFunction(() => document.activeElement.textContent.includes("第二条"));
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await check(page, "the keys");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.goto(`${fixture.url}/console/drafts`);
    await page.locator("main form button.primary").click();
    await page.waitForURL(`**/console/drafts/${unionid}/*`);
    await page.keyboard.press("/");
    await page.keyboard.type("j?");
    assert.equal(await page.locator("input[name=find]").inputValue(), "j?", "keys are text in a field");
  },
  "a member who waits gets a reply by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("客服后台");
    const reader = await fixture.member();
    await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
    await page.fill("textarea", "在吗");
    await page.locator(".send").click();
    await page.locator(".message.mine").getByText("在吗").waitFor();
    await forgetSession(page);
    await operator(fixture, page, `agent:${unionid}`);
    await page.goto(`${fixture.url}/console`);
    await press(page, "客服后台");
    await page.waitForURL(`**/console/conversations?account=${unionid}`);
    await press(page, "在吗");
    await page.waitForURL(`**/console/conversations/${unionid}/*`);
    await page.getByLabel("回复").focus();
    await page.keyboard.type("在的");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator(".message.mine").getByText("在的").waitFor();
    await forgetSession(page);
    await signIn(fixture, page, reader, `/inbox/a/${unionid}`);
    await page.getByText("在的").waitFor();
  },
  "an operator chooses a password by a link": async (fixture, page) => {
    const member = await fixture.member();
    const added = execFileSync(fixture.program, ["operator", "add", member.userid, "--corp", fixture.corp, "--role", "analyst", "--data", fixture.data, "--json"]);
    const { link } = JSON.parse(added);
    await page.goto(`${fixture.url}${link}`);
    await check(page, "the form");
    await page.locator("#new").fill("correct horse battery");
    await page.locator("#again").fill("correct horse");
    await page.locator("button.primary").click();
    await page.getByRole("alert").waitFor();
    await check(page, "a refused password");
    await page.locator("#new").fill("correct horse battery");
    await page.locator("#again").fill("correct horse battery");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/console");
    await page.goto(`${fixture.url}${link}`);
    await page.getByRole("heading", { name: "链接已失效" }).waitFor();
    await page.goto(`${fixture.url}/console/audit`);
    await page.getByRole("heading", { name: "没有权限" }).waitFor();
    await check(page, "no access");
  },
};
