// A generated client for v1.0, and what its typed answers and its exceptions have to be.
// Only endpoint and protocol differ from the documentation of the client.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The packages are of the older kind of modules.
const require = createRequire(import.meta.url);
const { Config } = require("@alicloud/openapi-client");
const { RuntimeOptions } = require("@alicloud/tea-util");

// The status and the text of each code.
const REFUSALS = JSON.parse(readFileSync(new URL("../refusals.json", import.meta.url), "utf8"));
const REQUEST_ID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
export const DENIED = "Forbidden.AccessDenied.AccessTokenPermissionDenied";

// The client of one group of operations, which are named as its functions are.
export class Generated {
  constructor(world, group) {
    this.world = world;
    this.models = require(`@alicloud/dingtalk/${group}`);
    const endpoint = new URL(world.url).host;
    this.client = new this.models.default(new Config({ protocol: "http", regionId: "central", endpoint }));
  }

  has(name) {
    return typeof this.client[`${name}WithOptions`] === "function";
  }

  typed(name, ending) {
    return this.models[name[0].toUpperCase() + name.slice(1) + ending];
  }

  request(name, fields) {
    return new (this.typed(name, "Request"))(fields);
  }

  // Its own defaults hold: it waits for three seconds, and sends bodies in chunks.
  call(name, token, ...given) {
    const headers = new (this.typed(name, "Headers"))({ xAcsDingtalkAccessToken: token });
    return this.client[`${name}WithOptions`](...given, headers, new RuntimeOptions({}));
  }

  // The typed answer of an operation that has to succeed.
  async answer(name, app, ...given) {
    const answer = await this.call(name, this.world.tokens[app], ...given);
    assert.ok(answer instanceof this.typed(name, "Response"));
    assert.equal(answer.statusCode, 200);
    assert.match(answer.headers["content-type"], /^application\/json/);
    return answer;
  }

  // Holds all that the client reads of an answer to what it has to be.
  async answers(expected, name, app, ...given) {
    const { body } = await this.answer(name, app, ...given);
    assert.ok(body instanceof this.typed(name, "ResponseBody"));
    assert.deepEqual(withoutMoments(body.toMap()), expected);
  }

  // Provokes the exception of a code.
  refused(code, name, app, ...given) {
    return raises(code, () => this.call(name, this.world.tokens[app], ...given));
  }

  // Provokes what all operations refuse: no token, a wrong one, and one of an app without the permission.
  async guarded(permission, name, ...given) {
    await raises("AuthenticationFailed.MissingParameter", () => this.call(name, undefined, ...given));
    await raises("InvalidAuthentication", () => this.call(name, "wrong", ...given));
    if (!permission) return;
    const error = await this.refused(DENIED, name, "bare", ...given);
    assert.deepEqual(error.accessDeniedDetail, { requiredScopes: [permission] });
  }
}

// Holds all fields of the exception to those of the code; a few operations answer a code with a status of their own.
export async function raises(code, call, status = REFUSALS[code][0]) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    const [, ...texts] = REFUSALS[code];
    const { data } = error;
    assert.deepEqual([error.code, data?.code, data?.statusCode], [code, code, status], error);
    // The server may say more, such as which field it means.
    assert.ok(texts.some((text) => data.message.startsWith(text)), data.message);
    assert.match(data.requestid, REQUEST_ID);
    assert.equal(error.message, `${code}: code: ${status}, ${data.message} request id: ${data.requestid}`);
    return error;
  }
  assert.fail(`not ${code}, but ${JSON.stringify(answer)}`);
}

// A copy with "now" for each time of now, in milliseconds.
function withoutMoments(value) {
  const isNow = (number) => typeof number === "number" && Math.abs(Date.now() - number) < 600_000;
  return JSON.parse(JSON.stringify(value, (_, inside) => (isNow(inside) ? "now" : inside)));
}
