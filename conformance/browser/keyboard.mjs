// Without a pointer, and without eyes.
import assert from "node:assert/strict";
import { hasFocus, signIn } from "./visit.mjs";

const path = (unionid) => `/inbox/a/${encodeURIComponent(unionid)}`;

// A conversation with a card in it, and a menu.
async function talk(world, name) {
  const [member, unionid] = [await world.member(), await world.account(name)];
  const article = await world.article(unionid, "要闻");
  const task = await world.send(unionid, member.department, { msg_type: "news_card", media_id: await world.card(unionid, [article]) });
  const button = [
    { name: "更多", sub_button: [{ name: "甲", type: "view", url: "https://example.com/1" }, { name: "乙", type: "view", url: "https://example.com/2" }] },
    { name: "官网", type: "view", url: "https://example.com/" },
  ];
  await world.call("/topapi/serviceaccount/menu/update", { unionid, menu: { enable_input: false, status: 0, button } });
  return { member, unionid, task, article };
}

export const keyboard = {
  "the way from the sign-in to an article": async (world, page) => {
    const { member, unionid, task } = await talk(world, "键盘");
    await page.goto(`${world.url}/inbox`);
    await page.getByLabel("用户 ID").focus();
    await page.keyboard.type(member.userid);
    await page.keyboard.press("Tab");
    await hasFocus(page.getByLabel("密码"));
    await page.keyboard.type("钟声 carillon");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${world.url}/inbox`);
    await page.keyboard.press("Tab");
    await hasFocus(page.getByRole("link", { name: "跳到内容" }));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await hasFocus(page.locator("a.row").first());
    assert.equal(await page.locator("a.row").first().getAttribute("data-unionid"), unionid);
    await page.keyboard.press("Enter");
    await page.locator(`[data-id="${task}"]`).waitFor();
    // A conversation opens where what is unread begins.
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

  "a conversation in its order": async (world, page) => {
    const { member, unionid } = await talk(world, "顺序");
    await signIn(world, page, member, path(unionid));
    // Once nothing is unread, a page begins at its top.
    await page.reload();
    for (const name of ["跳到内容", "返回消息列表", "在“顺序”中搜索", "服务号介绍", "要闻", "更多", "官网"]) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.innerText.trim());
      assert.equal(focused.split("\n")[0], name);
    }
  },

  "the menu": async (world, page) => {
    const { member, unionid } = await talk(world, "键盘菜单");
    await signIn(world, page, member, path(unionid));
    const parent = page.locator(".menu summary");
    await parent.focus();
    assert.equal(await parent.getAttribute("aria-expanded"), "false");
    await page.keyboard.press("Enter");
    // Told by an event of its own, a moment after the key.
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

  "the focus is not lost when a message is recalled": async (world, page) => {
    const { member, unionid, task } = await talk(world, "焦点");
    await signIn(world, page, member, path(unionid));
    await page.getByRole("link", { name: "要闻" }).focus();
    await world.recall(unionid, task);
    await page.locator(".note").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.className), "note");
  },

  "everything has a name and a place": async (world, page) => {
    const { member, unionid, task, article } = await talk(world, "名称");
    await page.goto(`${world.url}/sign-in`);
    await named(page);
    await signIn(world, page, member);
    for (const to of ["/inbox", path(unionid), `${path(unionid)}/profile`, "/inbox/a/nobody", "/inbox/search?q=要闻", "/nowhere", article.url.slice(world.url.length)]) {
      await page.goto(`${world.url}${to}`);
      await named(page);
    }
    await page.goto(`${world.url}${path(unionid)}`);
    await world.recall(unionid, task);
    const said = page.getByRole("status").filter({ hasText: "一条消息已撤回" });
    await said.first().waitFor({ state: "attached" });
  },
};

// As the browser tells a screen reader: whatever can be used or seen has a name; one main part, one first heading.
async function named(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const shown = nodes.filter((node) => !node.ignored);
  const roles = new Set(["link", "button", "textbox", "image", "heading", "navigation", "DisclosureTriangle", "region"]);
  const nameless = shown.filter((node) => roles.has(node.role.value) && !node.name?.value.trim());
  assert.deepEqual(nameless.map((node) => node.role.value), [], page.url());
  assert.equal(shown.filter((node) => node.role.value === "main").length, 1, `main of ${page.url()}`);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `first heading of ${page.url()}`);
  await session.detach();
}
