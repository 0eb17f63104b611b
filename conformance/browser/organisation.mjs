// Several organisations on one server: the last suite, since the others know one alone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { PASSWORD, World } from "./world.mjs";
import { watched } from "./visit.mjs";

// The second organisation, with a member and a colour.
let made;
async function second(world) {
  made ??= await (async () => {
    const run = (...command) => JSON.parse(execFileSync(world.program, [...command, "--json", "--data", world.data]));
    const { corp_id } = run("corp", "create", "--name", "第二组织", "--short-name", "second");
    run("corp", "set", "second", "--color", "#b3261e");
    const app = run("app", "create", "--corp", corp_id, "--name", "main", "--grant", "qyapi_base,qyapi_manage_addresslist");
    const answer = await fetch(`${world.url}/gettoken?appkey=${app.app_key}&appsecret=${app.app_secret}`);
    const { access_token } = await answer.json();
    const of = new World({ url: world.url, main: app }, () => access_token);
    return { world: of, member: await of.member() };
  })();
  return made;
}

async function fillIn(page, { userid }) {
  await page.getByLabel("用户 ID").fill(userid);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
}

const accent = (page) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--accent").trim());

export const organisation = {
  "the door asks for no id": async (world, page) => {
    const errors = watched(world, page);
    const { member } = await second(world);
    await page.goto(`${world.url}/inbox`);
    await page.getByLabel("组织简称").fill(" Second ");
    await page.getByRole("button", { name: "继续" }).click();
    await page.waitForURL(`${world.url}/o/second/`);
    assert.equal(await page.title(), "登录 · 第二组织");
    assert.equal(await accent(page), "#b3261e");
    await page.getByText("忘记密码？").click();
    await page.getByText("请联系你所在组织的管理员").waitFor();
    await page.getByLabel("密码").fill(PASSWORD);
    await page.getByRole("button", { name: "显示" }).click();
    assert.equal(await page.getByLabel("密码").inputValue(), PASSWORD);
    assert.equal(await page.getByLabel("密码").getAttribute("type"), "text");
    await fillIn(page, member);
    await page.waitForURL(`${world.url}/inbox`);
    assert.equal(await page.title(), "消息 · 第二组织");
    assert.deepEqual(errors, []);
  },

  "one organisation at a time": async (world, page) => {
    const [first, { member }] = [await world.member(), await second(world)];
    await page.goto(`${world.url}/o/ceshizuzhi/`);
    await fillIn(page, first);
    await page.waitForURL(`${world.url}/inbox`);
    await page.goto(`${world.url}/o/second/me`);
    await page.getByRole("heading", { name: "要登录“第二组织”吗？" }).waitFor();
    await page.getByRole("link", { name: "留在“测试组织”" }).click();
    await page.waitForURL(`${world.url}/inbox`);
    await page.goBack();
    await page.getByRole("button", { name: "退出“测试组织”并继续" }).click();
    await page.getByLabel("用户 ID").waitFor();
    await fillIn(page, member);
    await page.waitForURL(`${world.url}/me`);
    await page.getByRole("heading", { name: `员工${member.userid}` }).waitFor();
  },

  "another password": async (world, page) => {
    const errors = watched(world, page);
    const { world: of } = await second(world);
    const member = await of.member();
    await page.goto(`${world.url}/o/second/me/password`);
    await fillIn(page, member);
    await page.waitForURL(`${world.url}/me/password`);
    await page.getByLabel("当前密码").fill(PASSWORD);
    for (const label of ["新密码", "确认新密码"]) await page.getByLabel(label, { exact: true }).fill("七弦琴 与 编钟");
    await page.getByRole("button", { name: "修改密码" }).click();
    await page.getByText("密码已修改").waitFor();
    await page.getByText("本设备").waitFor();
    await page.getByRole("button", { name: "退出登录" }).click();
    // The browser knows its organisation.
    await page.waitForURL(`${world.url}/o/second/`);
    assert.deepEqual(errors, []);
  },
};
