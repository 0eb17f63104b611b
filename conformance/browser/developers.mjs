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
};
