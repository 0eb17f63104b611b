// Members and departments in the console: imports, the tree; keyboard alone, axe.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { check } from "./accessible.mjs";
import { SCREENS, operator, press } from "./console.mjs";

/** Lines of a list. */
const lines = (count, from) => Array.from({ length: count }, (_, number) => `imp${from + number},导入${number},${13_600_000_000 + from + number},导入部,\n`).join("");

/** Chooses a file; a browser has no keys for its own dialog. */
const choose = (page, text) => page.setInputFiles("#file", { name: "新成员.csv", mimeType: "text/csv", buffer: Buffer.from(`成员 ID,姓名,手机号,所属部门,邮箱\n${text}`) });

export const people = {
  "a list is uploaded, checked and imported by keyboard alone": async (fixture, page) => {
    await operator(fixture, page, "members");
    await page.goto(`${fixture.url}/console/members`);
    await press(page, "导入成员");
    await page.waitForURL("**/console/members/import");
    await choose(page, `${lines(300, 1000)}bad,没有手机号,,导入部,\n`);
    await page.locator("#file").focus();
    await press(page, "上传并检查");
    await page.waitForURL("**/console/members/import/*");
    // The page shows the end of the check by itself.
    await page.getByText("将新增 300 人").waitFor();
    await page.getByText("手机号：手机号为空或格式不正确").waitFor();
    await press(page, "确认导入");
    await page.locator(".tag", { hasText: "已完成" }).waitFor();
    assert.equal(await page.locator(".figures [aria-current]").innerText().then((text) => text.replace(/\s+/g, " ")), "有问题 1");
    await press(page, "已新增");
    await page.getByRole("link", { name: "imp1000" }).first().waitFor();
  },
  "members and the lines of an import are paged both ways by keyboard alone, and are files": async (fixture, page) => {
    await operator(fixture, page, "members");
    await page.goto(`${fixture.url}/console/members?search=导入`);
    const first = await page.locator(".sends a").first().getAttribute("href");
    assert.equal(await page.locator("[rel=prev]").count(), 0);
    await page.locator(".pages a").first().focus();
    assert.equal(await page.evaluate(() => document.activeElement.rel), "next");
    await page.keyboard.press("Enter");
    await page.waitForURL("**after=*");
    assert.notEqual(await page.locator(".sends a").first().getAttribute("href"), first);
    await page.locator("[rel=prev]").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**before=*");
    assert.equal(await page.locator(".sends a").first().getAttribute("href"), first);
    await page.goto(`${fixture.url}/console/members/import`);
    const [imports] = await Promise.all([page.waitForEvent("download"), page.locator("section[aria-labelledby=earlier] a[download]").click()]);
    const listed = await page.locator("section[aria-labelledby=earlier] .sends > li").count();
    assert.equal(readFileSync(await imports.path(), "utf8").trimEnd().split("\r\n").length - 1, listed);
    await page.locator(".sends a", { hasText: "新增 300" }).first().click();
    await page.locator(".figures a", { hasText: "已新增" }).click();
    await page.waitForURL("**show=added");
    const line = () => page.locator(".sends .numbers").first().innerText();
    const begin = await line();
    await page.locator("[rel=next]").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**after=*");
    assert.notEqual(await line(), begin);
    await page.locator("[rel=prev]").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**before=*");
    assert.equal(await line(), begin);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "下载 CSV" }).click()]);
    assert.equal(readFileSync(await file.path(), "utf8").trimEnd().split("\r\n").length, 301);
  },
  "an import is called off": async (fixture, page) => {
    await operator(fixture, page, "members");
    await page.goto(`${fixture.url}/console/members/import`);
    await choose(page, lines(2, 5000));
    await page.getByRole("button", { name: "上传并检查" }).click();
    await page.getByText("将新增 2 人").waitFor();
    await page.locator(".confirmation summary").focus();
    await page.keyboard.press("Enter");
    await press(page, "确认取消");
    await page.getByText("没有导入任何内容。").waitFor();
  },
  "an import and a file go on when their page is left": async (fixture, page) => {
    await operator(fixture, page, "members");
    await page.goto(`${fixture.url}/console/members/import`);
    await choose(page, lines(2_000, 20_000));
    await page.getByRole("button", { name: "上传并检查" }).click();
    await page.waitForURL("**/console/members/import/*");
    const path = new URL(page.url()).pathname;
    // Left while it is checked, and while it works; the list of imports leads back.
    await page.goto(`${fixture.url}/console`);
    await page.goto(`${fixture.url}${path}`);
    await page.getByText("将新增 2000 人").waitFor();
    await page.getByRole("button", { name: "确认导入" }).click();
    await page.goto(`${fixture.url}/console/members/import`);
    await page.locator(`.sends a[href="${path}"]`).click();
    await page.waitForURL(`**${path}`);
    await page.locator(".tag", { hasText: "已完成" }).waitFor();
    await page.goto(`${fixture.url}/console/members?search=导入`);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "下载 CSV" }).click();
    await page.goto(`${fixture.url}/console`);
    const file = readFileSync(await (await download).path(), "utf8");
    assert.ok(file.trim().split("\r\n").length > 2_000, "it has all lines");
  },
  "axe finds nothing on the pages of an import": async (fixture, page) => {
    await operator(fixture, page, "members");
    await page.goto(`${fixture.url}/console/members/import`);
    await choose(page, `${lines(2, 6000)}bad,没有手机号,,导入部,\n`);
    await page.getByRole("button", { name: "上传并检查" }).click();
    await page.getByText("将新增 2 人").waitFor();
    const ready = new URL(page.url()).pathname;
    const member = await fixture.member();
    const paths = [ready, "/console/members/import", "/console/departments", `/console/departments/${member.department}`, `/console/departments/${member.department}?to=1#place`];
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      for (const path of paths) {
        await page.goto(`${fixture.url}${path}`);
        for (const summary of await page.locator("main summary").all()) await summary.click();
        await check(page, `${path}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`);
      }
    }
    await page.goto(`${fixture.url}${ready}`);
    await page.locator(".confirmation summary").click();
    await page.locator(".confirmation button").click();
  },
  "a department is added, moved up, moved below another and removed by keyboard alone": async (fixture, page) => {
    await operator(fixture, page, "members");
    await page.goto(`${fixture.url}/console/departments`);
    const names = ["键盘一", "键盘二", "键盘三"];
    const add = async (name) => {
      await page.locator("#new-name").focus();
      await page.keyboard.type(name);
      await page.keyboard.press("Enter");
      await page.getByText("已添加。").waitFor();
    };
    await add("键盘部");
    const top = new URL(page.url()).pathname;
    for (const name of names) {
      await page.goto(`${fixture.url}${top}`);
      await add(name);
    }
    const third = new URL(page.url()).pathname;
    const order = async () => (await page.locator(`.tree-rows [data-parent="${top.split("/").pop()}"] .name`).allInnerTexts()).map((text) => text.replace(/^[▾▸]\s*/, "").trim());
    assert.deepEqual(await order(), names);
    await page.getByRole("button", { name: "上移" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("已移动。").waitFor();
    assert.deepEqual(await order(), ["键盘一", "键盘三", "键盘二"]);
    // In the tree itself, Alt and an arrow move the row that has the focus.
    await page.locator(`.tree-rows a[href="${third}"]`).focus();
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Alt+ArrowUp")]);
    assert.deepEqual(await order(), ["键盘三", "键盘一", "键盘二"]);
    await page.locator("#place summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#place-target").focus();
    const wanted = await page.locator("#place-target option", { hasText: "键盘二" }).getAttribute("value");
    for (let step = 0; step < 1_000 && (await page.locator("#place-target").inputValue()) !== wanted; step++) await page.keyboard.press("ArrowDown");
    await press(page, "确认移动");
    await page.getByText("已移动。").waitFor();
    assert.deepEqual(await order(), ["键盘一", "键盘二"]);
    await page.locator("section[aria-labelledby=move] summary", { hasText: "删除部门" }).focus();
    await page.keyboard.press("Enter");
    await press(page, "确认删除");
    await page.getByText("已删除。").waitFor();
  },
  "a department is dragged to another place, and asked about below another": async (fixture, page) => {
    await operator(fixture, page, "members");
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${fixture.url}/console/departments`);
    const add = async (name) => {
      await page.fill("#new-name", name);
      await page.locator("section[aria-labelledby=below] button").click();
      await page.getByText("已添加。").waitFor();
      return new URL(page.url()).pathname;
    };
    const top = await add("拖动部");
    const one = await add("拖一");
    await page.goto(`${fixture.url}${top}`);
    const two = await add("拖二");
    const row = (path) => page.locator(`.tree-rows a[href="${path}"]`);
    await Promise.all([page.waitForNavigation(), row(two).dragTo(row(one), { targetPosition: { x: 60, y: 3 } })]);
    await page.getByText("已移动。").waitFor();
    const names = await page.locator(`.tree-rows [data-parent="${top.split("/").pop()}"] .name`).allInnerTexts();
    assert.deepEqual(names.map((text) => text.trim()), ["拖二", "拖一"]);
    await Promise.all([page.waitForNavigation(), row(two).dragTo(row(one), { targetPosition: { x: 60, y: 30 } })]);
    await page.getByText("“拖二”及其下级部门会一起移动").waitFor();
    assert.equal(await page.locator("#place-target").inputValue(), one.split("/").pop());
    await page.getByRole("button", { name: "确认移动" }).click();
    await page.getByText("已移动。").waitFor();
    assert.equal(await row(two).getAttribute("data-parent"), one.split("/").pop());
  },
};
