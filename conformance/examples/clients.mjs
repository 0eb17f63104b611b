// The examples that call the official clients for Python and Node.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pageOf } from "./pages.mjs";
import { snippets } from "./server.mjs";

const { client } = await snippets();
const OPERATIONS = JSON.parse(readFileSync(new URL("../../crates/reference/clients.json", import.meta.url), "utf8"));
const NODE_PATH = fileURLToPath(new URL("../node_modules", import.meta.url));
const TEXT = 'Say "hello", it\'s \\n\nline ${x} #{y} %d 中文 😀';

/** What each operation is called with, and what its response has to contain. */
function requests({ url, app, unionid }, yesterday) {
  return {
    "credentials.access_token": [{ method: "POST", path: "/v1.0/oauth2/accessToken", body: { appKey: app.app_key, appSecret: app.app_secret } }, "accessToken"],
    "contacts.user_search": [{ method: "POST", path: "/v1.0/contact/users/search", body: { queryWord: TEXT, offset: 0, size: 10 } }, "totalCount"],
    "statistics.form_dept": [{ method: "GET", path: `/v1.0/exclusive/data/generalForm/dept/${yesterday}?nextToken=0&maxResults=10` }, "hasMore"],
    "statistics.dc_ding_send": [{ method: "GET", path: `/v1.0/datacenter/dingSendData?statDate=${yesterday}` }, "dataList"],
    "mass.send": [
      {
        method: "POST",
        path: "/v1.0/exclusive/follow/message/send",
        body: { unionid, is_to_all: true, msg_type: "text", uuid: randomUUID(), text_content: TEXT },
      },
      "push",
    ],
  };
}

/** The title of a text is its first line. */
async function assertSent(server) {
  const lists = await Promise.all([0, 1, 2].map((status) => server.callV1("/v1.0/carillon/message/mass/list", { unionid: server.unionid, status, max_results: 20 })));
  const titles = lists.flatMap(({ sends }) => sends.map(({ title }) => title));
  assert.deepEqual(titles, [TEXT.split("\n")[0]]);
}

const day = (date) => date.toISOString().slice(0, 10).replaceAll("-", "");

/** Returns a line for each operation and client: its name, and whether it was ok. Nothing if the client lacks the operation. */
export async function runClients(server, language, python) {
  const folder = mkdtempSync(join(tmpdir(), "clients-"));
  const results = [];
  // A send has to have a receiver.
  const { userId } = await server.callV1("/v1.0/carillon/members", { userId: `example-${randomUUID()}`, name: "示例", departmentIds: [1] });
  for (const [id, [{ method, path, body }, expected]] of Object.entries(requests(server, day(new Date(Date.now() - 86_400_000))))) {
    const headers = [["x-acs-dingtalk-access-token", server.token()]];
    const code = client(language, OPERATIONS[id], { method, url: server.url + path, headers, body: body && JSON.stringify(body) });
    if (!code) continue;
    const file = join(folder, language === "python" ? "example.py" : "example.cjs");
    writeFileSync(file, code);
    const program = language === "python" ? [python, ["-B", file]] : ["node", [file]];
    let ok = true;
    try {
      const { stdout } = await promisify(execFile)(...program, { env: { ...process.env, NODE_PATH, LC_ALL: "C.UTF-8" }, timeout: 120_000 });
      if (!stdout.includes(expected)) throw new Error(stdout);
      if (id === "mass.send") await assertSent(server);
    } catch (error) {
      console.error(`${language} client, ${id}: ${error.stderr || error.message}`.slice(0, 2000));
      ok = false;
    }
    results.push([id, ok]);
  }
  await server.callV1(`/v1.0/carillon/members/${userId}`, undefined, "DELETE");
  rmSync(folder, { recursive: true });
  return results;
}

const BATCHES = { python: "batch.py", javascript: "batch.cjs" };

/** Runs the examples of one client, in one process: loading it takes longer than all calls. Returns the outcomes by the id of the operation. */
async function runBatch(language, codes, python) {
  const file = fileURLToPath(new URL(BATCHES[language], import.meta.url));
  const program = language === "python" ? [python, ["-B", file]] : ["node", [file]];
  const running = promisify(execFile)(...program, { env: { ...process.env, NODE_PATH, LC_ALL: "C.UTF-8" }, timeout: 300_000 });
  running.child.stdin.end(JSON.stringify(codes));
  return JSON.parse((await running).stdout);
}

/** The example of the page of an operation, with what this server has in place of the names in it. */
async function requestOf(server, id) {
  const { request } = await pageOf(server, id);
  const values = { ACCESS_TOKEN: server.token(), dingappkey0001: server.app.app_key, APP_SECRET: server.app.app_secret, svcUnionId0001: server.unionid };
  const text = JSON.stringify(request).replace(new RegExp(Object.keys(values).join("|"), "g"), (name) => values[name]);
  return JSON.parse(text);
}

/** `ok` or the code of the error. */
async function outcomeOf({ method, url, headers, body }) {
  const response = await fetch(url, { method, headers, body });
  return response.ok ? "ok" : (await response.json()).code;
}

/**
 * Every operation of the v1.0 client, with the values of its page. An example is ok if the server gave it the same result, or the same error, as
 * the request of the page. Returns the number of operations, and the failed ones with what they were given.
 */
export async function runEveryOperation(server, language, python) {
  const codes = {};
  const expected = {};
  for (const id of Object.keys(OPERATIONS).filter((id) => !OPERATIONS[id].class)) {
    const request = await requestOf(server, id);
    const code = client(language, OPERATIONS[id], request);
    if (!code) continue;
    codes[id] = code;
    expected[id] = await outcomeOf(request);
  }
  const found = await runBatch(language, codes, python);
  const failed = Object.keys(codes).filter((id) => found[id] !== expected[id]);
  return { count: Object.keys(codes).length, succeeded: Object.values(expected).filter((each) => each === "ok").length, failed: failed.map((id) => `${id}: ${found[id]} instead of ${expected[id]}`) };
}

/** The examples of the page of every operation in a language whose client is not run, by id. */
export async function examplesOf(server, language) {
  const codes = {};
  for (const [id, operation] of Object.entries(OPERATIONS)) codes[id] = client(language, operation, await requestOf(server, id));
  return Object.fromEntries(Object.entries(codes).filter(([, code]) => code));
}
