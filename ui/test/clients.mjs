// The examples that call official clients: what can be checked without the clients.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { client } from "../reference/main.js";
import { read } from "./literals.mjs";

const OPERATIONS = JSON.parse(readFileSync(new URL("../../crates/reference/clients.json", import.meta.url), "utf8"));
const LANGUAGES = ["python", "javascript", "java", "go"];
const TEXT = "\"quotes\" 'and' \\ $x ${y} #{z} %d \"\"\" ``` one\ntwo 中文 😀";
const BODY = { text: TEXT, order: 5, list: [{ a: TEXT }, {}], flag: true, empty: {}, absent: null };

/** A request to an operation, with values in its path, its query and its body. */
function request({ path }, body = BODY) {
  const url = `http://127.0.0.1:1${path.replace(/\{\w+\}/g, "%E4%BD%A0%22")}?access_token=t0&nextToken=0&maxResults=20&statDate=20250101`;
  return { method: "POST", url, headers: [["x-acs-dingtalk-access-token", "t0"]], body: body && JSON.stringify(body) };
}

for (const language of LANGUAGES) {
  test(`${language}: every operation of the client`, () => {
    let count = 0;
    for (const operation of Object.values(OPERATIONS)) {
      const code = client(language, operation, request(operation));
      if (!code) continue;
      count += 1;
      const literals = read(language, code);
      assert.doesNotMatch(code, /undefined|\[object/);
      if (operation.class || operation.hasRequest) assert.ok(literals.some((literal) => literal === TEXT || literal.includes(JSON.stringify(TEXT))), code);
      if (!operation.class && operation.path.includes("{")) assert.ok(literals.includes('你"'), code);
    }
    assert.ok(count > 40, `${count} examples`);
  });
}

test("the client of the legacy host is there for Java only", () => {
  for (const language of LANGUAGES) assert.equal(Boolean(client(language, OPERATIONS["serviceaccount.add"], request(OPERATIONS["serviceaccount.add"]))), language === "java");
});

test("values have the types of the client for Java", () => {
  const code = client("java", OPERATIONS["serviceaccount.add"], request(OPERATIONS["serviceaccount.add"]));
  for (const line of ["request.setOrder(5L);", "request.setFlag(true);", 'request.setEmpty("{}");', 'request.setStatDate("20250101");', 'client.execute(request, "t0")']) {
    assert.ok(code.includes(line), line);
  }
  assert.doesNotMatch(code, /setAbsent|setAccessToken/);
});

test("a query has the types of its fields", () => {
  const operation = OPERATIONS["statistics.form_dept"];
  assert.match(client("go", operation, request(operation, null)), /"nextToken": 0,\n {2}"maxResults": 20,\n {2}"statDate": "20250101"/);
});

test("a form is a body too", () => {
  const operation = OPERATIONS["contacts.user_search"];
  const form = { ...request(operation), body: "queryWord=%22a%22+b&offset=0" };
  assert.match(client("python", operation, form), /"queryWord": "\\"a\\" b"/);
});

test("an upload names its file", () => {
  const operation = OPERATIONS["credentials.media_upload"];
  const upload = { method: "POST", url: "http://127.0.0.1:1/media/upload?access_token=t0&type=image", headers: [], file: { field: "media", name: "图.gif" } };
  const code = client("java", operation, upload);
  assert.match(code, /request\.setType\("image"\);\n +request\.setMedia\(new FileItem\("图\.gif"\)\);/);
});
