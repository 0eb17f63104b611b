// Urgent messages and comments.
import assert from "node:assert/strict";
import { PASSWORD } from "../browser/fixture.mjs";
import { Generated } from "./generated.mjs";

const PERMISSION = "qyapi_service_account_message";
const PAGE = { pageNumber: 1, pageSize: 10 };

export class Exclusive extends Generated {
  static operations = [
    // The client has no functions for these three. If a later version has them, they must be tried here.
    "sendMessage", "queryMsgSendRecords", "getMsgRecordDetail",
    "sendAppDing", "sendPhoneDing", "getCommentList", "deleteComment",
  ];

  constructor(fixture) {
    super(fixture, "exclusive_1_0");
  }

  async prepare() {
    const { fixture } = this;
    this.unionid = await fixture.account("Node");
    this.article = await fixture.article(this.unionid, "评");
    const media_id = await fixture.card(this.unionid, [this.article]);
    const { userid, department } = await fixture.member();
    this.userid = userid;
    this.task = await fixture.send(this.unionid, department, { msg_type: "news_card", media_id, allow_comment: true });
    const body = new URLSearchParams({ userid, password: PASSWORD, next: "/inbox" });
    const signedIn = await fetch(`${fixture.url}/sign-in`, { method: "POST", body, redirect: "manual" });
    assert.equal(signedIn.status, 303);
    this.cookie = signedIn.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  }

  // Sets which accounts send urgent messages, as an operator does.
  configureDings(settings) {
    return this.fixture.callV1("/v1.0/carillon/dings/settings", settings, "PUT");
  }

  async assertUnconfiguredDings(name, request) {
    await this.configureDings({ agreement_signed: false });
    await this.assertError("assign.lack", name, "main", request);
    await this.configureDings({ agreement_signed: true });
    await this.assertError("publisher.notexist", name, "main", request);
    await this.configureDings({ agreement_signed: true, app_unionid: this.unionid, phone_unionid: this.unionid });
  }

  ding(name, fields) {
    return this.request(name, { userids: [this.userid], content: "开会", ...fields });
  }

  async assertInvalidDings(name) {
    await this.assertError("param.illegal", name, "main", this.ding(name, { content: "新", userids: ["none"] }));
    await this.assertError("Missinguserids", name, "main", this.ding(name, { content: "新", userids: [] }));
    await this.assertError("Missingcontent", name, "main", this.ding(name, { content: "" }));
  }

  async sendAppDing() {
    await this.configureDings({ agreement_signed: true, app_unionid: this.unionid });
    // The client reads only the status of the response.
    await this.call("sendAppDing", "main", this.ding("sendAppDing"));
  }

  async sendAppDingErrors() {
    const ding = this.ding("sendAppDing");
    await this.assertUnconfiguredDings("sendAppDing", ding);
    await this.assertError("message.duplicate", "sendAppDing", "main", ding);
    await this.assertInvalidDings("sendAppDing");
    await this.assertGuarded("Custom.Ding.Send", "sendAppDing", ding);
  }

  async sendPhoneDing() {
    await this.configureDings({ agreement_signed: true, phone_unionid: this.unionid });
    await this.assertBody({ success: true }, "sendPhoneDing", "main", this.ding("sendPhoneDing"));
  }

  async sendPhoneDingErrors() {
    const ding = this.ding("sendPhoneDing");
    await this.assertUnconfiguredDings("sendPhoneDing", ding);
    await this.assertError("message.duplicate", "sendPhoneDing", "main", ding);
    const many = this.ding("sendPhoneDing", { userids: Array(21).fill(this.userid) });
    await this.assertError("batch.toolarge", "sendPhoneDing", "main", many);
    await this.assertInvalidDings("sendPhoneDing");
    // It needs no permission.
    await this.assertGuarded(null, "sendPhoneDing", ding);
  }

  // Posts a comment as a reader does.
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
    const { body } = await this.call("getCommentList", "main", this.unionid, this.list());
    const [{ commentId }] = body.data;
    assert.match(commentId, /^[0-9]+$/);
    const comment = { commentId, commentTime: "now", commentUserName: `员工${this.userid}`, content: "好 <b>" };
    await this.assertBody({ data: [comment], totalCount: 1 }, "getCommentList", "main", this.unionid, this.list());
    await this.assertBody({ data: [], totalCount: 1 }, "getCommentList", "main", this.unionid, this.list({ pageNumber: 2 }));
  }

  async getCommentListErrors() {
    await this.assertError("publisher.not.exist", "getCommentList", "main", "noneiE", this.list());
    for (const wrong of [{ pageNumber: 0 }, { pageSize: 101 }]) {
      await this.assertError("param.illegal", "getCommentList", "main", this.unionid, this.list(wrong));
    }
    await this.assertError("MissingpageNumber", "getCommentList", "main", this.unionid, this.list({ pageNumber: undefined }));
    await this.assertGuarded(PERMISSION, "getCommentList", this.unionid, this.list());
  }

  async deleteComment() {
    const listed = await this.call("getCommentList", "main", this.unionid, this.list());
    this.deleted = listed.body.data[0].commentId;
    assert.equal((await this.call("deleteComment", "main", this.unionid, this.deleted)).body, true);
    await this.assertBody({ data: [], totalCount: 0 }, "getCommentList", "main", this.unionid, this.list());
  }

  async deleteCommentErrors() {
    await this.assertError("param.illegal", "deleteComment", "main", this.unionid, this.deleted);
    await this.assertError("publisher.not.exist", "deleteComment", "main", "noneiE", this.deleted);
    await this.assertGuarded(PERMISSION, "deleteComment", this.unionid, this.deleted);
  }
}
