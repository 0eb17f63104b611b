// Accounts in the console: the menu with its preview, what a change takes away, and lists; by mouse, by keyboard and without script.
import assert from "node:assert/strict";
import { check } from "./accessible.mjs";
import { operator, press, SCREENS } from "./console.mjs";
import { collectErrors, forgetSession, signIn } from "./helpers.mjs";

const menuOf = (button) => ({ button, enable_input: true, status: 0 });
const link = (name) => ({ name, type: "view", url: "https://example.com/" });

async function withMenu(fixture, name, buttons) {
  const unionid = await fixture.account(name);
  await fixture.call("/topapi/serviceaccount/menu/update", { unionid, menu: menuOf(buttons) });
  return unionid;
}

const preview = (page) => page.locator("[data-menu-preview] nav");

export const accounts = {
  "axe finds nothing on the pages of accounts": async (fixture, page) => {
    const unionid = await withMenu(fixture, "菜单后台", [{ name: "更多", sub_button: [link("官网"), link("地图")] }, link("班车")]);
    const member = await fixture.member();
    await operator(fixture, page, "owner");
    const errors = collectErrors(fixture, page);
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      const name = `${width} px, ${scheme}, ${english ? "English" : "Chinese"}`;
      for (const path of ["/console/accounts", "/console/accounts?search=nothing&status=disabled", "/console/operators?role=owner", "/console/operators?search=nobody", "/console/apps?search=a", "/console/audit", "/console/departments"]) {
        await page.goto(`${fixture.url}${path}`);
        await check(page, `${path}, ${name}`);
      }
      await page.goto(`${fixture.url}/console/accounts/${unionid}?try=x#menu`);
      await preview(page).locator("summary").first().click();
      await check(page, `the preview with an open button, ${name}`);
      await page.locator("#blocked textarea").fill(member.userid);
      await page.locator("#blocked button.primary").click();
      await page.locator("#blocked .losses").waitFor();
      assert.ok(await page.locator("#blocked .losses").evaluate((element) => element === document.activeElement), "what is lost has the focus");
      await check(page, `what a change takes away, ${name}`);
    }
    // The answer to a form that has to be confirmed is 422.
    assert.deepEqual(errors.filter((error) => !error.includes("422")), []);
  },
  "the preview follows what is typed, and a lost entry is confirmed": async (fixture, page) => {
    const unionid = await withMenu(fixture, "鼠标菜单", [link("官网"), link("班车")]);
    await operator(fixture, page, `editor:${unionid}`);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${fixture.url}/console/accounts/${unionid}`);
    await preview(page).getByText("班车").waitFor();
    const rows = page.locator("#menu .row");
    await rows.nth(1).locator("[name=label]").fill("食堂");
    await preview(page).getByText("食堂").waitFor();
    assert.equal(await preview(page).getByText("班车").count(), 0);
    // A row below opens from its button, as in the inbox.
    await rows.nth(1).locator("[name=level]").selectOption("1");
    await preview(page).locator("summary").getByText("官网").click();
    await preview(page).getByText("食堂").waitFor();
    await rows.nth(1).locator("[name=value]").fill("no address");
    await page.locator(".menu-phone .notice").getByText("食堂").waitFor();
    await rows.nth(1).locator("[name=value]").fill("https://example.com/food");
    await page.locator(".menu-phone .notice").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "添加一行" }).click();
    const last = rows.last();
    await last.locator("[name=label]").fill("新行");
    await last.locator("[name=value]").fill("https://example.com/new");
    await preview(page).getByText("新行").waitFor();
    for (let step = 0; step < 3; step++) await last.getByRole("button", { name: "上移" }).click().catch(() => {});
    await page.getByRole("button", { name: "保存 菜单" }).click();
    await page.locator("#menu .losses").getByText("班车").waitFor();
    await page.locator("#menu .losses button").click();
    await page.waitForURL("**?done=saved#menu");
    await preview(page).getByText("新行").waitFor();
    const member = await fixture.member();
    await forgetSession(page);
    await signIn(fixture, page, member, `/inbox/a/${unionid}`);
    await page.locator("form.menu summary").getByText("官网").click();
    await page.locator("form.menu").getByText("食堂").waitFor();
  },
  "a menu is ordered and saved by keyboard alone": async (fixture, page) => {
    const unionid = await withMenu(fixture, "键盘菜单", [link("官网"), link("班车")]);
    await operator(fixture, page, `editor:${unionid}`);
    await page.goto(`${fixture.url}/console/accounts/${unionid}`);
    const first = page.locator("#menu .row").first();
    await first.locator("[name=label]").focus();
    await page.keyboard.press("Alt+ArrowDown");
    await page.waitForFunction(() => document.querySelector("[data-menu-preview] nav li").textContent.trim() === "班车");
    assert.equal(await page.evaluate(() => document.activeElement.value), "官网", "the focus stays in the row");
    assert.match(await page.locator("[data-announce]").textContent(), /2$/);
    await page.keyboard.press("End");
    await page.keyboard.type("首页");
    await preview(page).getByText("官网首页").waitFor();
    await press(page, "保存");
    await page.locator("#menu .losses").waitFor();
    await press(page, "仍然保存");
    await page.waitForURL("**?done=saved#menu");
    assert.deepEqual(await page.locator("#menu [name=label]").evaluateAll((fields) => fields.map((one) => one.value).filter(Boolean)), ["班车", "官网首页"]);
    await page.locator("[name=try]").focus();
    await page.keyboard.type("你好");
    await page.keyboard.press("Enter");
    await page.getByText("没有匹配的规则").waitFor();
  },
  "without script the preview shows what was saved": async (fixture, page) => {
    const unionid = await withMenu(fixture, "无脚本菜单", [{ name: "更多", sub_button: [link("官网")] }]);
    await operator(fixture, page, `editor:${unionid}`);
    const state = await page.context().storageState();
    const context = await page.context().browser().newContext({ javaScriptEnabled: false, locale: "zh-CN", storageState: state });
    const plain = await context.newPage();
    await plain.goto(`${fixture.url}/console/accounts/${unionid}`);
    await plain.locator("#menu [name=label]").nth(1).fill("地图");
    await plain.locator("#menu button.primary").click();
    await plain.locator("#menu .losses button").click();
    await plain.waitForURL("**?done=saved#menu");
    await preview(plain).locator("summary").click();
    await preview(plain).getByText("地图").waitFor();
    await context.close();
  },
  "two editors see that they changed the same menu": async (fixture, page) => {
    const unionid = await withMenu(fixture, "两人菜单", [link("官网")]);
    await operator(fixture, page, `editor:${unionid}`);
    await page.goto(`${fixture.url}/console/accounts/${unionid}`);
    await fixture.call("/topapi/serviceaccount/menu/update", { unionid, menu: menuOf([link("官网"), link("别人的")]) });
    await page.locator("#menu [name=label]").nth(1).fill("我的");
    await page.locator("#menu [name=value]").nth(1).fill("https://example.com/mine");
    await page.locator("#menu button.primary").click();
    await page.getByRole("alert").getByText("有人在你打开页面之后修改").waitFor();
    assert.equal(await page.locator("#menu [name=label]").nth(1).inputValue(), "我的");
    await check(page, "a conflict");
  },
};
