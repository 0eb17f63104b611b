// A generated client for v1.0, with checks of its typed responses and exceptions.
// Only endpoint and protocol differ from the documentation of the client.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The packages are CommonJS modules.
const require = createRequire(import.meta.url);
const { Config } = require("@alicloud/openapi-client");
const { RuntimeOptions } = require("@alicloud/tea-util");

// Status and texts of each error code.
const ERRORS = JSON.parse(readFileSync(new URL("../errors.json", import.meta.url), "utf8"));
const REQUEST_ID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
export const DENIED = "Forbidden.AccessDenied.AccessTokenPermissionDenied";

// The client of one group of operations. Operations have the names of its functions.
export class Generated {
  constructor(fixture, group) {
    this.fixture = fixture;
    this.models = require(`@alicloud/dingtalk/${group}`);
    const endpoint = new URL(fixture.url).host;
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

  // With the default options: a timeout of three seconds, and chunked bodies.
  send(name, token, ...request) {
    const headers = new (this.typed(name, "Headers"))({ xAcsDingtalkAccessToken: token });
    return this.client[`${name}WithOptions`](...request, headers, new RuntimeOptions({}));
  }

  // Calls an operation. Returns its typed response, which must be a success.
  async call(name, app, ...request) {
    const response = await this.send(name, this.fixture.tokens[app], ...request);
    assert.ok(response instanceof this.typed(name, "Response"));
    assert.equal(response.statusCode, 200);
    assert.match(response.headers["content-type"], /^application\/json/);
    return response;
  }

  // Calls an operation and compares the body of its response.
  async assertBody(expected, name, app, ...request) {
    const { body } = await this.call(name, app, ...request);
    assert.ok(body instanceof this.typed(name, "ResponseBody"));
    assert.deepEqual(withoutMoments(body.toMap()), expected);
  }

  // Calls an operation, which must throw the exception of a code.
  assertError(code, name, app, ...request) {
    return assertThrows(code, () => this.send(name, this.fixture.tokens[app], ...request));
  }

  // Checks the errors of all operations: no token, a wrong token, and the token of an app without the permission.
  async assertGuarded(permission, name, ...request) {
    await assertThrows("AuthenticationFailed.MissingParameter", () => this.send(name, undefined, ...request));
    await assertThrows("InvalidAuthentication", () => this.send(name, "wrong", ...request));
    if (!permission) return;
    const error = await this.assertError(DENIED, name, "bare", ...request);
    assert.deepEqual(error.accessDeniedDetail, { requiredScopes: [permission] });
  }
}

// Checks all fields of the exception. A few operations have another status for a code.
export async function assertThrows(code, call, status = ERRORS[code][0]) {
  let response;
  try {
    response = await call();
  } catch (error) {
    const [, ...texts] = ERRORS[code];
    const { data } = error;
    assert.deepEqual([error.code, data?.code, data?.statusCode], [code, code, status], error);
    // The server may add details, such as the name of the field.
    assert.ok(texts.some((text) => data.message.startsWith(text)), data.message);
    assert.match(data.requestid, REQUEST_ID);
    assert.equal(error.message, `${code}: code: ${status}, ${data.message} request id: ${data.requestid}`);
    return error;
  }
  assert.fail(`not ${code}, but ${JSON.stringify(response)}`);
}

// Returns a copy in which each time near now, in milliseconds, is "now".
function withoutMoments(value) {
  const isNow = (number) => typeof number === "number" && Math.abs(Date.now() - number) < 600_000;
  return JSON.parse(JSON.stringify(value, (_, inside) => (isNow(inside) ? "now" : inside)));
}
