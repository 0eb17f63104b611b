// The official Stream client for Node, as its sample programs use it: prints a line for each thing that was tried.
// Run by `cargo xtask test`; the arguments are the file that tells where the server is, and the Python that has the official client.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import axios from "axios";
import { DWClient, EventAck, TOPIC_ROBOT } from "dingtalk-stream";
import { Member } from "../browser/member.mjs";
import { World } from "../browser/world.mjs";

// What the client says of itself is for the reader of the log.
console.info = console.error;
const [file, python] = process.argv.slice(2);
const token = execFileSync(python, ["-B", "conformance/python/official_token.py", file]).toString().trim();
const world = new World(JSON.parse(readFileSync(file, "utf8")), () => token);
// The client has the addresses of the vendor's hosts built in: only they differ.
axios.interceptors.request.use((config) => {
  config.url = config.url.replace(/^https:\/\/(api|oapi)\.dingtalk\.com/, world.url);
  return config;
});

const tests = {
  "the echo bot of the official client answers a member": async (office, client) => {
    client.registerCallbackListener(TOPIC_ROBOT, async (frame) => {
      const message = JSON.parse(frame.data);
      const body = { at: { atUserIds: [message.senderStaffId] }, text: { content: `回声：${message.text.content}` }, msgtype: "text" };
      const accessToken = await client.getAccessToken();
      const answer = await axios({
        url: message.sessionWebhook,
        method: "POST",
        responseType: "json",
        data: body,
        headers: { "x-acs-dingtalk-access-token": accessToken },
      });
      client.socketCallBackResponse(frame.headers.messageId, answer.data);
    });
    await client.connect();
    await office.member.write(office.unionid, "你好");
    await office.member.shows(office.unionid, '<div class="bubble text" dir="auto">回声：你好</div>');
  },

  "an event listener of the official client hears a message": async (office, client) => {
    const heard = new Promise((hear) => {
      client.registerAllEventListener((frame) => {
        const data = JSON.parse(frame.data);
        if (data.toUser === office.unionid) hear([frame.headers.eventType, data.content]);
        return { status: EventAck.SUCCESS };
      });
    });
    await client.connect();
    await office.member.write(office.unionid, "听见了吗");
    const [type, content] = await heard;
    if (type !== "isw_user_msg_received" || content !== "听见了吗") throw new Error(`${type} ${content}`);
  },
};

for (const [what, test] of Object.entries(tests)) {
  const { app_key: clientId, app_secret: clientSecret } = world.app;
  const client = new DWClient({ clientId, clientSecret, debug: false });
  let result = "ok";
  try {
    const unionid = await world.account(`节点 ${what.length}`);
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error("nothing came in a minute")), 60_000).unref());
    await Promise.race([test({ unionid, member: await Member.signIn(world) }, client), late]);
  } catch (error) {
    console.error(error);
    result = "failed";
  }
  client.disconnect();
  console.log(`node talk: ${what}: ${result}`);
}
process.exit(0);
