// Keyboard and screen readers.
import assert from "node:assert/strict";
import { hasFocus, signIn } from "./helpers.mjs";

const path = (unionid) => `/inbox/a/${encodeURIComponent(unionid)}`;

// Creates a conversation with a card and a menu.
async function conversation(fixture, name) {
  const [member, unionid] = [await fixture.member(), await fixture.account(name)];
  const article = await fixture.article(unionid, "要闻");
  const task = await fixture.send(unionid, member.department, { msg_type: "news_card", media_id: await fixture.card(unionid, [article]) });
  const button = [
    { name: "更多", sub_button: [{ name: "甲", type: "view", url: "https://example.com/1" }, { name: "乙", type: "view", url: "https://example.com/2" }] },
    { name: "官网", type: "view", url: "https://example.com/" },
  ];
  await fixture.call("/topapi/serviceaccount/menu/update", { unionid, menu: { enable_input: false, status: 0, button } });
  return { member, unionid, task, article };
}

export const keyboard = {
  "from the sign-in to an article": async (fixture, page) => {
    const { member, unionid, task } = await conversation(fixture, "键盘");
    await page.goto(`${fixture.url}/inbox`);
    await page.getByLabel("用户 ID").focus();
    await page.keyboard.type(member.userid);
    await page.keyboard.press("Tab");
    await hasFocus(page.getByLabel("密码"));
    await page.keyboard.type("钟声 carillon");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${fixture.url}/inbox`);
    await page.keyboard.press("Tab");
    await hasFocus(page.getByRole("link", { name: "跳到内容" }));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await hasFocus(page.locator("a.row").first());
    assert.equal(await page.locator("a.row").first().getAttribute("data-unionid"), unionid);
    await page.keyboard.press("Enter");
    await page.locator(`[data-id="${task}"]`).waitFor();
    // A conversation opens at the first unread message.
    await page.waitForFunction(() => document.activeElement.matches(".unread-from"));
    await page.keyboard.press("Tab");
    await hasFocus(page.getByRole("link", { name: "要闻" }));
    await page.keyboard.press("Tab");
    await hasFocus(page.locator(".menu summary"));
    await page.keyboard.press("Shift+Tab");
    await hasFocus(page.getByRole("link", { name: "要闻" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "要闻" }).waitFor();
  },

  "the focus order of a conversation": async (fixture, page) => {
    const { member, unionid } = await conversation(fixture, "顺序");
    await signIn(fixture, page, member, path(unionid));
    // Without unread messages, the focus starts at the top of the page.
    await page.reload();
    for (const name of ["跳到内容", "返回消息列表", "在“顺序”中搜索", "服务号介绍", "要闻", "更多", "官网"]) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.innerText.trim());
      assert.equal(focused.split("\n")[0], name);
    }
  },

  "the menu": async (fixture, page) => {
    const { member, unionid } = await conversation(fixture, "键盘菜单");
    await signIn(fixture, page, member, path(unionid));
    const parent = page.locator(".menu summary");
    await parent.focus();
    assert.equal(await parent.getAttribute("aria-expanded"), "false");
    await page.keyboard.press("Enter");
    // The `toggle` event comes shortly after the key.
    await page.locator(".menu summary[aria-expanded=true]").waitFor();
    await page.keyboard.press("ArrowDown");
    await hasFocus(page.getByRole("link", { name: "甲" }));
    await page.keyboard.press("ArrowUp");
    await hasFocus(page.getByRole("link", { name: "乙" }));
    await page.keyboard.press("Escape");
    await hasFocus(parent);
    assert.equal(await page.getByRole("link", { name: "甲" }).isVisible(), false);
    await page.keyboard.press("ArrowRight");
    await hasFocus(page.getByRole("link", { name: "官网" }));
  },

  "the focus is not lost when a message is recalled": async (fixture, page) => {
    const { member, unionid, task } = await conversation(fixture, "焦点");
    await signIn(fixture, page, member, path(unionid));
    await page.getByRole("link", { name: "要闻" }).focus();
    await fixture.recall(unionid, task);
    await page.locator(".note").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.className), "note");
  },

  "everything has a name for screen readers": async (fixture, page) => {
    const { member, unionid, task, article } = await conversation(fixture, "名称");
    await page.goto(`${fixture.url}/sign-in`);
    await assertNamed(page);
    await signIn(fixture, page, member);
    for (const to of ["/inbox", path(unionid), `${path(unionid)}/profile`, "/inbox/a/nobody", "/inbox/search?q=要闻", "/nowhere", article.url.slice(fixture.url.length)]) {
      await page.goto(`${fixture.url}${to}`);
      await assertNamed(page);
    }
    await page.goto(`${fixture.url}${path(unionid)}`);
    await fixture.recall(unionid, task);
    const announced = page.getByRole("status").filter({ hasText: "一条消息已撤回" });
    await announced.first().waitFor({ state: "attached" });
  },
};

// Checks the accessibility tree: every control, image and heading has a name, and there is one main part and one first heading.
async function assertNamed(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const visible = nodes.filter((node) => !node.ignored);
  const roles = new Set(["link", "button", "textbox", "image", "heading", "navigation", "DisclosureTriangle", "region"]);
  const nameless = visible.filter((node) => roles.has(node.role.value) && !node.name?.value.trim());
  assert.deepEqual(nameless.map((node) => node.role.value), [], page.url());
  assert.equal(visible.filter((node) => node.role.value === "main").length, 1, `main of ${page.url()}`);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `first heading of ${page.url()}`);
  await session.detach();
}
