// The form of the reference with which operations are tried: by mouse and by keyboard, as a visitor, a developer and an owner.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { check } from "./accessible.mjs";
import { operator } from "./console.mjs";
import { PASSWORD } from "./fixture.mjs";
import { collectErrors, signIn } from "./helpers.mjs";

const LIST = "/reference/serviceaccount.list";
const SEND = "/reference/mass.send_legacy";

const form = (page) => page.locator("try-request form").first();
const answer = (page) => page.locator("[data-answer]");
const json = (page) => page.locator("[data-json]");
const curl = (page) => page.locator("code-examples pre:visible code").textContent();

/** Opens the page of an operation as an owner, and chooses the app with all permissions. */
async function asOwner(fixture, page, path) {
  const member = await operator(fixture, page, "owner");
  await page.goto(`${fixture.url}${path}`);
  await page.getByLabel("以哪个应用调用").selectOption(fixture.app.app_key);
  return member;
}

async function send(page) {
  await form(page).getByRole("button", { name: "发送" }).click();
}

/** The status that came back. */
async function status(page) {
  await answer(page).waitFor();
  return answer(page).locator("[data-part=status]").textContent();
}

/** Replaces the JSON of the body. */
async function write(page, fields) {
  if (!(await json(page).isVisible())) await page.getByText("用 JSON 编辑").click();
  await json(page).fill(JSON.stringify(fields));
}

const text = (unionid, fields) => ({ unionid, msg_type: "text", text_content: "试一试", uuid: randomUUID(), is_to_all: false, ...fields });

