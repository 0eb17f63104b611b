// A conversation with a service account: writing, choosing from the menu, and what the account's program answers meanwhile.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { DWClient, TOPIC_ROBOT } from "dingtalk-stream";
import axios from "axios";
import { signIn, watched } from "./visit.mjs";

// What the client says of itself is for the reader of the log.
console.info = console.error;

export const talk = {
  "what a member writes is there, and an answer arrives by itself": async (world, page) => {
    const office = await open(world, page);
    const answering = await answers(world, (text) => ({ msgtype: "markdown", markdown: { title: "答", text: `**${text}** 收到` } }));
    await page.fill("textarea", "你好");
    await page.click(".send");
    await page.waitForSelector('.mine:not([data-pending]) .bubble:text-is("你好")');
    assert.equal(await page.inputValue("textarea"), "");
    await page.waitForSelector('.message:not(.mine) strong:text-is("你好")');
    assert.equal(await page.locator(".message").count(), 2);
    assert.deepEqual(await order(page), [...(await order(page))].sort((a, b) => a - b));
    answering.disconnect();
    assert.deepEqual(office.errors, []);
  },

  "a message that fails says so, and goes out by itself": async (world, page) => {
    await open(world, page);
    await page.route("**/messages?fragment=messages", (route) => route.abort());
    await page.fill("textarea", "会丢吗");
    await page.click(".send");
    await page.waitForSelector('[data-state=waits] .state:text-is("尚未发送，网络恢复后自动重发")');
    assert.equal(await page.locator(".message:not([data-pending])").count(), 0, "nothing looks sent that is not");
    await page.fill("textarea", "下一条");
    await page.unroute("**/messages?fragment=messages");
    await page.waitForSelector('.mine:not([data-pending]) .bubble:text-is("会丢吗")');
    assert.equal(await page.locator("[data-state], [data-problem]:visible").count(), 0, "and nothing is left of it");
    assert.equal(await page.inputValue("textarea"), "下一条", "what is typed meanwhile stays");
  },

  "a message whose answer was lost is sent once": async (world, page) => {
    await open(world, page);
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

  "the keyboard writes, sends and chooses": async (world, page) => {
    await open(world, page);
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

  "a page elsewhere cannot write": async (world, page) => {
    const office = await open(world, page);
    const form = `<form id="f" method="post" enctype="multipart/form-data" action="${office.path}/messages"><input name="text" value="假"></form>`;
    const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(`${form}<script>f.submit()</script>`));
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    // Another port is another origin on the same site: cookies travel, and the request must be refused all the same.
    const answered = page.waitForResponse((response) => response.url().endsWith("/messages"));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    assert.equal((await answered).status(), 403);
    server.close();
    await page.goto(office.path);
    assert.equal(await page.locator(".message").count(), 0);
  },

  "it fits a narrow screen": async (world, page) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(world, page);
    await page.fill("textarea", "长".repeat(500));
    const height = await page.locator("textarea").evaluate((field) => field.clientHeight);
    assert.ok(height > 40 && height < 150, `the field grows to ${height}`);
    await page.click(".send");
    await page.waitForSelector(".mine:not([data-pending]) .bubble");
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
    const end = await page.evaluate(() => document.scrollingElement.scrollHeight - innerHeight - scrollY);
    assert.ok(end < 2, "the end is in sight");
  },
};

// The open conversation of a new member with a new account that has a menu.
export async function open(world, page) {
  const member = await world.member();
  const unionid = await world.account(`会话 ${member.userid}`);
  const button = [{ name: "服务", sub_button: [{ name: "今天", type: "click", key: "TODAY" }] }];
  await world.call("/topapi/serviceaccount/menu/update", { unionid, menu: { enable_input: true, status: 0, button } });
  const errors = watched(world, page);
  await signIn(world, page, member, `/inbox/a/${unionid}`);
  await page.waitForSelector("[data-compose][data-enhanced]", { state: "attached" });
  return { member, unionid, path: `${world.url}/inbox/a/${unionid}`, errors };
}

// A program of the account that answers every text.
async function answers(world, answer) {
  axios.interceptors.request.use((config) => {
    config.url = config.url.replace(/^https:\/\/(api|oapi)\.dingtalk\.com/, world.url);
    return config;
  });
  const client = new DWClient({ clientId: world.app.app_key, clientSecret: world.app.app_secret });
  client.registerCallbackListener(TOPIC_ROBOT, async (frame) => {
    const message = JSON.parse(frame.data);
    await axios.post(message.sessionWebhook, answer(message.text.content));
    client.socketCallBackResponse(frame.headers.messageId, {});
  });
  await client.connect();
  return client;
}

// The places of the messages as they stand.
function order(page) {
  return page.locator(".message").evaluateAll((messages) => messages.map((message) => Number(message.dataset.seq)));
}
