// The official Stream client for Node, used as in its sample programs. Prints one line for each case.
// `cargo xtask test` runs it. Arguments: the file that describes the server and its apps, and the Python with the official client.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import axios from "axios";
import { DWClient, EventAck, TOPIC_ROBOT } from "dingtalk-stream";
import { Member } from "../browser/member.mjs";
import { Fixture } from "../browser/fixture.mjs";

// Log lines of the client must not be on standard output, which is for results.
console.info = console.error;
const [file, python] = process.argv.slice(2);
const token = execFileSync(python, ["-B", "conformance/python/official_token.py", file]).toString().trim();
const fixture = new Fixture(JSON.parse(readFileSync(file, "utf8")), () => token);
// The addresses of the vendor's hosts are built into the client. Nothing else is changed.
axios.interceptors.request.use((config) => {
  config.url = config.url.replace(/^https:\/\/(api|oapi)\.dingtalk\.com/, fixture.url);
  return config;
});

const tests = {
  "the echo bot of the official client answers a member": async (conversation, client) => {
    client.registerCallbackListener(TOPIC_ROBOT, async (frame) => {
      const message = JSON.parse(frame.data);
      const body = { at: { atUserIds: [message.senderStaffId] }, text: { content: `回声：${message.text.content}` }, msgtype: "text" };
      const accessToken = await client.getAccessToken();
      const response = await axios({
        url: message.sessionWebhook,
        method: "POST",
        responseType: "json",
        data: body,
        headers: { "x-acs-dingtalk-access-token": accessToken },
      });
      client.socketCallBackResponse(frame.headers.messageId, response.data);
    });
    await client.connect();
    await conversation.member.write(conversation.unionid, "你好");
    await conversation.member.waitFor(conversation.unionid, '<div class="bubble text" dir="auto">回声：你好</div>');
  },

  "an event listener of the official client receives a message": async (conversation, client) => {
    const received = new Promise((resolve) => {
      client.registerAllEventListener((frame) => {
        const data = JSON.parse(frame.data);
        if (data.toUser === conversation.unionid) resolve([frame.headers.eventType, data.content]);
        return { status: EventAck.SUCCESS };
      });
    });
    await client.connect();
    await conversation.member.write(conversation.unionid, "听见了吗");
    const [type, content] = await received;
    if (type !== "isw_user_msg_received" || content !== "听见了吗") throw new Error(`${type} ${content}`);
  },
};

for (const [name, test] of Object.entries(tests)) {
  const { app_key: clientId, app_secret: clientSecret } = fixture.app;
  const client = new DWClient({ clientId, clientSecret, debug: false });
  let result = "ok";
  try {
    const unionid = await fixture.account(`节点 ${name.length}`);
    const timeout = new Promise((_, fail) => setTimeout(() => fail(new Error("nothing arrived within a minute")), 60_000).unref());
    await Promise.race([test({ unionid, member: await Member.signIn(fixture) }, client), timeout]);
  } catch (error) {
    console.error(error);
    result = "failed";
  }
  client.disconnect();
  console.log(`node chat: ${name}: ${result}`);
}
process.exit(0);
