// Urgent messages and comments.
import assert from "node:assert/strict";
import { PASSWORD } from "../browser/world.mjs";
import { Generated } from "./generated.mjs";

const PERMISSION = "qyapi_service_account_message";
const PAGE = { pageNumber: 1, pageSize: 10 };

export class Window extends Generated {
  static operations = [
    // The client has no functions for these three; if it gains them, they are to be tried here.
    "sendMessage", "queryMsgSendRecords", "getMsgRecordDetail",
    "sendAppDing", "sendPhoneDing", "getCommentList", "deleteComment",
  ];

  constructor(world) {
    super(world, "exclusive_1_0");
  }

  async prepare() {
    const { world } = this;
    this.unionid = await world.account("Node");
    this.article = await world.article(this.unionid, "评");
    const media_id = await world.card(this.unionid, [this.article]);
    const { userid, department } = await world.member();
    this.userid = userid;
    this.task = await world.send(this.unionid, department, { msg_type: "news_card", media_id, allow_comment: true });
    const body = new URLSearchParams({ userid, password: PASSWORD, next: "/inbox" });
    const signedIn = await fetch(`${world.url}/sign-in`, { method: "POST", body, redirect: "manual" });
    assert.equal(signedIn.status, 303);
    this.cookie = signedIn.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  }

  // As the operator settles who sends urgent messages.
  settleDings(settings) {
    return this.world.callV1("/v1.0/carillon/dings/settings", settings, "PUT");
  }

  async unsettledDings(name, request) {
    await this.settleDings({ agreement_signed: false });
    await this.refused("assign.lack", name, "main", request);
    await this.settleDings({ agreement_signed: true });
    await this.refused("publisher.notexist", name, "main", request);
    await this.settleDings({ agreement_signed: true, app_unionid: this.unionid, phone_unionid: this.unionid });
  }

  ding(name, fields) {
    return this.request(name, { userids: [this.userid], content: "开会", ...fields });
  }

  async wrongDings(name) {
    for (const wrong of [{ userids: [] }, { userids: ["none"] }, { content: "" }]) {
      await this.refused("param.illegal", name, "main", this.ding(name, { content: "新", ...wrong }));
    }
  }

  async sendAppDing() {
    await this.settleDings({ agreement_signed: true, app_unionid: this.unionid });
    // The client reads nothing of the answer but its status.
    await this.answer("sendAppDing", "main", this.ding("sendAppDing"));
  }

  async sendAppDingErrors() {
    const ding = this.ding("sendAppDing");
    await this.unsettledDings("sendAppDing", ding);
    await this.refused("message.duplicate", "sendAppDing", "main", ding);
    await this.wrongDings("sendAppDing");
    await this.guarded("Custom.Ding.Send", "sendAppDing", ding);
  }

  async sendPhoneDing() {
    await this.settleDings({ agreement_signed: true, phone_unionid: this.unionid });
    await this.answers({ success: true }, "sendPhoneDing", "main", this.ding("sendPhoneDing"));
  }

  async sendPhoneDingErrors() {
    const ding = this.ding("sendPhoneDing");
    await this.unsettledDings("sendPhoneDing", ding);
    await this.refused("message.duplicate", "sendPhoneDing", "main", ding);
    const many = this.ding("sendPhoneDing", { userids: Array(21).fill(this.userid) });
    await this.refused("batch.toolarge", "sendPhoneDing", "main", many);
    await this.wrongDings("sendPhoneDing");
    // It needs no permission.
    await this.guarded(null, "sendPhoneDing", ding);
  }

  // As a reader writes one below the article.
  async comment(content) {
    const body = new URLSearchParams({ send: this.task, content });
    const page = await fetch(`${this.article.url}/comments`, { method: "POST", body, headers: { cookie: this.cookie } });
    assert.equal(page.status, 200);
  }

  list(fields) {
    return this.request("getCommentList", { ...PAGE, ...fields });
  }

  async getCommentList() {
    await this.comment("好 <b>");
    const { body } = await this.answer("getCommentList", "main", this.unionid, this.list());
    const [{ commentId }] = body.data;
    assert.match(commentId, /^[0-9]+$/);
    const comment = { commentId, commentTime: "now", commentUserName: `员工${this.userid}`, content: "好 <b>" };
    await this.answers({ data: [comment], totalCount: 1 }, "getCommentList", "main", this.unionid, this.list());
    await this.answers({ data: [], totalCount: 1 }, "getCommentList", "main", this.unionid, this.list({ pageNumber: 2 }));
  }

  async getCommentListErrors() {
    await this.refused("publisher.not.exist", "getCommentList", "main", "noneiE", this.list());
    for (const wrong of [{ pageNumber: 0 }, { pageSize: 101 }, { pageNumber: undefined }]) {
      await this.refused("param.illegal", "getCommentList", "main", this.unionid, this.list(wrong));
    }
    await this.guarded(PERMISSION, "getCommentList", this.unionid, this.list());
  }

  async deleteComment() {
    const listed = await this.answer("getCommentList", "main", this.unionid, this.list());
    this.deleted = listed.body.data[0].commentId;
    assert.equal((await this.answer("deleteComment", "main", this.unionid, this.deleted)).body, true);
    await this.answers({ data: [], totalCount: 0 }, "getCommentList", "main", this.unionid, this.list());
  }

  async deleteCommentErrors() {
    await this.refused("param.illegal", "deleteComment", "main", this.unionid, this.deleted);
    await this.refused("publisher.not.exist", "deleteComment", "main", "noneiE", this.deleted);
    await this.guarded(PERMISSION, "deleteComment", this.unionid, this.deleted);
  }
}
