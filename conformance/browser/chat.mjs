// A conversation with a service account: posting messages, choosing from the menu, and replies of a program of the account.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { DWClient, TOPIC_ROBOT } from "dingtalk-stream";
import axios from "axios";
import { signIn, collectErrors } from "./helpers.mjs";

// Log lines of the client must not be on standard output, which is for results.
console.info = console.error;

export const chat = {
  "a member writes, and a reply arrives without reloading": async (fixture, page) => {
    const conversation = await open(fixture, page);
    const bot = await startBot(fixture, (text) => ({ msgtype: "markdown", markdown: { title: "答", text: `**${text}** 收到` } }));
    await page.fill("textarea", "你好");
    await page.click(".send");
    await page.waitForSelector('.mine:not([data-pending]) .bubble:text-is("你好")');
    assert.equal(await page.inputValue("textarea"), "");
    await page.waitForSelector('.message:not(.mine) strong:text-is("你好")');
    assert.equal(await page.locator(".message").count(), 2);
    assert.deepEqual(await sequence(page), [...(await sequence(page))].sort((a, b) => a - b));
    bot.disconnect();
    assert.deepEqual(conversation.errors, []);
  },

  "a failed message says so, and is sent again": async (fixture, page) => {
    await open(fixture, page);
    await page.route("**/messages?fragment=messages", (route) => route.abort());
    await page.fill("textarea", "会丢吗");
    await page.click(".send");
    await page.waitForSelector('[data-state=waits] .state:text-is("尚未发送，网络恢复后自动重发")');
    assert.equal(await page.locator(".message:not([data-pending])").count(), 0, "no unsent message looks sent");
    await page.fill("textarea", "下一条");
    await page.unroute("**/messages?fragment=messages");
    await page.waitForSelector('.mine:not([data-pending]) .bubble:text-is("会丢吗")');
    assert.equal(await page.locator("[data-state], [data-problem]:visible").count(), 0, "nothing is left in the outbox");
    assert.equal(await page.inputValue("textarea"), "下一条", "the next text stays in the field");
  },

  "a message whose response was lost is posted once": async (fixture, page) => {
    await open(fixture, page);
    const lose = async (route) => { await route.fetch(); await route.abort(); };
    await page.route("**/messages?fragment=messages", lose);
    await page.fill("textarea", "只发一次");
    await page.click(".send");
    await page.waitForSelector("[data-state=waits]");
    await page.unroute("**/messages?fragment=messages");
    await page.getByRole("button", { name: "重新发送" }).click();
    await page.waitForSelector("[data-state]", { state: "detached" });
    await page.reload();
    assert.equal(await page.locator('.mine .bubble:text-is("只发一次")').count(), 1);
  },

  "the keyboard writes, sends and chooses": async (fixture, page) => {
    await open(fixture, page);
    await page.locator("textarea").focus();
    await page.keyboard.type("一");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("二");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".mine:not([data-pending]) .bubble");
    assert.equal(await page.locator(".mine .bubble").innerText(), "一\n二");
    await page.locator("summary").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.choice b:text-is("今天")');
    assert.equal(await page.locator("details[open]").count(), 0);
  },

  "another site cannot post a message": async (fixture, page) => {
    const conversation = await open(fixture, page);
    const form = `<form id="f" method="post" enctype="multipart/form-data" action="${conversation.path}/messages"><input name="text" value="假"></form>`;
    const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(`${form}<script>f.submit()</script>`));
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    // Another port is another origin of the same site: the cookie is sent, and the request must be refused.
    const posted = page.waitForResponse((response) => response.url().endsWith("/messages"));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    assert.equal((await posted).status(), 403);
    server.close();
    await page.goto(conversation.path);
    assert.equal(await page.locator(".message").count(), 0);
  },

  "it fits a narrow screen": async (fixture, page) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(fixture, page);
    await page.fill("textarea", "长".repeat(500));
    const height = await page.locator("textarea").evaluate((field) => field.clientHeight);
    assert.ok(height > 40 && height < 150, `the field grows to ${height}`);
    await page.click(".send");
    await page.waitForSelector(".mine:not([data-pending]) .bubble");
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
    const end = await page.evaluate(() => document.scrollingElement.scrollHeight - innerHeight - scrollY);
    assert.ok(end < 2, "the page is scrolled to the end");
  },
};

// Opens the conversation of a new member with a new account that has a menu.
export async function open(fixture, page) {
  const member = await fixture.member();
  const unionid = await fixture.account(`会话 ${member.userid}`);
  const button = [{ name: "服务", sub_button: [{ name: "今天", type: "click", key: "TODAY" }] }];
  await fixture.call("/topapi/serviceaccount/menu/update", { unionid, menu: { enable_input: true, status: 0, button } });
  const errors = collectErrors(fixture, page);
  await signIn(fixture, page, member, `/inbox/a/${unionid}`);
  await page.waitForSelector("[data-compose][data-enhanced]", { state: "attached" });
  return { member, unionid, path: `${fixture.url}/inbox/a/${unionid}`, errors };
}

// Starts a program of the account that replies to every text.
async function startBot(fixture, reply) {
  axios.interceptors.request.use((config) => {
    config.url = config.url.replace(/^https:\/\/(api|oapi)\.dingtalk\.com/, fixture.url);
    return config;
  });
  const client = new DWClient({ clientId: fixture.app.app_key, clientSecret: fixture.app.app_secret });
  client.registerCallbackListener(TOPIC_ROBOT, async (frame) => {
    const message = JSON.parse(frame.data);
    await axios.post(message.sessionWebhook, reply(message.text.content));
    client.socketCallBackResponse(frame.headers.messageId, {});
  });
  await client.connect();
  return client;
}

// Returns the sequence numbers of the messages in page order.
function sequence(page) {
  return page.locator(".message").evaluateAll((messages) => messages.map((message) => Number(message.dataset.seq)));
}
