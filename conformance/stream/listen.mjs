// The official client for Node: prints what its handler is given, and answers as the member's id says.
import axios from "axios";
import { DWClient, EventAck, TOPIC_ROBOT } from "dingtalk-stream";

const [url, clientId, clientSecret] = process.argv.slice(2);
// The client has its gateway's address built in.
axios.interceptors.request.use((config) => {
  config.url = config.url.replace(/^https:\/\/(o?api)\.dingtalk\.com/, url);
  return config;
});
const seen = new Set();
const client = new DWClient({ clientId, clientSecret });
client.registerCallbackListener(TOPIC_ROBOT, ({ headers }) => client.socketCallBackResponse(headers.messageId, "OK"));
client.registerAllEventListener(({ headers, data }) => {
  const { eventType: type, eventId: id, eventCorpId: corp, messageId: message } = headers;
  const content = JSON.parse(data);
  console.log(JSON.stringify({ type, id, corp, message, data: content }));
  const first = !seen.has(id);
  seen.add(id);
  const [userid] = content.userId;
  if (first && userid === "later") return { status: EventAck.LATER };
  return { status: EventAck.SUCCESS };
});
await client.connect();
