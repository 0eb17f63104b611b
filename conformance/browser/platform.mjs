// Pages for those who run the platform: the organisation, the server, sessions, groups, urgent messages and the first steps.
import assert from "node:assert/strict";
import { check } from "./accessible.mjs";
import { SCREENS, operator, press } from "./console.mjs";
import { signIn } from "./helpers.mjs";

// A PNG of 60 x 30 pixels.
const LOGO = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAADwAAAAeCAIAAAD/+uoYAAAANUlEQVR42u3OQQkAAAgEsGtgQRvY/28KH8JgAZaafifS0tLS0tLS0tLS0tLS0tLS0tLS0lcWiXfg/NUHrVMAAAAASUVORK5CYII=", "base64");

/** Moves the focus to an element by Tab alone. */
async function reach(page, selector) {
  for (let step = 0; step < 80; step++) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${selector} cannot be reached`);
}

export const platform = {
  "axe finds nothing on any page": async (fixture, page) => {
    const owner = await operator(fixture, page, "owner");
    const { openConversationId } = await fixture.callV1("/v1.0/carillon/groups/create", { title: "无障碍群", groupType: 3, ownerUserId: owner.userid });
    const group = `/console/groups/${encodeURIComponent(openConversationId)}`;
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console/start`);
      for (const path of ["/console/start", "/console/organisation", "/console/system", "/console/system?all", "/me", `/console/members/${owner.userid}`, "/console/groups", "/console/groups?title=nothing", group, `${group}?add=${owner.userid.slice(0, 2)}&member=nobody`, "/console/dings", "/console/audit?action=nothing"]) {
        await page.goto(`${fixture.url}${path}`);
        for (const summary of await page.locator("main summary").all()) await summary.click();
        await check(page, `${path}, ${width} px, ${scheme}, ${english ? "English" : "Chinese"}`);
      }
      await page.goto(`${fixture.url}/console/organisation`);
      await page.locator("#time_zone").fill("Europe/Paris");
      await page.locator("#organisation-form > button").click();
      await page.locator(".notice[role=alert]").waitFor();
      await check(page, `the question before a change, ${width} px, ${scheme}`);
    }
  },
  "the organisation changes by keyboard alone, after a question": async (fixture, page) => {
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/organisation`);
    const before = await page.locator("#short_name").inputValue();
    await reach(page, "#short_name");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("keyboard-name");
    await page.keyboard.press("Enter");
    await page.getByText(`/o/${before}/ 会跳转到新地址`).waitFor();
    await press(page, "我已了解，保存");
    await page.getByText("已保存。").waitFor();
    const response = await page.request.get(`${fixture.url}/o/${before}/`, { maxRedirects: 0 });
    assert.equal(response.headers().location, "/o/keyboard-name/");
    await page.locator("#short_name").fill(before);
    await page.locator("#organisation-form > button").click();
    await page.getByRole("button", { name: "我已了解，保存" }).click();
    await page.getByText("已保存。").waitFor();
    assert.equal(await page.locator("#short_name").inputValue(), before);
  },
  "the preview follows the name and the colour": async (fixture, page) => {
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/organisation`);
    const preview = page.frameLocator("iframe[data-scheme=light]");
    await page.locator("#name").fill("预览中的名字");
    await preview.getByText("预览中的名字").waitFor();
    await page.locator("[name=own_color]").check();
    await page.locator("#accent_color").fill("#b3261e");
    await page.waitForFunction(() => {
      const frame = document.querySelector("iframe[data-scheme=light]");
      const root = frame.contentDocument?.documentElement;
      return root && frame.contentWindow.getComputedStyle(root).getPropertyValue("--accent").trim() === "#b3261e";
    });
    await page.reload();
    assert.notEqual(await page.locator("#name").inputValue(), "预览中的名字", "nothing is saved");
  },
  "a logo is chosen, shown and removed": async (fixture, page) => {
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/organisation`);
    await page.setInputFiles("#logo", { name: "标志.png", mimeType: "image/png", buffer: LOGO });
    await page.getByRole("button", { name: "上传" }).click();
    await page.getByText("标志已更换。").waitFor();
    assert.equal(await page.locator(".logo-shown").evaluate((picture) => picture.naturalWidth), 60);
    await page.frameLocator("iframe[data-scheme=dark]").locator("img.logo").waitFor();
    await page.locator("summary", { hasText: "移除标志" }).focus();
    await page.keyboard.press("Enter");
    await press(page, "确认移除");
    await page.getByText("标志已移除。").waitFor();
  },
  "the state of the server is read, and its report taken along": async (fixture, page) => {
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/start`);
    const sections = page.getByRole("button", { name: "菜单" });
    if (await sections.isVisible()) await sections.click();
    await page.getByRole("link", { name: "系统", exact: true }).click();
    await page.waitForURL("**/console/system");
    await page.getByRole("heading", { name: "运行状况" }).waitFor();
    assert.equal(await page.locator(".bad").count(), 0, "everything works");
    await press(page, "全部配置项");
    await page.waitForURL("**/console/system?all#configuration");
    await page.getByText("send.max_receivers").waitFor();
    const text = await page.locator("#report-text").inputValue();
    assert.match(text, /^carillon \d/);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "下载" }).click()]);
    assert.equal(download.suggestedFilename(), "carillon-report.txt");
  },
  "other sessions are ended by keyboard alone, and an owner ends one of a member": async (fixture, page) => {
    const member = await fixture.member();
    const context = await page.context().browser().newContext({ locale: "zh-CN" });
    const other = await context.newPage();
    await signIn(fixture, other, member, "/me");
    await signIn(fixture, page, member, "/me");
    assert.equal(await page.locator(".sessions li").count(), 2);
    await page.locator(".sessions").getByText("最近使用").first().waitFor();
    await press(page, "让其他设备全部下线");
    await page.getByText("所选设备已下线。").waitFor();
    await other.goto(`${fixture.url}/me`);
    await other.getByLabel("用户 ID").waitFor();
    await other.context().clearCookies();
    await operator(fixture, other, "owner");
    await other.goto(`${fixture.url}/console/members/${member.userid}`);
    await other.locator(".sessions button").first().focus();
    await other.keyboard.press("Enter");
    await other.getByText("已结束该会话。").waitFor();
    await page.goto(`${fixture.url}/me`);
    await page.getByLabel("用户 ID").waitFor();
    await context.close();
  },
  "an urgent message is allowed, sent and confirmed, by keyboard alone": async (fixture, page) => {
    const unionid = await fixture.account("紧急通知");
    const reader = await fixture.member();
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/dings`);
    await page.locator("[name=signed]").setChecked(true);
    await page.locator("#app").selectOption(unionid);
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("已保存。").waitFor();
    await reach(page, "#users");
    await page.keyboard.type(reader.userid);
    await reach(page, "#content");
    await page.keyboard.type("请立即撤离三号楼");
    await press(page, "发送 DING");
    await press(page, "确认发送");
    await page.getByText("已发送。").waitFor();
    await page.getByRole("link", { name: /请立即撤离三号楼/ }).getByText("接收 1 · 已确认 0").waitFor();
    const context = await page.context().browser().newContext({ locale: "zh-CN" });
    const inbox = await context.newPage();
    await signIn(fixture, inbox, reader, `/inbox/a/${unionid}`);
    await inbox.getByText("请立即撤离三号楼").first().waitFor();
    await context.close();
    await page.goto(`${fixture.url}/console/dings`);
    await page.getByRole("link", { name: /请立即撤离三号楼/ }).getByText("接收 1 · 已确认 1").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/console/dings/${unionid}/*`);
    await page.getByText(reader.userid, { exact: true }).waitFor();
  },
  "a group is found and read by keyboard alone": async (fixture, page) => {
    const owner = await fixture.member();
    await fixture.callV1("/v1.0/carillon/groups/create", { title: "键盘群", groupType: 3, ownerUserId: owner.userid });
    await operator(fixture, page, "members");
    await page.goto(`${fixture.url}/console/groups`);
    await page.keyboard.press("/");
    await page.keyboard.type("键盘群");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/console/groups?title=*");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "键盘群", level: 1 }).waitFor();
    await page.getByText(owner.userid).first().waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL("**/console/groups?title=*");
    const kind = page.locator(".filters select[name=kind]");
    await kind.dispatchEvent("pointerdown");
    await kind.selectOption("1");
    await page.waitForURL("**kind=1*");
    await page.getByText("没有符合条件的结果").waitFor();
  },
  "a group is made, renamed, filled, handed over and dissolved by keyboard alone": async (fixture, page) => {
    const [owner, second, third] = [await fixture.member(), await fixture.member(), await fixture.member()];
    await operator(fixture, page, "members");
    await page.goto(`${fixture.url}/console/groups`);
    await reach(page, "#title");
    await page.keyboard.type("秋游");
    await reach(page, "#owner");
    await page.keyboard.type(owner.userid);
    await page.keyboard.press("Enter");
    await page.getByText("群已创建。").waitFor();
    await reach(page, "#title");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("秋游报名");
    await page.keyboard.press("Enter");
    await page.getByText("已保存。").waitFor();
    await page.getByRole("heading", { name: "秋游报名", level: 1 }).waitFor();
    // One member is found and ticked, another one is typed.
    await reach(page, "[name=add]");
    await page.keyboard.type(second.userid);
    await page.keyboard.press("Enter");
    await page.waitForURL("**add=*");
    await reach(page, `#add [name=user][value="${second.userid}"]`);
    await page.keyboard.press("Space");
    await reach(page, "#users");
    await page.keyboard.type(`${third.userid}`);
    await press(page, "添加到群");
    await page.getByText("已添加 2 位成员。").waitFor();
    const choose = async (member, action) => {
      await reach(page, `#members [name=user][value="${member.userid}"]`);
      await page.keyboard.press("Space");
      await press(page, action);
    };
    await choose(second, "设为管理员");
    await page.getByText("管理员已更新。").waitFor();
    await choose(third, "设为群主");
    await page.getByText("群主已更换。").waitFor();
    await choose(third, "移出群");
    await page.getByText(`群主也会离开，群主将变为员工${second.userid}（${second.userid}）。`).waitFor();
    await check(page, "the question before members leave");
    await press(page, "确认移出");
    await page.getByText("已移出 1 位成员。").waitFor();
    assert.equal(await page.locator("#members [name=user]").count(), 2);
    await page.locator(".confirmation summary").focus();
    await page.keyboard.press("Enter");
    await page.getByText("2 位成员会离开群").waitFor();
    await reach(page, "#confirm");
    await page.keyboard.type("秋游");
    await page.keyboard.press("Enter");
    await page.getByText("没有解散").waitFor();
    await page.locator(".confirmation summary").focus();
    await page.keyboard.press("Enter");
    await reach(page, "#confirm");
    await page.keyboard.type("秋游报名");
    await page.keyboard.press("Enter");
    await page.getByText("群已解散。").waitFor();
    assert.equal(await page.locator("main form button.primary").count(), 0, "nothing is left to change");
  },
  "two owners see that they changed the same settings, and decide": async (fixture, page) => {
    await operator(fixture, page, "owner");
    const unionid = await fixture.account("两位所有者");
    for (const [path, field, mine, theirs, section] of [
      ["/console/organisation", "#name", "我的组织", "对方的组织", "#organisation-form > button"],
      ["/console/dings", "#phone", unionid, "", "section[aria-labelledby=settings] button"],
    ]) {
      const other = await page.context().newPage();
      for (const one of [page, other]) await one.goto(`${fixture.url}${path}`);
      const before = await page.locator(field).inputValue();
      const fill = async (one, value) => {
        if (field === "#phone") await one.locator(field).selectOption(value);
        else await one.locator(field).fill(value);
      };
      await fill(other, theirs);
      if (path === "/console/dings") await other.locator("[name=signed]").setChecked(!(await other.locator("[name=signed]").isChecked()));
      await other.locator(section).click();
      await other.getByText("已保存。").waitFor();
      await fill(page, mine);
      await page.locator(section).click();
      await page.getByRole("alert").getByText("有人在你打开页面之后修改了这些设置").waitFor();
      assert.equal(await page.locator(field).inputValue(), mine, "what was typed is there");
      assert.ok(await page.locator(".conflict tbody tr").count() > 0);
      await check(page, `a conflict on ${path}`);
      await press(page, "放弃我的修改");
      await page.locator(".conflict").waitFor({ state: "detached" });
      assert.equal(await page.locator(field).inputValue(), theirs);
      await fill(page, before);
      await page.locator(section).click();
      await page.getByText("已保存。").waitFor();
      await other.close();
    }
  },
  "an unknown address leads back to the home of the console, also visitors": async (fixture, page) => {
    const response = await page.goto(`${fixture.url}/console/nothing`);
    assert.equal(response.status(), 404);
    await page.getByRole("heading", { name: "找不到这个页面" }).waitFor();
    await check(page, "an unknown address, without a session");
    await operator(fixture, page, "auditor");
    for (const { width, height, scheme, english } of SCREENS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.goto(`${fixture.url}/lang/${english ? "en" : "zh"}?next=/console`);
      await page.goto(`${fixture.url}/console/nothing/at/all`);
      await check(page, `an unknown address, ${width} px, ${scheme}`);
    }
    await press(page, "回到管理后台首页");
    await page.waitForURL("**/console");
  },
  "the audit trail is read and searched in words, by keyboard alone": async (fixture, page) => {
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/audit`);
    await page.keyboard.press("/");
    await page.keyboard.type("新增服务号");
    await page.keyboard.press("Enter");
    await page.waitForURL("**action=*");
    const rows = page.locator(".audit tbody tr");
    assert.ok(await rows.count() > 0);
    for (const row of await rows.all()) {
      assert.match(await row.locator("td").nth(2).innerText(), /新增服务号/);
      assert.match(await row.locator("td").nth(3).innerText(), /服务号|文件/);
    }
    await page.goto(`${fixture.url}/lang/en?next=/console/audit`);
    await page.locator(".audit").getByText("Service account").first().waitFor();
    await check(page, "the audit trail in English");
  },
  "the first steps are put away and come back, by keyboard alone": async (fixture, page) => {
    await operator(fixture, page, "owner");
    await page.goto(`${fixture.url}/console/start`);
    assert.ok(await page.locator(".first-steps .is-done").count() > 0, "what is done is ticked");
    await press(page, "收起这一页");
    await page.waitForURL("**/console");
    assert.equal(await page.locator('nav a[href="/console/start"]').count(), 0);
    await page.goto(`${fixture.url}/console/start`);
    await press(page, "在导航中显示");
    await page.locator('nav a[href="/console/start"]').first().waitFor({ state: "attached" });
  },
};
