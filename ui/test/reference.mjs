// The examples of the API reference: what can be checked without the tools of the languages. `npm test` and `cargo xtask test` run it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { tokens } from "../reference/json.js";
import { example, languages } from "../reference/main.js";
import { read } from "./literals.mjs";

const OBJECTS = {
  "quotes": { text: `"double" 'single' \`back\` “curly” 「中文」`, "with-dash": '"' },
  "backslashes": { text: "\\ \\\\ \\n \\\" \\' C:\\new\\u0041 \\x41 \\0 \\(x) \\#(x) \\##(x)", end: "\\" },
  "line breaks": { text: "one\ntwo\r\nthree\ttab\u2028line\u2029paragraph\u0007bell\u007f\u0000", end: "\n" },
  "insertions": { text: "$x ${y} $(id) #{z} #$q #@i %d %s %% {{v}} @{u} ~s &amp; !!", name: "$" },
  "ends of literals": { text: "\"\"\" ''' ``` )\" )-\" )--\" |json} |} JSON\nJSON\nEOF ??/ ??' */ // ]]> \"\"\"# \\\"\"\"## '\\''" },
  "letters": { text: "é 中文 😀 \u{1f468}\u200d\u{1f469} \u00a0 \ufeff", 名: "值" },
  "lone halves of emoji": { text: "\ud83d and \ude00" },
  "kinds of values": { a: [], b: {}, c: null, d: true, e: false, f: 0, g: -1, h: 1.5, i: [[1, [2]], { j: "" }] },
  "spaces": { text: " before, after ", " name ": "  " },
};
const JSON_TEXTS = {
  "an empty object": "{}",
  "an array": '["a","b"]',
  "a large number": '{"order":176311228466201025,"big":12345678901234567890,"f":1.0,"e":1e400}',
  "a name twice": '{"a":1,"a":2}',
  "a prototype": '{"__proto__":{"a":1},"constructor":1}',
  "escapes": '{"a":"https:\\/\\/x\\u4f60\\ud83d\\ude00\\b\\f","\\u0061b":1}',
  ...Object.fromEntries(Object.entries(OBJECTS).map(([name, object]) => [name, JSON.stringify(object)])),
};
const TEXTS = {
  "a form": "a=%22b%22+c&d=%E4%BD%A0%5C%0A&text=%24%7Bx%7D",
  "no JSON": '{"a": "line\nbreak", \'b\': \\ $x #{y} ??/ \u0001}',
  "only text": "中文 😀 \"quotes\" 'and' \\ $x",
  "an at sign": "@file",
};

const HEADERS = [["x-acs-dingtalk-access-token", `t"0'\\ $x #{y} %d`]];
const request = (body, type = "application/json") => ({ method: "POST", url: "http://127.0.0.1:1/v1.0/x?q=%E4%BD%A0&s=$x'#{y}", headers: [...HEADERS, ["Content-Type", type]], body });

/** Runs the example with a `fetch` that only takes the request. */
function callOfJavaScript(code) {
  let call;
  const fetch = (url, options) => ((call = { url, ...options }), Promise.resolve(new Response("")));
  new Function("fetch", "console", code)(fetch, { log() {} });
  return call;
}

/** The body that the example would send. */
function sentBody(language, code, expected) {
  if (language === "javascript") return callOfJavaScript(code).body;
  if (language === "http") return code.slice(code.indexOf("\n\n") + 2);
  const values = read(language, code);
  const dumps = /json\.dumps\(([^]*)\)\nheaders/.exec(code)?.[1];
  if (dumps) return dumps.replace(/"(?:[^"\\]|\\.)*"|True|False|None/g, (token) => ({ True: "true", False: "false", None: "null" })[token] ?? token);
  return values.find((value) => same(value, expected)) ?? values.find((value) => value.length >= expected.length);
}

