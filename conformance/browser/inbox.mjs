// The inbox of a member.
import assert from "node:assert/strict";
import { fillIn, picturesArrive, signIn, staying, watched } from "./visit.mjs";

const at = (unionid) => `/inbox/a/${encodeURIComponent(unionid)}`;
const row = (page, unionid) => page.locator(`a.row[data-unionid="${unionid}"]`);
const message = (page, task) => page.locator(`[data-id="${task}"]`);

export const inbox = {
  "signing in": async (world, page) => {
    const errors = watched(world, page);
    const member = await world.member();
    await page.goto(`${world.url}/inbox`);
    await page.getByLabel("用户 ID").fill(member.userid);
    await page.getByLabel("密码").fill("wrong");
    errors.length = 0;
    await page.getByRole("button", { name: "登录" }).click();
    assert.match(await page.getByRole("alert").innerText(), /密码不正确/);
    assert.equal(await page.getByLabel("用户 ID").inputValue(), member.userid, "it need not be typed again");
    // That the answer was 401 is the one thing that the console may say.
    assert.deepEqual(errors.splice(0).filter((error) => !error.includes("401")), []);
    await signIn(world, page, member);
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "消息");
    assert.deepEqual(errors, []);
  },

  "a card sent by an official client is read, and its sender sees that": async (world, page) => {
    const errors = watched(world, page);
    const [member, unionid] = [await world.member(), await world.account("主要工作")];
    const articles = [await world.article(unionid, "头条"), await world.article(unionid, "次条")];
    const card = await world.card(unionid, articles);
    await signIn(world, page, member, at(unionid));
    let task;
    await staying(page, async () => {
      task = await world.send(unionid, member.department, { msg_type: "news_card", media_id: card });
      await message(page, task).waitFor();
    });
    await picturesArrive(message(page, task));
    await message(page, task).getByRole("link", { name: "次条" }).waitFor();
    assert.equal(await world.readers(unionid, task), 1, "an open page is read");
    assert.equal(await world.viewers(unionid, card), 0);
    await message(page, task).getByRole("link", { name: "头条" }).click();
    await page.getByRole("heading", { level: 1, name: "头条" }).waitFor();
    assert.equal(await page.locator("article .prose").innerText(), "头条的正文");
    assert.equal(await world.viewers(unionid, card), 1);
    await page.goBack();
    await message(page, task).getByRole("link", { name: "头条" }).click();
    await page.getByRole("heading", { level: 1, name: "头条" }).waitFor();
    assert.equal(await world.viewers(unionid, card), 1, "each member counts once");
    assert.equal(await world.readers(unionid, task), 1);
    assert.deepEqual(errors, []);
  },

  "a recall takes it off the open page at once": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("撤回")];
    const card = await world.card(unionid, [await world.article(unionid, "写错了")]);
    const first = await world.send(unionid, member.department, { msg_type: "text", text_content: "先到的" });
    const task = await world.send(unionid, member.department, { msg_type: "single_news_card", media_id: card });
    await signIn(world, page, member, at(unionid));
    const list = await page.context().newPage();
    await list.goto(`${world.url}/inbox`);
    assert.match(await row(list, unionid).innerText(), /写错了/);
    await message(page, task).waitFor();
    await staying(page, async () => {
      await staying(list, async () => {
        await world.recall(unionid, task);
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

  "unread counts follow": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("未读")];
    await signIn(world, page, member);
    await staying(page, async () => {
      await world.send(unionid, member.department, { msg_type: "text", text_content: "一" });
      await row(page, unionid).getByText("1 条未读").waitFor();
      const task = await world.send(unionid, member.department, { msg_type: "text", text_content: "二" });
      await row(page, unionid).getByText("2 条未读").waitFor();
      assert.match(await row(page, unionid).innerText(), /二/);
      assert.equal(await page.locator("a.row").first().getAttribute("data-unionid"), unionid, "the newest is on top");
      await world.recall(unionid, task);
      await row(page, unionid).getByText("1 条未读").waitFor();
    });
    await row(page, unionid).click();
    await page.locator("[data-id]").waitFor();
    await page.getByRole("link", { name: "返回消息列表" }).click();
    await row(page, unionid).waitFor();
    assert.equal(await row(page, unionid).locator(".badge").count(), 0);
  },

  "what arrives while nobody looks stays unread": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("不在看")];
    await signIn(world, page, member, at(unionid));
    const list = await page.context().newPage();
    await list.goto(`${world.url}/inbox`);
    const look = (hidden) => page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await look(true);
    const task = await world.send(unionid, member.department, { msg_type: "text", text_content: "在吗" });
    await row(list, unionid).getByText("1 条未读").waitFor();
    assert.equal(await world.readers(unionid, task), 0);
    await staying(page, async () => {
      await look(false);
      await message(page, task).waitFor();
    });
    assert.equal(await world.readers(unionid, task), 1);
  },

  "every kind of message is drawn": async (world, page) => {
    const errors = watched(world, page);
    const [member, unionid] = [await world.member(), await world.account("各种消息")];
    const send = (message) => world.send(unionid, member.department, message);
    const article = await world.article(unionid, "单卡");
    const markdown = "## 标题\n\n- **粗**\n\n<script>document.title='run'</script>";
    const button = (title) => ({ title, action_url: `https://example.com/${title}` });
    const card = { title: "卡", markdown };
    const sent = {
      text: await send({ msg_type: "text", text_content: "早 https://example.com/a 好" }),
      image: await send({ msg_type: "image", media_id: await world.picture() }),
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
        msg_body: { link: { title: "链", text: "说明", message_url: "https://example.com/link", pic_url: await world.picture() } },
      }),
      single: await send({ msg_type: "single_news_card", media_id: await world.card(unionid, [article]) }),
    };
    await signIn(world, page, member, at(unionid));
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
    // The link of a send names it, and has a code of its own: it ends with the send.
    const [single, ...others] = [...new Set(await links("single"))].map((link) => new URL(link));
    assert.deepEqual(others, []);
    assert.equal(single.searchParams.get("from"), sent.single);
    const own = new URL(article.url).pathname;
    assert.equal(single.pathname.split("-")[0], own.split("-")[0]);
    assert.notEqual(single.pathname, own);
    assert.doesNotMatch(await page.title(), /run/);
    assert.deepEqual(errors, []);
  },

  "earlier messages load in place": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("很多消息")];
    for (let number = 1; number <= 45; number++) {
      await world.send(unionid, member.department, { msg_type: "text", text_content: `第${number}条` });
    }
    await signIn(world, page, member, at(unionid));
    await staying(page, async () => {
      await page.locator("[data-id]").nth(19).waitFor({ state: "attached" });
      assert.equal(await page.locator("[data-id]").count(), 20);
      // Whoever is at the top gets the next page without asking.
      await page.getByRole("link", { name: "查看更早的消息" }).click();
      await page.locator("[data-id]").nth(44).waitFor({ state: "attached" });
    });
    const texts = await page.locator("[data-id] .text").allInnerTexts();
    assert.deepEqual(texts, Array.from({ length: 45 }, (_, index) => `第${index + 1}条`));
    assert.match(await page.locator("[data-older]").innerText(), /没有更早的消息了/);
  },

  "the menu opens": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("菜单")];
    const article = await world.article(unionid, "菜单文章");
    const card = await world.card(unionid, [article]);
    const button = [
      { name: "更多", sub_button: [{ name: "文章", type: "view_article", media_id: String(article.id) }, { name: "卡片", type: "media_id", media_id: card }] },
      { name: "海报", type: "media_id", media_id: await world.picture() },
      { name: "官网", type: "view", url: "https://example.com/" },
    ];
    await world.call("/topapi/serviceaccount/menu/update", { unionid, menu: { enable_input: true, status: 0, button } });
    await signIn(world, page, member, at(unionid));
    const menu = page.getByRole("navigation", { name: "服务号菜单" });
    assert.equal(await menu.getByRole("link", { name: "官网" }).getAttribute("href"), "https://example.com/");
    assert.equal(await menu.getByRole("button", { name: "卡片" }).isVisible(), false);
    await menu.getByText("更多").click();
    await staying(page, async () => {
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

  "the profile of an account": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("简历")];
    await signIn(world, page, member, at(unionid));
    await page.getByRole("link", { name: "服务号介绍" }).first().click();
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "简历");
    await page.getByText("这里有什么").waitFor();
    await picturesArrive(page.locator("main"));
    await page.getByRole("img", { name: "消息示例" }).waitFor();
    await page.getByRole("link", { name: "进入会话" }).click();
    await page.getByRole("heading", { name: "还没有消息" }).waitFor();
  },

  "in Chinese and in English": async (world, page) => {
    const member = await world.member();
    await signIn(world, page, member);
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await page.getByRole("link", { name: "English" }).click();
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Messages");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.goto(`${world.url}/inbox/a/nobody`);
    await page.getByText("This page does not exist").waitFor();
    await page.getByRole("link", { name: "中文" }).click();
    await page.getByText("找不到这个页面").waitFor();
  },

  "a draft is previewed by one member": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("预览")];
    const article = { title: "草稿", content: "<p>还没写完</p>", uuid: "draft" };
    const { article_id: id } = await world.call("/topapi/material/article/add", { unionid, article });
    const preview = { msg_type: "news_card", media_id: await world.card(unionid, [{ id }]), is_preview: true };
    const task = await world.send(unionid, undefined, { ...preview, userid_list: member.userid });
    await signIn(world, page, member, at(unionid));
    await message(page, task).locator(".tag", { hasText: "预览" }).waitFor();
    await message(page, task).getByRole("link", { name: "草稿" }).click();
    await page.getByRole("note").getByText("这是预览").waitFor();
    const link = page.url();
    await world.recall(unionid, task);
    await page.goto(link);
    await page.getByText("消息已撤回").waitFor();
  },

  "an article for members leads through the sign-in and back": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("内部")];
    const { url } = await world.article(unionid, "内部文章");
    await page.goto(url);
    await page.getByRole("link", { name: "登录" }).click();
    await fillIn(page, member);
    await page.waitForURL(url);
    await page.getByRole("heading", { level: 1, name: "内部文章" }).waitFor();
  },

  "signing out ends it": async (world, page) => {
    const [member, unionid] = [await world.member(), await world.account("退出")];
    await signIn(world, page, member);
    const other = await page.context().newPage();
    await other.goto(`${world.url}${at(unionid)}`);
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.getByLabel("密码").waitFor();
    await other.reload();
    await other.getByLabel("密码").waitFor();
    assert.equal((await page.context().cookies()).some((cookie) => cookie.name === "carillon_session"), false);
  },
};
