// Several organisations on one server. This suite is the last one, because the others need a single organisation.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { PASSWORD, Fixture } from "./fixture.mjs";
import { collectErrors } from "./helpers.mjs";

// The second organisation, with a member and a colour.
let created;
async function second(fixture) {
  created ??= await (async () => {
    const run = (...command) => JSON.parse(execFileSync(fixture.program, [...command, "--json", "--data", fixture.data]));
    const { corp_id } = run("corp", "create", "--name", "第二组织", "--short-name", "second");
    run("corp", "set", "second", "--color", "#b3261e");
    const app = run("app", "create", "--corp", corp_id, "--name", "main", "--grant", "qyapi_base,qyapi_manage_addresslist");
    const response = await fetch(`${fixture.url}/gettoken?appkey=${app.app_key}&appsecret=${app.app_secret}`);
    const { access_token } = await response.json();
    const of = new Fixture({ url: fixture.url, main: app }, () => access_token);
    return { fixture: of, member: await of.member() };
  })();
  return created;
}

async function fillIn(page, { userid }) {
  await page.getByLabel("用户 ID").fill(userid);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
}

const accent = (page) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--accent").trim());

export const organisation = {
  "the entry page asks for no id": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    const { member } = await second(fixture);
    await page.goto(`${fixture.url}/inbox`);
    await page.getByLabel("组织简称").fill(" Second ");
    await page.getByRole("button", { name: "继续" }).click();
    await page.waitForURL(`${fixture.url}/o/second/`);
    assert.equal(await page.title(), "登录 · 第二组织");
    assert.equal(await accent(page), "#b3261e");
    await page.getByText("忘记密码？").click();
    await page.getByText("请联系你所在组织的管理员").waitFor();
    await page.getByLabel("密码").fill(PASSWORD);
    await page.getByRole("button", { name: "显示" }).click();
    assert.equal(await page.getByLabel("密码").inputValue(), PASSWORD);
    assert.equal(await page.getByLabel("密码").getAttribute("type"), "text");
    await fillIn(page, member);
    await page.waitForURL(`${fixture.url}/inbox`);
    assert.equal(await page.title(), "消息 · 第二组织");
    assert.deepEqual(errors, []);
  },

  "one organisation at a time": async (fixture, page) => {
    const [first, { member }] = [await fixture.member(), await second(fixture)];
    await page.goto(`${fixture.url}/o/ceshizuzhi/`);
    await fillIn(page, first);
    await page.waitForURL(`${fixture.url}/inbox`);
    await page.goto(`${fixture.url}/o/second/me`);
    await page.getByRole("heading", { name: "要登录“第二组织”吗？" }).waitFor();
    await page.getByRole("link", { name: "留在“测试组织”" }).click();
    await page.waitForURL(`${fixture.url}/inbox`);
    await page.goBack();
    await page.getByRole("button", { name: "退出“测试组织”并继续" }).click();
    await page.getByLabel("用户 ID").waitFor();
    await fillIn(page, member);
    await page.waitForURL(`${fixture.url}/me`);
    await page.getByRole("heading", { name: `员工${member.userid}` }).waitFor();
  },

  "changing the password": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    const { fixture: of } = await second(fixture);
    const member = await of.member();
    await page.goto(`${fixture.url}/o/second/me/password`);
    await fillIn(page, member);
    await page.waitForURL(`${fixture.url}/me/password`);
    await page.getByLabel("当前密码").fill(PASSWORD);
    for (const label of ["新密码", "确认新密码"]) await page.getByLabel(label, { exact: true }).fill("七弦琴 与 编钟");
    await page.getByRole("button", { name: "修改密码" }).click();
    await page.getByText("密码已修改").waitFor();
    await page.getByText("本设备").waitFor();
    await page.getByRole("button", { name: "退出登录" }).click();
    // The browser remembers the organisation.
    await page.waitForURL(`${fixture.url}/o/second/`);
    assert.deepEqual(errors, []);
  },
};