export const trying = {
  "try it: a visitor sees where to sign in, a member without the role why not": async (fixture, page) => {
    await page.goto(`${fixture.url}${LIST}`);
    assert.equal(await form(page).getByRole("button", { name: "发送" }).count(), 0);
    const link = page.locator(".try a", { hasText: "登录" });
    assert.match(await link.getAttribute("href"), /^\/sign-in\?.*next=%2Freference%2Fserviceaccount\.list/);
    const member = await fixture.member();
    await signIn(fixture, page, member, "/inbox");
    await page.goto(`${fixture.url}${LIST}`);
    await page.locator(".try").getByText("试用接口需要开发者角色").waitFor();
    execFileSync(fixture.program, ["operator", "add", member.userid, "--corp", fixture.corp, "--role", "auditor", "--data", fixture.data]);
    await page.reload();
    await page.locator(".try").getByText("试用接口需要开发者角色").waitFor();
  },
  "try it: an owner changes a field, sends and reads what came back, by mouse": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    await fixture.account("试用");
    await asOwner(fixture, page, LIST);
    const size = page.locator('[data-field="pageSize"] input');
    await size.fill("7");
    await page.waitForFunction(() => document.querySelector("code-examples").textContent.includes('"pageSize": 7'));
    assert.match(await json(page).inputValue(), /"pageSize": 7/, "the JSON follows the form");
    await send(page);
    assert.match(await status(page), /^HTTP 200 · [\d.]+ ms · [\d,]+ B$/);
    const tree = answer(page).locator(".tree");
    await tree.getByText('"ok"').waitFor();
    const unionid = (await tree.textContent()).match(/unionid: "([^"]+)"/)[1];
    await page.getByPlaceholder("在结果中查找").fill(unionid);
    await tree.locator(".json-line.hit").getByText(unionid).waitFor();
    assert.equal(await page.locator("[data-hits]").textContent(), "1 / 1");
    await page.getByPlaceholder("在结果中查找").fill("此处没有");
    await page.locator("[data-hits]").getByText("没有找到").waitFor();
    await answer(page).getByText("响应头").click();
    assert.match(await answer(page).locator("[data-part=headers]").textContent(), /content-type: application\/json/);
    await answer(page).getByText("curl", { exact: true }).click();
    const command = await answer(page).locator("[data-part=curl]").textContent();
    assert.ok(command.startsWith("curl '") && command.includes("access_token=ACCESS_TOKEN") && command.includes('"pageSize": 7'), command);
    assert.ok(!(await page.content()).includes(fixture.token()), "the token stays in the server");
    await page.getByRole("button", { name: "恢复示例" }).click();
    assert.notEqual(await size.inputValue(), "7");
    await check(page, "an answer");
    assert.deepEqual(errors, []);
  },
  "try it: by keyboard alone, on a small screen, light and dark": async (fixture, page) => {
    await asOwner(fixture, page, "/reference/serviceaccount.get");
    for (const scheme of ["light", "dark"]) {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.locator('[data-field="unionid"] input').focus();
      await page.keyboard.press("Control+A");
      await page.keyboard.type("nothingiE");
      await page.keyboard.press("Enter");
      assert.match(await status(page), /^HTTP 200/);
      await page.locator(".why [data-reasons] p").first().waitFor();
      assert.match(await curl(page), /nothingiE/);
      const link = page.locator(".why a").first();
      assert.match(await link.getAttribute("href"), /^\/console\/calls\/\w+$/);
      await check(page, `a refused call, ${scheme}`);
    }
    await page.locator(".why a").first().press("Enter");
    await page.waitForURL("**/console/calls/*");
  },
  "try it: what an app lacks is explained, with a link to the permission": async (fixture, page) => {
    const made = execFileSync(fixture.program, ["app", "create", "--corp", fixture.corp, "--name", "空", "--data", fixture.data, "--json"]);
    const bare = JSON.parse(made).app_key;
    await operator(fixture, page, "developer");
    await page.goto(`${fixture.url}${LIST}`);
    const apps = page.getByLabel("以哪个应用调用");
    assert.ok(await apps.locator(`option[value="${fixture.app.app_key}"]`).evaluate((option) => option.disabled), "it has permissions");
    await apps.selectOption(bare);
    await send(page);
    await answer(page).locator(".tree").getByText('"60011"', { exact: true }).waitFor();
    await page.locator('.why a[href="/reference/permissions#qyapi_service_account_manage"]').click();
    await page.waitForURL("**/reference/permissions#qyapi_service_account_manage");
  },
  "try it: lists and objects come and go, and the JSON and the form are in step": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    await page.goto(`${fixture.url}${SEND}`);
    const users = page.locator('[data-field="userid_list"]');
    assert.equal(await users.locator("[data-item]").count(), 2, "those of the example");
    await users.getByRole("button", { name: "添加 userid_list" }).click();
    await page.keyboard.type("zoe");
    await page.getByText("用 JSON 编辑").click();
    const fields = async () => JSON.parse(await json(page).inputValue());
    assert.deepEqual((await fields()).userid_list, ["user01", "user02", "zoe"]);
    await users.getByRole("button", { name: "移除 userid_list" }).first().click();
    assert.deepEqual((await fields()).userid_list, ["user02", "zoe"]);
    assert.match(await curl(page), /"zoe"/);
    const body = page.locator('[data-field="msg_body"]');
    await body.locator("> [data-remove]").click();
    assert.equal((await fields()).msg_body, undefined);
    await body.locator("> [data-add]").click();
    await body.locator('[data-field="markdown"]').first().getByRole("button", { name: "添加 markdown" }).click();
    await page.keyboard.type("标题");
    assert.deepEqual((await fields()).msg_body, { markdown: { title: "标题" } });
    // Other fields, and numbers that a script would round, stay as they are.
    await json(page).fill('{"unionid":"a","is_to_all":true,"dep_id_list":[9007199254740993],"else":null,"text_content":""}');
    assert.equal(await page.locator('[data-field="is_to_all"] select').inputValue(), "true");
    assert.equal(await users.locator("[data-item]").count(), 0);
    await page.locator('[data-field="unionid"] input').fill("b");
    const written = await json(page).inputValue();
    for (const part of ['"unionid": "b"', "9007199254740993", '"else": null', '"text_content": ""']) assert.ok(written.includes(part), `${part} in ${written}`);
    await json(page).fill("{");
    await page.getByText("不是 JSON 对象").waitFor();
    assert.equal(await json(page).getAttribute("aria-invalid"), "true");
    await check(page, "JSON that is none");
    assert.deepEqual(errors, []);
  },
  "try it: a send says whom it reaches, and asks; only me comes first": async (fixture, page) => {
    const unionid = await fixture.account("触达");
    const other = await fixture.member();
    const me = await asOwner(fixture, page, SEND);
    await write(page, text(unionid, { userid_list: [me.userid, other.userid] }));
    await send(page);
    const dialog = page.locator("[data-reach]");
    await dialog.getByText("这次调用会触达 2 名成员。").waitFor();
    await check(page, "the question");
    assert.ok(await dialog.getByLabel("只发给我自己").isChecked());
    await dialog.getByRole("button", { name: "取消" }).click();
    assert.equal(await answer(page).isVisible(), false, "nothing was sent");
    await send(page);
    await dialog.getByRole("button", { name: "发送" }).click();
    await answer(page).locator(".tree").getByText("task_id").waitFor();
    assert.deepEqual(JSON.parse(await json(page).inputValue()).userid_list, [me.userid], "the form has what was sent");
    await write(page, text(unionid, { userid_list: [me.userid, other.userid] }));
    await send(page);
    await dialog.getByLabel("全部 2 名成员").check();
    await page.keyboard.press("Enter");
    await page.waitForFunction((userid) => document.querySelector("[data-part=curl]").textContent.includes(userid), other.userid);
    assert.match(await answer(page).locator(".tree").textContent(), /task_id/);
  },
  "try it: a send to everybody needs the password once more": async (fixture, page) => {
    const unionid = await fixture.account("所有人");
    await asOwner(fixture, page, SEND);
    await write(page, text(unionid, { is_to_all: true }));
    await send(page);
    await page.locator("[data-reach]").getByLabel(/全部 \d+ 名成员/).check();
    await page.locator("[data-reach]").getByRole("button", { name: "发送" }).click();
    const dialog = page.locator("[data-password]");
    await dialog.getByLabel("你的密码").fill("wrong");
    await check(page, "the second sign-in");
    await page.keyboard.press("Enter");
    await dialog.getByText("密码不对，请重试。").waitFor();
    await dialog.getByLabel("你的密码").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await answer(page).locator(".tree").getByText("task_id").waitFor();
  },
  "try it: a file is uploaded, and an operation of operators called with the own session": async (fixture, page) => {
    await asOwner(fixture, page, "/reference/credentials.media_upload");
    await send(page);
    await page.locator("[data-state]").getByText("请先选择文件。").waitFor();
    const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");
    await page.locator('[data-kind="file"] input').setInputFiles({ name: "图.gif", mimeType: "image/gif", buffer: gif });
    await page.waitForFunction(() => document.querySelector("code-examples").textContent.includes("图.gif"));
    await page.locator('[data-field="type"]').locator("select, input").first().evaluate((control) => {
      control.value = control.matches("select") ? JSON.stringify("image") : "image";
      control.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await send(page);
    await answer(page).locator(".tree").getByText("media_id").waitFor();
    await page.goto(`${fixture.url}/reference/carillon.operator_list`);
    assert.equal(await page.getByLabel("以哪个应用调用").count(), 0);
    await send(page);
    assert.match(await status(page), /^HTTP 200/);
  },
  "events and quotas of an operation lead to each other": async (fixture, page) => {
    await page.goto(`${fixture.url}/reference/contacts.user_create`);
    await page.locator('section a[href="/reference/events/user_add_org"]').click();
    await page.waitForURL("**/reference/events/user_add_org");
    await page.locator('section a[href="/reference/contacts.user_create"]').click();
    await page.waitForURL("**/reference/contacts.user_create");
    await page.goto(`${fixture.url}${SEND}`);
    const row = page.getByRole("row", { name: /send\.max_receivers/ });
    assert.match(await row.textContent(), /100000/);
  },
};