/** Whether two JSON texts differ only in spaces. */
function same(found, expected) {
  const [a, b] = [tokens(found), tokens(expected)];
  return a && b ? a.join("") === b.join("") : found === expected;
}
/** Whether they have the same value, where the example builds it from values of the language. */
function assertValue(found, expected) {
  if (!same(found, expected)) assert.deepEqual(JSON.parse(found), JSON.parse(expected));
}

test("there are fifteen languages in their order", () => {
  const labels = "Shell JavaScript Java Swift Go PHP Python HTTP C C# Objective-C Ruby OCaml Dart R".split(" ");
  assert.deepEqual(languages.map(({ label }) => label), labels);
});

for (const { id, label } of languages) {
  for (const [name, body] of Object.entries(JSON_TEXTS)) {
    test(`${label}: JSON with ${name}`, () => {
      const found = sentBody(id, example(id, request(body)), body);
      if (/large|twice|prototype/.test(name)) assert.ok(same(found, body), found);
      else assertValue(found, body);
    });
  }
  for (const [name, body] of Object.entries(TEXTS)) {
    test(`${label}: ${name}`, () => {
      assert.equal(sentBody(id, example(id, request(body, "application/x-www-form-urlencoded")), body), body);
    });
  }

  test(`${label}: URL and header`, () => {
    const code = example(id, request("{}"));
    const url = "http://127.0.0.1:1/v1.0/x?q=%E4%BD%A0&s=%24x%27";
    if (id === "http") {
      assert.match(code, /^POST \/v1\.0\/x\?q=%E4%BD%A0&s=%24x%27 HTTP\/1\.1\n/);
      return;
    }
    const [name, value] = HEADERS[0];
    const values = read(id, code);
    assert.ok(values.some((found) => found === url || url.endsWith(found)), "URL");
    assert.ok(values.includes(value) || values.includes(`${name}: ${value}`), "header");
  });

  for (const method of ["GET", "DELETE", "PUT", "POST"]) {
    test(`${label}: ${method} without a body`, () => {
      const code = example(id, { method, url: "http://127.0.0.1:1/x", headers: [["Content-Type", "application/json"]] });
      assert.doesNotMatch(code, /content-type|@BODY@|undefined/i);
      if (id !== "http") read(id, code);
    });
  }

  test(`${label}: a file`, () => {
    const file = { field: "media", name: '图 "1".gif', type: "image/gif" };
    const code = example(id, { method: "POST", url: "http://127.0.0.1:1/x?type=image", headers: HEADERS, file, fields: [["type", "it's \"$x\""]] });
    assert.doesNotMatch(code, /@BODY@|undefined/);
    if (id === "http") return;
    const all = read(id, code).join("\n");
    // The library of Go has a type of its own for files, and curl knows it by the name.
    for (const text of ["media", "图 ", ...(["go", "shell"].includes(id) ? [] : ["image/gif"])]) assert.ok(all.includes(text), text);
  });

  test(`${label}: https`, () => {
    const code = example(id, { method: "GET", url: "https://im.example.com/x", headers: [] });
    assert.match(code, /https|use_ssl|HTTPSConnection|Host: im\.example\.com/);
  });
}

test("Shell: curl takes any name of a file", () => {
  // The server writes the same: crates/reference/src/example.rs.
  for (const { name, form } of JSON.parse(readFileSync(new URL("files.json", import.meta.url), "utf8"))) {
    const code = example("shell", { method: "POST", url: "http://127.0.0.1:1/media/upload", headers: [], file: { field: "media", name, type: "image/png" } });
    assert.equal(code, `curl 'http://127.0.0.1:1/media/upload' \\\n  -F '${form.replaceAll("'", "'\\''")}'`);
  }
});

test("HTTP: the length of the body is in bytes", () => {
  const body = '{"a":"中文😀"}';
  assert.match(example("http", request(body)), new RegExp(`^Content-Length: ${Buffer.byteLength(body)}$`, "m"));
});
