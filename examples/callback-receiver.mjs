// Receives events by HTTP callback: checks the signature, decrypts, prints one line of JSON per event, replies with the encrypted "success".
//
//   node examples/callback-receiver.mjs [DEMO_JSON]
//
// DEMO_JSON defaults to data/demo.json, which `carillon demo` writes. The program registers itself for what members write to
// service accounts and choose from menus, and removes the registration on Ctrl-C. Write to 信息服务台 in the inbox to see an event.
// Node 20 or later, no packages.
//
// For your own organisation: allow the receiver's address in `[delivery] allow` if it is in a private network, keep `TOKEN` and
// `AES_KEY` in your configuration, and serve by https.

import { createCipheriv, createDecipheriv, createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const EVENTS = ["isw_user_msg_received", "isw_user_event_received"];
// Bounds what a sender without the key can make this program read. Events are much smaller.
const MAX_BODY_BYTES = 1 << 20;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const randomText = (length) => Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join("");

const demo = JSON.parse(readFileSync(process.argv[2] ?? "data/demo.json", "utf8"));
// New at each start: the registration lasts as long as this program runs.
const TOKEN = randomText(16);
const AES_KEY = randomText(43);
// Messages name their owner: the organisation for a callback of `register_call_back`, the app key for one of `carillon subscription set`.
const OWNER_KEY = demo.corp_id;

// AES-256-CBC. The key is base64 without its last "=", the initialisation vector is the first half of the key.
const key = Buffer.from(`${AES_KEY}=`, "base64");
const iv = key.subarray(0, 16);
// PKCS #7 padding, but to blocks of 32 bytes instead of 16: the library's own padding is switched off.
const PADDING_BLOCK = 32;

function signature(timestamp, nonce, encrypted) {
  const parts = [TOKEN, timestamp, nonce, encrypted].sort();
  return createHash("sha1").update(parts.join("")).digest();
}

/** Returns the text of a message. Throws if it was not made with our token and key, for our organisation. */
function decryptMessage(query, encrypted) {
  const sent = Buffer.from(query.get("msg_signature") ?? "", "hex");
  const expected = signature(query.get("timestamp") ?? "", query.get("nonce") ?? "", encrypted);
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) throw new Error("wrong signature");
  const decipher = createDecipheriv("aes-256-cbc", key, iv).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypted, "base64"), decipher.final()]);
  const plain = padded.subarray(0, padded.length - padded.at(-1));
  // 16 random bytes, the length of the text in 4 bytes, the text, the owner.
  const end = 20 + plain.readUInt32BE(16);
  if (plain.subarray(end).toString() !== OWNER_KEY) throw new Error("a message for somebody else");
  return plain.subarray(20, end).toString();
}

/** Returns the reply that carries a text, encrypted and signed. */
function encryptReply(text) {
  const content = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const plain = Buffer.concat([randomBytes(16), length, content, Buffer.from(OWNER_KEY)]);
  const padding = PADDING_BLOCK - (plain.length % PADDING_BLOCK);
  const cipher = createCipheriv("aes-256-cbc", key, iv).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  const encrypt = Buffer.concat([cipher.update(padded), cipher.final()]).toString("base64");
  const [timeStamp, nonce] = [String(Date.now()), randomText(8)];
  return { msg_signature: signature(timeStamp, nonce, encrypt).toString("hex"), timeStamp, nonce, encrypt };
}

async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

// Delivery is at least once: a program that must not act twice remembers `eventId`.
function handle(event) {
  console.log(JSON.stringify(event));
}

const server = createServer(async (request, response) => {
  try {
    const query = new URL(request.url, "http://localhost").searchParams;
    const event = JSON.parse(decryptMessage(query, (await bodyOf(request)).encrypt));
    // The server asks the address before it stores it.
    if (event.EventType !== "check_url") handle(event);
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(encryptReply("success")));
  } catch (error) {
    console.error(`refused: ${error.message}`);
    response.writeHead(403).end();
  }
});

/** Calls a legacy operation, by POST if it has fields. */
async function call(path, fields) {
  const { app_key: appkey, app_secret: appsecret } = demo.app;
  const token = await fetch(`${demo.base_url}/gettoken?${new URLSearchParams({ appkey, appsecret })}`);
  const { access_token } = await token.json();
  const headers = { "Content-Type": "application/json" };
  const options = fields && { method: "POST", headers, body: JSON.stringify(fields) };
  const response = await fetch(`${demo.base_url}${path}?access_token=${access_token}`, options);
  return response.json();
}

async function register(url) {
  const callback = { call_back_tag: EVENTS, token: TOKEN, aes_key: AES_KEY, url };
  let answer = await call("/call_back/register_call_back", callback);
  // An earlier run was killed before it could remove its registration.
  if (answer.errcode === 71006) answer = await call("/call_back/update_call_back", callback);
  if (answer.errcode !== 0) throw new Error(`not registered: ${answer.errcode} ${answer.errmsg}`);
}

process.once("SIGINT", async () => {
  await call("/call_back/delete_call_back");
  process.exit(0);
});

server.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}/events`;
  await register(url);
  console.log(`events arrive at ${url}`);
});
