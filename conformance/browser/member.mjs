// A member of the organisation, signed in without a browser.
import { PASSWORD } from "./world.mjs";

export class Member {
  static async signIn(world) {
    const { userid } = await world.member();
    const form = new URLSearchParams({ userid, password: PASSWORD, next: "/inbox" });
    const answer = await fetch(`${world.url}/sign-in`, { method: "POST", body: form, redirect: "manual" });
    const member = new Member();
    Object.assign(member, { world, cookie: answer.headers.get("set-cookie").split(";")[0] });
    return member;
  }

  path(unionid) {
    return `${this.world.url}/inbox/a/${unionid}`;
  }

  async write(unionid, text) {
    const body = new FormData();
    body.append("text", text);
    const answer = await fetch(`${this.path(unionid)}/messages?fragment=messages`, { method: "POST", body, headers: { cookie: this.cookie } });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }

  // Waits until the conversation has something.
  async shows(unionid, words) {
    for (let tries = 0; tries < 300; tries += 1) {
      const page = await (await fetch(this.path(unionid), { headers: { cookie: this.cookie } })).text();
      if (page.includes(words)) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`no ${words}`);
  }
}
