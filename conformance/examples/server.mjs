// The started server, for the cases of the examples.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Fixture } from "../browser/fixture.mjs";

export class Server extends Fixture {
  /** Reads the file that describes the server, and creates the account that the examples change. */
  static async open(file) {
    const settings = JSON.parse(readFileSync(file, "utf8"));
    let token;
    const server = new Server(settings, () => token);
    const pair = new URLSearchParams({ appkey: settings.main.app_key, appsecret: settings.main.app_secret });
    token = (await (await fetch(`${settings.url}/gettoken?${pair}`)).json()).access_token;
    server.unionid = await server.account(`示例 ${randomUUID().slice(0, 8)}`);
    return server;
  }

  async status(url) {
    return (await fetch(url, { headers: { "x-acs-dingtalk-access-token": this.token() } })).status;
  }
}

/** The module that the page loads. Its name does not tell Node that it is one. */
export async function snippets() {
  const code = readFileSync(new URL("../../crates/reference/assets/snippets.js", import.meta.url));
  return import(`data:text/javascript;base64,${code.toString("base64")}`);
}
