// The official client for Node. Prints each frame of its handler, and acknowledges it as the id of the member says.
import axios from "axios";
import { DWClient, EventAck, TOPIC_ROBOT } from "dingtalk-stream";

const [url, clientId, clientSecret] = process.argv.slice(2);
// The address of the gateway is built into the client.
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
