// The server and its organisation, with helpers that create data.
import { randomUUID } from "node:crypto";

export const PASSWORD = "钟声 carillon";

// Accounts that this run created and that are enabled, oldest first.
const accounts = [];

export class Fixture {
  constructor({ url, main, corp_id, program, data }, token) {
    this.url = url;
    this.app = main;
    this.corp = corp_id;
    // The `carillon` program and the data folder, for commands of an operator.
    Object.assign(this, { program, data });
    // Returns a token from an official generated client.
    this.token = token;
  }

  // Calls an operation of the legacy host. Throws if it fails.
  async call(path, fields) {
    const form = fields instanceof FormData ? fields : JSON.stringify(fields);
    const response = await fetch(`${this.url}${path}?access_token=${this.token()}`, { method: "POST", body: form });
    const body = await response.json();
    if (body.errcode !== 0) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  }

  // Calls an operation of the v1.0 host. Throws if it fails.
  async callV1(path, fields, method = "POST") {
    const headers = { "x-acs-dingtalk-access-token": this.token(), "content-type": "application/json" };
    const response = await fetch(`${this.url}${path}`, { method, headers, body: JSON.stringify(fields) });
    const body = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  }

  // Uploads a picture of one pixel and returns its id.
  async picture() {
    const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");
    const form = new FormData();
    form.append("type", "image");
    form.append("media", new Blob([gif], { type: "image/gif" }), "图.gif");
    return (await this.call("/media/upload", form)).media_id;
  }

  // Creates an account. Names are unique in the organisation.
  async account(name) {
    // The number of enabled accounts is limited, so older ones are disabled.
    if (accounts.length >= 6) await this.call("/topapi/serviceaccount/update", { unionid: accounts.shift(), status: "disabled" });
    const picture = await this.picture();
    const account = { name, brief: "简介", desc: "这里有什么", avatar_media_id: picture, preview_media_id: picture };
    const { unionid } = await this.call("/topapi/serviceaccount/add", account);
    accounts.push(unionid);
    return unionid;
  }

  // Publishes an article with a cover. Returns its id and link.
  async article(unionid, title, fields = {}) {
    const article = { title, content: `<p>${title}的正文</p>`, uuid: randomUUID(), thumb_media_id: await this.picture(), ...fields };
    const { article_id } = await this.call("/topapi/material/article/add", { unionid, article });
    const { url } = await this.call("/topapi/material/article/publish", { unionid, article_id });
    return { id: article_id, url };
  }

  // Publishes an article that everybody may read, in a new account. Returns its link.
  async published(title, content) {
    const unionid = await this.account(`浏览器 ${title}`);
    return (await this.article(unionid, title, { content, view_scope_type: 1 })).url;
  }

  async card(unionid, articles) {
    const list = articles.map((article) => ({ article_id: article.id }));
    return (await this.call("/topapi/material/news/add", { unionid, articles: list })).media_id;
  }

  // Creates a department with one member who can sign in.
  async member() {
    const userid = `m${randomUUID().slice(0, 8)}`;
    const created = await this.call("/topapi/v2/department/create", { name: `部门 ${userid.slice(1)}`, parent_id: 1 });
    const department = created.result.dept_id;
    const member = { userid, name: `员工${userid}`, exclusive_account: true, dept_id_list: [department], init_password: PASSWORD };
    await this.call("/topapi/v2/user/create", member);
    return { userid, department };
  }

  // Sends to a department. Returns the task id.
  async send(unionid, department, message) {
    const send = { unionid, is_to_all: false, dep_id_list: department, uuid: randomUUID(), ...message };
    return (await this.call("/topapi/message/mass/send", send)).task_id;
  }

  async recall(unionid, task_id) {
    await this.call("/topapi/message/mass/recall", { unionid, task_id });
  }

  // Returns the number of readers of a send.
  async readers(unionid, task_id) {
    return (await this.callV1("/v1.0/carillon/message/mass/progress", { unionid, task_id })).readers;
  }

  // Returns the number of members who opened the first article of a card.
  async viewers(unionid, media_id) {
    return (await this.call("/topapi/material/news/get", { unionid, media_id })).articles[0].user_view_count;
  }
}
