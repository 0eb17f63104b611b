// Tokens.
import assert from "node:assert/strict";
import { Generated, raises } from "./generated.mjs";

export class Credentials extends Generated {
  static operations = ["getAccessToken"];

  constructor(world) {
    super(world, "oauth2_1_0");
  }

  // The one operation that takes no token.
  token({ app_key: appKey, app_secret: appSecret }) {
    return this.client.getAccessToken(this.request("getAccessToken", { appKey, appSecret }));
  }

  async getAccessToken() {
    const answer = await this.token(this.world.apps.main);
    assert.ok(answer.body instanceof this.models.GetAccessTokenResponseBody);
    assert.equal(answer.statusCode, 200);
    // Within its life, the one that was given before.
    assert.deepEqual(answer.body.toMap(), { accessToken: this.world.tokens.main, expireIn: 7200 });
    await this.world.call("/topapi/serviceaccount/list", {});
  }

  async getAccessTokenErrors() {
    const { app_key } = this.world.apps.main;
    await raises("invalidClientIdOrSecret", () => this.token({ app_key, app_secret: "wrong" }));
    await raises("invalidClientIdOrSecret", () => this.token({ app_key: "wrong", app_secret: "wrong" }));
    await raises("param.illegal", () => this.token({ app_key }));
  }
}
