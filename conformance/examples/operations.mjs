// The operations that the examples call. Each case makes a request, and checks in another way what the server stored.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

// At most 200 letters each.
const TEXTS = {
  "quotes and line breaks": 'Say "hello", it\'s \\n or \\\\ or \\"\nsecond line\r\n\ttab, `code`; 中文，「引号」，é, 😀, \u2028end',
  "what other languages insert": "$x ${y} $(id) `id` #{z} #$q \\(w) \\#(w) %d %s %% @{u} {{v}} <%= t %> ~s !! &amp; ^_^",
  "what ends a literal": "\"\"\" ''' )\" )-\" )--\" |json} |} JSON EOF ??/ ??' */ // <!-- ]]> \"\"\"# \\\"\"\"## \\u4f60 \\x41 \\0 $$ 'a'\\''b'",
};
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");

// Letters that mean something to curl, in a name that every system can store.
export const FILES = ["图 1.gif", "a, b;type=c.gif"].map((name) => ({ name, content: GIF }));

const json = (response) => JSON.parse(response);

/** Returns the cases. They share an account and a member, who is there between the first and the last case of v1.0. */
export async function cases(server, language) {
  const { url, app } = server;
  const token = server.token();
  const headers = [["x-acs-dingtalk-access-token", token]];
  const typed = [["Content-Type", "application/json"]];
  const userId = `example-${randomUUID()}`;
  const member = `${url}/v1.0/carillon/members/${userId}`;
  const legacy = (path) => `${url}${path}?access_token=${token}`;
  const { unionid } = server;

  const isOk = (response) => assert.equal(json(response).errcode, 0, response);
  const hasDescription = (text) => async (response) => {
    isOk(response);
    assert.equal((await server.call("/topapi/serviceaccount/get", { unionid })).service_account.desc, text);
  };
  const hasRemark = (text) => async (response) => {
    assert.equal(json(response).code, undefined, response);
    assert.equal((await server.callV1(`/v1.0/carillon/members/${userId}`, undefined, "GET")).remark, text);
  };
  const update = legacy("/topapi/serviceaccount/update");
  const all = {};
  for (const [name, desc] of Object.entries(TEXTS)) {
    all[`legacy POST, ${name}`] = [{ method: "POST", url: update, headers: typed, body: JSON.stringify({ unionid, desc }) }, hasDescription(desc)];
  }
  for (const [name, desc] of Object.entries(TEXTS)) {
    const form = [["Content-Type", "application/x-www-form-urlencoded"]];
    // Another text than the one that is stored.
    const body = new URLSearchParams({ unionid, desc: `表单：${desc}` }).toString();
    all[`form, ${name}`] = [{ method: "POST", url: update, headers: form, body }, hasDescription(`表单：${desc}`)];
  }
  const pair = new URLSearchParams({ appkey: app.app_key, appsecret: app.app_secret });
  const isToken = (response) => assert.match(json(response).access_token, /^[0-9a-z]+$/);
  const isFound = (response) => assert.deepEqual(json(response).items.map((item) => item.userId), [userId]);
  const name = `例 & "${language}" + 100% $1 ${userId.slice(-8)}`;
  const search = `${url}/v1.0/carillon/members?search=${encodeURIComponent(name)}`;
  const fields = { name, remark: TEXTS["quotes and line breaks"] };
  const changed = TEXTS["what other languages insert"];
  const put = JSON.stringify({ remark: changed, roleIds: [], hideMobile: false, workPlace: null });
  return {
    ...all,
    "legacy POST, no body": [{ method: "POST", url: legacy("/topapi/serviceaccount/list"), headers: [] }, isOk],
    "legacy POST, an empty object": [{ method: "POST", url: legacy("/topapi/serviceaccount/list"), headers: typed, body: "{}" }, isOk],
    "legacy GET": [{ method: "GET", url: `${url}/gettoken?${pair}`, headers: [] }, isToken],
    ...Object.fromEntries(
      FILES.map(({ name }, index) => {
        const request = { method: "POST", url: `${legacy("/media/upload")}&type=image`, headers: [], file: { field: "media", name, type: "image/gif" } };
        return [index ? "upload, a comma and a semicolon in the name" : "upload", [request, isOk]];
      }),
    ),
    "v1.0 POST": [
      { method: "POST", url: `${url}/v1.0/carillon/members`, headers: [...headers, ...typed], body: JSON.stringify({ userId, departmentIds: [1], ...fields }) },
      hasRemark(fields.remark),
    ],
    "v1.0 GET": [{ method: "GET", url: search, headers }, isFound],
    "v1.0 PUT": [{ method: "PUT", url: member, headers: [...headers, ...typed], body: put }, hasRemark(changed)],
    "v1.0 DELETE": [{ method: "DELETE", url: member, headers }, async () => assert.notEqual(await server.status(member), 200)],
  };
}
