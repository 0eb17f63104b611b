// The server, and what an operator made on it.
import { randomUUID } from "node:crypto";

export const PASSWORD = "钟声 carillon";

// Those that this run made and that are in use, oldest first.
const accounts = [];

export class World {
  constructor({ url, main, program, data }, token) {
    this.url = url;
    this.app = main;
    // How an operator reaches the server, and where its data lies.
    Object.assign(this, { program, data });
    // As an official generated client gets it.
    this.token = token;
  }

  // Calls an operation of the legacy host that has to succeed.
  async call(path, fields) {
    const body = fields instanceof FormData ? fields : JSON.stringify(fields);
    const answer = await fetch(`${this.url}${path}?access_token=${this.token()}`, { method: "POST", body });
    const said = await answer.json();
    if (said.errcode !== 0) throw new Error(`${path}: ${JSON.stringify(said)}`);
    return said;
  }

  // Calls an operation of the v1.0 host that has to succeed.
  async callV1(path, fields, method = "POST") {
    const headers = { "x-acs-dingtalk-access-token": this.token(), "content-type": "application/json" };
    const answer = await fetch(`${this.url}${path}`, { method, headers, body: JSON.stringify(fields) });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(said)}`);
    return said;
  }

  // The id of a picture of one colour.
  async picture() {
    const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUQAOw==", "base64");
    const form = new FormData();
    form.append("type", "image");
    form.append("media", new Blob([gif], { type: "image/gif" }), "图.gif");
    return (await this.call("/media/upload", form)).media_id;
  }

  // An account of its own; its name is unique in the organisation.
  async account(name) {
    // An organisation has few accounts in use: those of earlier steps make room.
    if (accounts.length >= 6) await this.call("/topapi/serviceaccount/update", { unionid: accounts.shift(), status: "disabled" });
    const picture = await this.picture();
    const account = { name, brief: "简介", desc: "这里有什么", avatar_media_id: picture, preview_media_id: picture };
    const { unionid } = await this.call("/topapi/serviceaccount/add", account);
    accounts.push(unionid);
    return unionid;
  }

  // An article with a cover, published; answers its id and link.
  async article(unionid, title, fields = {}) {
    const article = { title, content: `<p>${title}的正文</p>`, uuid: randomUUID(), thumb_media_id: await this.picture(), ...fields };
    const { article_id } = await this.call("/topapi/material/article/add", { unionid, article });
    const { url } = await this.call("/topapi/material/article/publish", { unionid, article_id });
    return { id: article_id, url };
  }

  // Publishes an article that everybody may read, in an account of its own; answers its link.
  async published(title, content) {
    const unionid = await this.account(`浏览器 ${title}`);
    return (await this.article(unionid, title, { content, view_scope_type: 1 })).url;
  }

  async card(unionid, articles) {
    const list = articles.map((article) => ({ article_id: article.id }));
    return (await this.call("/topapi/material/news/add", { unionid, articles: list })).media_id;
  }

  // A department with one member who can sign in.
  async member() {
    const userid = `m${randomUUID().slice(0, 8)}`;
    const made = await this.call("/topapi/v2/department/create", { name: `部门 ${userid.slice(1)}`, parent_id: 1 });
    const department = made.result.dept_id;
    const member = { userid, name: `员工${userid}`, exclusive_account: true, dept_id_list: [department], init_password: PASSWORD };
    await this.call("/topapi/v2/user/create", member);
    return { userid, department };
  }

  // Sends to a department; answers the task.
  async send(unionid, department, message) {
    const send = { unionid, is_to_all: false, dep_id_list: department, uuid: randomUUID(), ...message };
    return (await this.call("/topapi/message/mass/send", send)).task_id;
  }

  async recall(unionid, task_id) {
    await this.call("/topapi/message/mass/recall", { unionid, task_id });
  }

  // How many have read a send.
  async readers(unionid, task_id) {
    return (await this.callV1("/v1.0/carillon/message/mass/progress", { unionid, task_id })).readers;
  }

  // How many members have opened the first article of a card.
  async viewers(unionid, media_id) {
    return (await this.call("/topapi/material/news/get", { unionid, media_id })).articles[0].user_view_count;
  }
}
