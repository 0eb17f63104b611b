// A member of the organisation, signed in without a browser.
import { PASSWORD } from "./fixture.mjs";

export class Member {
  static async signIn(fixture) {
    const { userid } = await fixture.member();
    const form = new URLSearchParams({ userid, password: PASSWORD, next: "/inbox" });
    const response = await fetch(`${fixture.url}/sign-in`, { method: "POST", body: form, redirect: "manual" });
    const member = new Member();
    Object.assign(member, { fixture, cookie: response.headers.get("set-cookie").split(";")[0] });
    return member;
  }

  path(unionid) {
    return `${this.fixture.url}/inbox/a/${unionid}`;
  }

  async write(unionid, text) {
    const body = new FormData();
    body.append("text", text);
    const response = await fetch(`${this.path(unionid)}/messages?fragment=messages`, { method: "POST", body, headers: { cookie: this.cookie } });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }

  // Waits until the HTML of the conversation contains a text.
  async waitFor(unionid, text) {
    for (let tries = 0; tries < 300; tries += 1) {
      const page = await (await fetch(this.path(unionid), { headers: { cookie: this.cookie } })).text();
      if (page.includes(text)) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`no ${text}`);
  }
}
