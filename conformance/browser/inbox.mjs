// The inbox of a member.
import assert from "node:assert/strict";
import { fillIn, picturesArrive, signIn, withoutReload, collectErrors } from "./helpers.mjs";

const at = (unionid) => `/inbox/a/${encodeURIComponent(unionid)}`;
const row = (page, unionid) => page.locator(`a.row[data-unionid="${unionid}"]`);
const message = (page, task) => page.locator(`[data-id="${task}"]`);

export const inbox = {
  "signing in": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    const member = await fixture.member();
    await page.goto(`${fixture.url}/inbox`);
    await page.getByLabel("用户 ID").fill(member.userid);
    await page.getByLabel("密码").fill("wrong");
    errors.length = 0;
    await page.getByRole("button", { name: "登录" }).click();
    assert.match(await page.getByRole("alert").innerText(), /密码不正确/);
    assert.equal(await page.getByLabel("用户 ID").inputValue(), member.userid, "it is kept in the form");
    // Only the status 401 may be in the console.
    assert.deepEqual(errors.splice(0).filter((error) => !error.includes("401")), []);
    await signIn(fixture, page, member);
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "消息");
    assert.deepEqual(errors, []);
  },

  "a card sent by an official client is read, and counted for its sender": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    const [member, unionid] = [await fixture.member(), await fixture.account("主要工作")];
    const articles = [await fixture.article(unionid, "头条"), await fixture.article(unionid, "次条")];
    const card = await fixture.card(unionid, articles);
    await signIn(fixture, page, member, at(unionid));
    let task;
    await withoutReload(page, async () => {
      task = await fixture.send(unionid, member.department, { msg_type: "news_card", media_id: card });
      await message(page, task).waitFor();
    });
    await picturesArrive(message(page, task));
    await message(page, task).getByRole("link", { name: "次条" }).waitFor();
    assert.equal(await fixture.readers(unionid, task), 1, "an open page is read");
    assert.equal(await fixture.viewers(unionid, card), 0);
    await message(page, task).getByRole("link", { name: "头条" }).click();
    await page.getByRole("heading", { level: 1, name: "头条" }).waitFor();
    assert.equal(await page.locator("article .prose").innerText(), "头条的正文");
    assert.equal(await fixture.viewers(unionid, card), 1);
    await page.goBack();
    await message(page, task).getByRole("link", { name: "头条" }).click();
    await page.getByRole("heading", { level: 1, name: "头条" }).waitFor();
    assert.equal(await fixture.viewers(unionid, card), 1, "each member counts once");
    assert.equal(await fixture.readers(unionid, task), 1);
    assert.deepEqual(errors, []);
  },

  "a recall removes the message from open pages": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("撤回")];
    const card = await fixture.card(unionid, [await fixture.article(unionid, "写错了")]);
    const first = await fixture.send(unionid, member.department, { msg_type: "text", text_content: "先到的" });
    const task = await fixture.send(unionid, member.department, { msg_type: "single_news_card", media_id: card });
    await signIn(fixture, page, member, at(unionid));
    const list = await page.context().newPage();
    await list.goto(`${fixture.url}/inbox`);
    assert.match(await row(list, unionid).innerText(), /写错了/);
    await message(page, task).waitFor();
    await withoutReload(page, async () => {
      await withoutReload(list, async () => {
        await fixture.recall(unionid, task);
        await message(page, task).waitFor({ state: "detached" });
        await page.locator(".note", { hasText: "一条消息已撤回" }).waitFor();
        await row(list, unionid).getByText("先到的").waitFor();
      });
    });
    await message(page, first).waitFor();
    await page.reload();
    assert.equal(await message(page, first).count(), 1);
    assert.equal(await message(page, task).count(), 0);
  },

  "unread counts are updated": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("未读")];
    await signIn(fixture, page, member);
    await withoutReload(page, async () => {
      await fixture.send(unionid, member.department, { msg_type: "text", text_content: "一" });
      await row(page, unionid).getByText("1 条未读").waitFor();
      const task = await fixture.send(unionid, member.department, { msg_type: "text", text_content: "二" });
      await row(page, unionid).getByText("2 条未读").waitFor();
      assert.match(await row(page, unionid).innerText(), /二/);
      assert.equal(await page.locator("a.row").first().getAttribute("data-unionid"), unionid, "the newest is on top");
      await fixture.recall(unionid, task);
      await row(page, unionid).getByText("1 条未读").waitFor();
    });
    await row(page, unionid).click();
    await page.locator("[data-id]").waitFor();
    await page.getByRole("link", { name: "返回消息列表" }).click();
    await row(page, unionid).waitFor();
    assert.equal(await row(page, unionid).locator(".badge").count(), 0);
  },

  "a message that arrives on a hidden page stays unread": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("不在看")];
    await signIn(fixture, page, member, at(unionid));
    const list = await page.context().newPage();
    await list.goto(`${fixture.url}/inbox`);
    const setHidden = (hidden) => page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await setHidden(true);
    const task = await fixture.send(unionid, member.department, { msg_type: "text", text_content: "在吗" });
    await row(list, unionid).getByText("1 条未读").waitFor();
    assert.equal(await fixture.readers(unionid, task), 0);
    await withoutReload(page, async () => {
      await setHidden(false);
      await message(page, task).waitFor();
    });
    assert.equal(await fixture.readers(unionid, task), 1);
  },

  "every kind of message is rendered": async (fixture, page) => {
    const errors = collectErrors(fixture, page);
    const [member, unionid] = [await fixture.member(), await fixture.account("各种消息")];
    const send = (message) => fixture.send(unionid, member.department, message);
    const article = await fixture.article(unionid, "单卡");
    const markdown = "## 标题\n\n- **粗**\n\n<script>document.title='run'</script>";
    const button = (title) => ({ title, action_url: `https://example.com/${title}` });
    const card = { title: "卡", markdown };
    const sent = {
      text: await send({ msg_type: "text", text_content: "早 https://example.com/a 好" }),
      image: await send({ msg_type: "image", media_id: await fixture.picture() }),
      markdown: await send({ msg_type: "markdown", msg_body: { markdown: { title: "文", text: markdown } } }),
      beside: await send({
        msg_type: "action_card",
        msg_body: { action_card: { ...card, btn_orientation: "1", button_list: [button("左"), button("右")] } },
      }),
      below: await send({
        msg_type: "action_card",
        msg_body: { action_card: { ...card, btn_orientation: "0", button_list: [button("上"), button("下")] } },
      }),
      whole: await send({
        msg_type: "action_card",
        msg_body: { action_card: { ...card, single_title: "去看", single_url: "https://example.com/whole" } },
      }),
      link: await send({
        msg_type: "link",
        msg_body: { link: { title: "链", text: "说明", message_url: "https://example.com/link", pic_url: await fixture.picture() } },
      }),
      single: await send({ msg_type: "single_news_card", media_id: await fixture.card(unionid, [article]) }),
    };
    await signIn(fixture, page, member, at(unionid));
    await picturesArrive(page.locator("[data-messages]"));
    const links = async (kind) => message(page, sent[kind]).locator("a").evaluateAll((all) => all.map((link) => link.href));
    assert.deepEqual(await links("text"), ["https://example.com/a"]);
    assert.equal(await message(page, sent.image).getByRole("img", { name: "图片" }).count(), 1);
    assert.equal(await message(page, sent.markdown).locator("li strong").innerText(), "粗");
    const boxes = async (kind) => Promise.all((await message(page, sent[kind]).locator(".actions a").all()).map((one) => one.boundingBox()));
    const [left, right] = await boxes("beside");
    assert.ok(left.y === right.y && left.x < right.x);
    const [above, below] = await boxes("below");
    assert.ok(above.x === below.x && above.y < below.y);
    assert.deepEqual(await links("whole"), ["https://example.com/whole"]);
    assert.deepEqual(await links("link"), ["https://example.com/link"]);
    // The link of a send has its id and a separate code, so that it ends with the send.
    const [single, ...others] = [...new Set(await links("single"))].map((link) => new URL(link));
    assert.deepEqual(others, []);
    assert.equal(single.searchParams.get("from"), sent.single);
    const published = new URL(article.url).pathname;
    assert.equal(single.pathname.split("-")[0], published.split("-")[0]);
    assert.notEqual(single.pathname, published);
    assert.doesNotMatch(await page.title(), /run/);
    assert.deepEqual(errors, []);
  },

  "earlier messages load in place": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("很多消息")];
    for (let number = 1; number <= 45; number++) {
      await fixture.send(unionid, member.department, { msg_type: "text", text_content: `第${number}条` });
    }
    await signIn(fixture, page, member, at(unionid));
    await withoutReload(page, async () => {
      await page.locator("[data-id]").nth(19).waitFor({ state: "attached" });
      assert.equal(await page.locator("[data-id]").count(), 20);
      // At the top, the next page loads without a click.
      await page.getByRole("link", { name: "查看更早的消息" }).click();
      await page.locator("[data-id]").nth(44).waitFor({ state: "attached" });
    });
    const texts = await page.locator("[data-id] .text").allInnerTexts();
    assert.deepEqual(texts, Array.from({ length: 45 }, (_, index) => `第${index + 1}条`));
    assert.match(await page.locator("[data-older]").innerText(), /没有更早的消息了/);
  },

  "the menu opens": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("菜单")];
    const article = await fixture.article(unionid, "菜单文章");
    const card = await fixture.card(unionid, [article]);
    const button = [
      { name: "更多", sub_button: [{ name: "文章", type: "view_article", media_id: String(article.id) }, { name: "卡片", type: "media_id", media_id: card }] },
      { name: "海报", type: "media_id", media_id: await fixture.picture() },
      { name: "官网", type: "view", url: "https://example.com/" },
    ];
    await fixture.call("/topapi/serviceaccount/menu/update", { unionid, menu: { enable_input: true, status: 0, button } });
    await signIn(fixture, page, member, at(unionid));
    const menu = page.getByRole("navigation", { name: "服务号菜单" });
    assert.equal(await menu.getByRole("link", { name: "官网" }).getAttribute("href"), "https://example.com/");
    assert.equal(await menu.getByRole("button", { name: "卡片" }).isVisible(), false);
    await menu.getByText("更多").click();
    await withoutReload(page, async () => {
      await menu.getByRole("button", { name: "卡片" }).click();
      await page.locator(".message").getByRole("link", { name: "菜单文章" }).waitFor();
    });
    await menu.getByText("更多").click();
    await page.locator("main").click({ position: { x: 5, y: 5 } });
    assert.equal(await menu.getByRole("link", { name: "文章" }).isVisible(), false, "a click elsewhere closes it");
    await menu.getByText("更多").click();
    await menu.getByRole("link", { name: "文章" }).click();
    await page.getByRole("heading", { level: 1, name: "菜单文章" }).waitFor();
    await page.goBack();
    await menu.getByRole("button", { name: "海报" }).click();
    await page.locator(".photo").waitFor();
    await picturesArrive(page.locator(".photo"));
  },

  "the profile of an account": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("简历")];
    await signIn(fixture, page, member, at(unionid));
    await page.getByRole("link", { name: "服务号介绍" }).first().click();
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "简历");
    await page.getByText("这里有什么").waitFor();
    await picturesArrive(page.locator("main"));
    await page.getByRole("img", { name: "消息示例" }).waitFor();
    await page.getByRole("link", { name: "进入会话" }).click();
    await page.getByRole("heading", { name: "还没有消息" }).waitFor();
  },

  "in Chinese and in English": async (fixture, page) => {
    const member = await fixture.member();
    await signIn(fixture, page, member);
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await page.getByRole("link", { name: "English" }).click();
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Messages");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.goto(`${fixture.url}/inbox/a/nobody`);
    await page.getByText("This page does not exist").waitFor();
    await page.getByRole("link", { name: "中文" }).click();
    await page.getByText("找不到这个页面").waitFor();
  },

  "a draft is previewed by one member": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("预览")];
    const article = { title: "草稿", content: "<p>还没写完</p>", uuid: "draft" };
    const { article_id: id } = await fixture.call("/topapi/material/article/add", { unionid, article });
    const preview = { msg_type: "news_card", media_id: await fixture.card(unionid, [{ id }]), is_preview: true };
    const task = await fixture.send(unionid, undefined, { ...preview, userid_list: member.userid });
    await signIn(fixture, page, member, at(unionid));
    await message(page, task).locator(".tag", { hasText: "预览" }).waitFor();
    await message(page, task).getByRole("link", { name: "草稿" }).click();
    await page.getByRole("note").getByText("这是预览").waitFor();
    const link = page.url();
    await fixture.recall(unionid, task);
    await page.goto(link);
    await page.getByText("消息已撤回").waitFor();
  },

  "an article for members leads through the sign-in and back": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("内部")];
    const { url } = await fixture.article(unionid, "内部文章");
    await page.goto(url);
    await page.getByRole("link", { name: "登录" }).click();
    await fillIn(page, member);
    await page.waitForURL(url);
    await page.getByRole("heading", { level: 1, name: "内部文章" }).waitFor();
  },

  "signing out ends the session in all tabs": async (fixture, page) => {
    const [member, unionid] = [await fixture.member(), await fixture.account("退出")];
    await signIn(fixture, page, member);
    const other = await page.context().newPage();
    await other.goto(`${fixture.url}${at(unionid)}`);
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.getByLabel("密码").waitFor();
    await other.reload();
    await other.getByLabel("密码").waitFor();
    assert.equal((await page.context().cookies()).some((cookie) => cookie.name === "carillon_session"), false);
  },
};
