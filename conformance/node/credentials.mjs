// Tokens.
import assert from "node:assert/strict";
import { Generated, assertThrows } from "./generated.mjs";

export class Credentials extends Generated {
  static operations = ["getAccessToken"];

  constructor(fixture) {
    super(fixture, "oauth2_1_0");
  }

  // The only operation without a token.
  token({ app_key: appKey, app_secret: appSecret }) {
    return this.client.getAccessToken(this.request("getAccessToken", { appKey, appSecret }));
  }

  async getAccessToken() {
    const response = await this.token(this.fixture.apps.main);
    assert.ok(response.body instanceof this.models.GetAccessTokenResponseBody);
    assert.equal(response.statusCode, 200);
    // Until it expires, the same token is returned.
    assert.deepEqual(response.body.toMap(), { accessToken: this.fixture.tokens.main, expireIn: 7200 });
    await this.fixture.call("/topapi/serviceaccount/list", {});
  }

  async getAccessTokenErrors() {
    const { app_key } = this.fixture.apps.main;
    await assertThrows("invalidClientIdOrSecret", () => this.token({ app_key, app_secret: "wrong" }));
    await assertThrows("invalidClientIdOrSecret", () => this.token({ app_key: "wrong", app_secret: "wrong" }));
    await assertThrows("MissingappSecret", () => this.token({ app_key }));
  }
}
