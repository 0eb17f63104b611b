// Apps, events and calls in the console: a developer by mouse and by keyboard, axe on every page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { check } from "./accessible.mjs";
import { operator, press, SCREENS } from "./console.mjs";
import { PASSWORD } from "./fixture.mjs";
import { forgetSession } from "./helpers.mjs";

/** Creates an app by the command line, and returns its key. */
function app(fixture, name, ...grants) {
  const flags = grants.flatMap((grant) => ["--grant", grant]);
  const made = execFileSync(fixture.program, ["app", "create", "--corp", fixture.corp, "--name", name, ...flags, "--data", fixture.data, "--json"]);
  return JSON.parse(made).app_key;
}

export const developers = {
  "axe finds nothing on the pages of apps": async (fixture, page) => {
    const key = app(fixture, "无障碍", "qyapi_base");
    await operator(fixture, page, "owner");
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      for (const path of ["/console/apps", `/console/apps/${key}`]) {
        await page.goto(`${fixture.url}${path}`);
        await check(page, `${path}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`);
      }
      for (const summary of await page.locator("main summary").all()) {
        if (await summary.isVisible()) await summary.click();
      }
      await check(page, `everything opened, ${width} px`);
    }
  },
  "an app is created, granted and renewed by keyboard alone": async (fixture, page) => {
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/apps`);
    await page.locator("#name").focus();
    await page.keyboard.type("键盘应用");
    await page.locator("#password").focus();
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("密码不正确。").waitFor();
    assert.equal(await page.locator("#name").inputValue(), "键盘应用", "what was typed stays");
    await check(page, "a refused password");
    await page.locator("#password").focus();
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByText("请立即保存新密钥").waitFor();
    await check(page, "a new secret");
    const first = await page.locator(".once code").last().textContent();
    const row = page.getByRole("checkbox", { name: /qyapi_get_member\b/ }).first();
    await row.focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("已保存。").waitFor();
    assert.ok(await page.getByRole("checkbox", { name: /qyapi_get_member\b/ }).first().isChecked());
    await page.locator("#secret summary").focus();
    await page.keyboard.press("Enter");
    await press(page, "确认重置");
    await page.getByText("请立即保存新密钥").waitFor();
    assert.notEqual(await page.locator(".once code").last().textContent(), first);
  },
  "a developer sees what an owner has to do": async (fixture, page) => {
    const key = app(fixture, "有权限的应用", "qyapi_base");
    await operator(fixture, page, "developer");
    await page.goto(`${fixture.url}/console/apps/${key}`);
    await page.getByText("只有所有者能重置密钥").waitFor();
    assert.equal(await page.getByText("未授予的权限").count(), 0);
    await page.getByText("停用应用").click();
    await page.getByRole("button", { name: "确认停用" }).click();
    await page.getByText("应用已停用").waitFor();
    assert.equal(await page.getByRole("button", { name: "启用应用" }).count(), 0);
    await forgetSession(page);
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/apps/${key}`);
    await page.getByRole("button", { name: "启用应用" }).click();
    await page.getByRole("status").getByText("已保存。").waitFor();
  },
  "axe finds nothing on the pages of events": async (fixture, page) => {
    const key = app(fixture, "事件无障碍", "qyapi_get_member");
    execFileSync(fixture.program, ["subscription", "set", key, "--events", "user_*", "label_*", "--data", fixture.data]);
    await fixture.member();
    await operator(fixture, page, "owner");
    const list = `/console/events?app=${key}`;
    await page.goto(`${fixture.url}${list}`);
    const event = await page.locator(".sends a").first().getAttribute("href");
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      for (const path of [list, `${list}&state=failed`, `${list}&retry=2020-01-01T00:00`, event, `/console/events/${key}`]) {
        await page.goto(`${fixture.url}${path}`);
        await check(page, `${path}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`);
      }
      await page.locator("input[name=receiving][value=callback]").check();
      await page.locator("#aes_key").waitFor();
      await check(page, `the form of a callback, ${width} px`);
    }
  },
  "an app is subscribed, tested and its log filtered by keyboard alone": async (fixture, page) => {
    const key = app(fixture, "键盘事件", "qyapi_get_member");
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/events?app=${key}`);
    await press(page, "设置订阅");
    await page.waitForURL(`**/console/events/${key}`);
    await page.locator("#patterns").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("user_nothing");
    await page.locator("#password").focus();
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    assert.equal(await page.locator("#patterns").inputValue(), "user_nothing", "what was typed stays");
    await page.locator("#patterns").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("user_*");
    await press(page, "保存");
    await page.getByRole("status").getByText("已保存。").waitFor();
    await press(page, "发送测试事件");
    await page.waitForURL(`**/console/events/${key}/*`);
    await page.getByRole("heading", { name: "check_url" }).waitFor();
    await page.goto(`${fixture.url}/console/events?app=${key}`);
    await page.locator("select[name=kind]").focus();
    await page.keyboard.press("End");
    await press(page, "筛选");
    await page.waitForURL("**kind=check_url**");
    assert.equal(await page.locator(".sends a").count(), 1);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/console/events/${key}/*`);
  },
  "a reply address is tried by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("回复调试");
    const developer = await operator(fixture, page, "developer");
    await page.goto(`${fixture.url}/inbox/a/${unionid}`);
    await page.fill("textarea", "订单在哪");
    await page.locator(".send").click();
    await page.locator(".message.mine").getByText("订单在哪").waitFor();
    for (const { width, height, scheme } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/console/webhooks?account=${unionid}`);
      await check(page, `reply addresses, ${width} px, ${scheme}`);
    }
    await press(page, "markdown");
    await page.waitForURL("**format=markdown");
    const body = page.getByLabel("请求内容");
    await body.focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type('{"msgtype":"markdown","markdown":{"title":"键","text":"**it\'s ready**"}}');
    assert.match(await page.locator("form pre").textContent(), /it'\\''s ready/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("output").getByText(/^200 .*"errcode":0/).waitFor();
    await body.fill("{");
    await page.getByRole("button", { name: "发送" }).click();
    await page.locator("output").getByText(/"errcode":[1-9]/).waitFor();
    await page.goto(`${fixture.url}/inbox/a/${unionid}`);
    await page.getByText("it's ready").waitFor();
    assert.ok(developer.userid);
  },
};
