// Statistics of days, meetings and service accounts, counted from facts that this suite sends.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Generated, assertThrows } from "./generated.mjs";
import { daysAgo } from "./organisation.mjs";

const TABLE = JSON.parse(readFileSync(new URL("../days.json", import.meta.url), "utf8"));
const PERMISSION = "DataProduct.Statistics.Read";
// No other suite sends facts of the days up to this one that count for it.
const FIRST = 5;
const DAY = daysAgo(FIRST);
const DATE = DAY.text;
const FUTURE = daysAgo(-1).text;
const MEETING = { conferenceId: "node-m1", title: "周会" };

export class Days extends Generated {
  static operations = [
    "getActiveUserSummary", "getCalenderSummary", "getDingReportSummary", "getDocCreatedSummary", "getGeneralFormCreatedSummary",
    "getDingReportDeptSummary", "getDocCreatedDeptSummary", "getGeneralFormCreatedDeptSummary", "getUserAppVersionSummary",
    "getPublisherSummary", "getInActiveUserList", "getConferenceDetail", "getConfBaseInfoByLogicalId",
  ];

  constructor(fixture, organisation) {
    super(fixture, "exclusive_1_0");
    this.organisation = organisation;
  }

  async prepare() {
    await this.organisation.create();
    const ids = { conferenceId: "node-m1" };
    const idsByKind = { video_meeting: { ...ids, logicalConferenceId: "node-l1" }, video_participation: ids };
    const facts = TABLE.facts.map(([days, short, kind, fields]) => [daysAgo(FIRST + days), short, kind, { ...fields, ...idsByKind[kind] }]);
    await this.organisation.sendFacts("days", facts);
  }

  // Tries invalid days.
  async assertInvalidDays(name, ...request) {
    for (const day of ["20251301", "x", FUTURE]) await this.assertError("param.illegal", name, "main", day, ...request);
    await this.assertGuarded(PERMISSION, name, DATE, ...request);
  }

  getActiveUserSummary() {
    // One of the five members signed in 30 days before.
    return this.assertBody({ actUsrCnt1m: "4" }, "getActiveUserSummary", "main", DATE);
  }

  getCalenderSummary() {
    const expected = { calendarCreateUserCnt: "1", recvCalendarUserCnt1d: "2", useCalendarUserCnt1d: "4" };
    return this.assertBody(expected, "getCalenderSummary", "main", DATE);
  }

  getDingReportSummary() {
    // Two members commented on one report, one of them also on another.
    return this.assertBody({ reportCommentUserCnt1d: "3" }, "getDingReportSummary", "main", DATE);
  }

  getDocCreatedSummary() {
    return this.assertBody({ docCreatedCnt: "15", docCreateUserCnt1d: "3" }, "getDocCreatedSummary", "main", DATE);
  }

  getGeneralFormCreatedSummary() {
    const expected = { generalFormCreatedCnt: "7", useGeneralFormUserCnt1d: "3" };
    return this.assertBody(expected, "getGeneralFormCreatedSummary", "main", DATE);
  }

  page(name, fields) {
    return this.request(name, { nextToken: 0, maxResults: 100, ...fields });
  }

  async assertInvalidPages(name) {
    for (const wrong of [{ maxResults: 0 }, { maxResults: 101 }, { nextToken: -1 }]) {
      await this.assertError("param.illegal", name, "main", DATE, this.page(name, wrong));
    }
    for (const field of ["maxResults", "nextToken"]) {
      await this.assertError(`Missing${field}`, name, "main", DATE, this.page(name, { [field]: undefined }));
    }
    await this.assertInvalidDays(name, this.page(name));
  }

  // Lists all departments in the order of their ids. Only the root and the two of the organisation have numbers other than 0.
  async departments(name, fields, numbers) {
    const { above, below, departments } = this.organisation;
    const known = { 1: numbers[0], [above]: numbers[1], [below]: numbers[2] };
    const rows = departments.map(({ dept_id, name: deptName }) => {
      const [first, second] = known[dept_id] ?? ["0", "0"];
      return { deptId: String(dept_id), deptName, [fields[0]]: first, [fields[1]]: second };
    });
    await this.assertBody({ data: rows, hasMore: false, nextToken: 0 }, name, "main", DATE, this.page(name));
    const [{ dept_id: root }, { dept_id: second }] = departments;
    const one = { data: [rows[0]], hasMore: true, nextToken: root };
    await this.assertBody(one, name, "main", DATE, this.page(name, { maxResults: 1 }));
    const next = { data: [rows[1]], hasMore: departments.length > 2, nextToken: second };
    await this.assertBody(next, name, "main", DATE, this.page(name, { maxResults: 1, nextToken: root }));
  }

  getDingReportDeptSummary() {
    const numbers = [["3", "12"], ["2", "7"], ["1", "4"]];
    return this.departments("getDingReportDeptSummary", ["dingReportSendUsrCnt", "dingReportSendCnt"], numbers);
  }

  getDocCreatedDeptSummary() {
    const numbers = [["15", "3"], ["9", "2"], ["5", "1"]];
    return this.departments("getDocCreatedDeptSummary", ["docCreatedCnt", "createDocUserCnt1d"], numbers);
  }

  getGeneralFormCreatedDeptSummary() {
    const numbers = [["7", "3"], ["7", "2"], ["5", "1"]];
    const fields = ["generalFormCreateCnt1d", "useGeneralFormUserCnt1d"];
    return this.departments("getGeneralFormCreatedDeptSummary", fields, numbers);
  }

  async getUserAppVersionSummary() {
    const name = "getUserAppVersionSummary";
    const version = (client, appVersion, userCnt) => ({ statDate: DATE, orgName: this.organisation.name, client, appVersion, userCnt });
    const rows = [version("iOS", "8.0.0", 2), version("Windows", "8.0.1", 1)];
    await this.assertBody({ data: rows, hasMore: false, nextToken: 0 }, name, "main", DATE, this.page(name));
    // The token is opaque, so it is taken from the response.
    const { nextToken } = (await this.call(name, "main", DATE, this.page(name, { maxResults: 1 }))).body;
    const first = { data: [rows[0]], hasMore: true, nextToken };
    await this.assertBody(first, name, "main", DATE, this.page(name, { maxResults: 1 }));
    const last = { data: [rows[1]], hasMore: false, nextToken: 0 };
    await this.assertBody(last, name, "main", DATE, this.page(name, { maxResults: 1, nextToken }));
  }

  // Accounts count from the day of their creation, so this is about today, and added to what other suites did.
  async getPublisherSummary() {
    const name = "getPublisherSummary";
    const today = daysAgo(0);
    const before = (await this.call(name, "main", today.text, this.page(name))).body.toMap();
    assert.equal(before.hasMore, false);
    const unionId = await this.fixture.account("节点读");
    const articles = [await this.fixture.article(unionId, "节点一"), await this.fixture.article(unionId, "节点二")];
    const now = { at: Date.now() };
    const read = ({ id: articleId }, times) => Array(times).fill([now, null, "article_read", { unionid: unionId, articleId }]);
    await this.organisation.sendFacts("reads", [...read(articles[0], 300), ...read(articles[1], 400)]);

    const more = (text, number) => String(Number(text) + number);
    const row = { unionId, publisherName: "节点读", publisherArticleCntStd: "2", publisherArticlePvCntStd: "700" };
    const after = {
      data: [...before.data, row],
      publisherCntStd: String(before.data.length + 1),
      publisherArticleCntStd: more(before.publisherArticleCntStd, 2),
      publisherArticlePvCntStd: more(before.publisherArticlePvCntStd, 700),
      publisherArticlePvTop5: [{ name: "节点二" }, { name: "节点一" }, ...before.publisherArticlePvTop5].slice(0, 5),
      hasMore: false,
      nextToken: 0,
    };
    await this.assertBody(after, name, "main", today.text, this.page(name));
    const size = before.data.length;
    const { nextToken } = (await this.call(name, "main", today.text, this.page(name, { maxResults: size }))).body;
    const first = { ...after, data: before.data, hasMore: true, nextToken };
    await this.assertBody(first, name, "main", today.text, this.page(name, { maxResults: size }));
    await this.assertBody({ ...after, data: [row] }, name, "main", today.text, this.page(name, { maxResults: size, nextToken }));
    // The account did not exist on that day.
    const none = {
      data: [], publisherCntStd: "0", publisherArticleCntStd: "0", publisherArticlePvCntStd: "0", publisherArticlePvTop5: [],
      hasMore: false, nextToken: 0,
    };
    await this.assertBody(none, name, "main", DATE, this.page(name));
  }

  inactive(fields) {
    const wanted = { statDate: DATE, pageNumber: 1, pageSize: 20, deptIds: [String(this.organisation.above)], ...fields };
    return this.request("getInActiveUserList", wanted);
  }

  async getInActiveUserList() {
    const { bob, dan, eve } = this.organisation.members;
    const row = ({ job_number, name, userid }, department, flags) => {
      const values = [job_number, name, department, userid, ...flags];
      const numbers = TABLE.inactive.map(([id], index) => [`${id}_DAY`, values[index]]);
      return { stat_date: DATE, corp_id: this.fixture.apps.main.corp_id, ...Object.fromEntries(numbers) };
    };
    const rows = [row(bob, "节点部", "NYYY"), row(eve, "节点部", "NNNN")];
    const metaList = TABLE.inactive.map(([kpiId, kpiName, kpiCaliber]) => ({ kpiCaliber, kpiId, kpiName, period: "DAY", unit: "" }));
    const assertFound = (dataList, fields) => this.assertBody({ dataList, metaList }, "getInActiveUserList", "main", this.inactive(fields));
    await assertFound(rows);
    await assertFound([rows[1]], { pageNumber: 2, pageSize: 1 });
    await assertFound([], { deptIds: [String(this.organisation.below)] });
    // Without departments, it lists all members.
    const { body } = await this.call("getInActiveUserList", "main", this.inactive({ deptIds: undefined, pageSize: 100 }));
    const everybody = body.dataList.filter((member) => member["14004_DAY"].startsWith("node-"));
    assert.deepEqual(everybody, [rows[0], row(dan, this.organisation.name, "NNNY"), rows[1]]);
  }

  async getInActiveUserListErrors() {
    const name = "getInActiveUserList";
    await this.assertError("statDate.is.null", name, "main", this.inactive({ statDate: undefined }));
    for (const statDate of ["x", "20251301", FUTURE]) {
      await this.assertError("statDate.format.iserror", name, "main", this.inactive({ statDate }));
    }
    for (const wrong of [{ pageNumber: 0 }, { pageSize: 101 }, { deptIds: ["x"] }]) {
      await this.assertError("param.illegal", name, "main", this.inactive(wrong));
    }
    await this.assertError("MissingpageSize", name, "main", this.inactive({ pageSize: undefined }));
    await this.assertGuarded(PERMISSION, name, this.inactive());
  }

  getConferenceDetail() {
    const { ann, bob, cat } = this.organisation.members;
    const attendee = ({ name, userid, unionid }, attendDuration) => ({ attendDuration, name, staffId: userid, unionId: unionid });
    const expected = {
      ...MEETING, confStartTime: DAY.at, duration: 1_800_000, totalNum: 4, attendeeNum: 2, attendeePercentage: "50%",
      callerId: ann.unionid, callerName: ann.name, memberList: [attendee(bob, 660_000), attendee(cat, 1_200_000)],
    };
    return this.assertBody(expected, "getConferenceDetail", "main", "node-m1");
  }

  async getConferenceDetailErrors() {
    for (const id of ["none", "node-l1"]) await this.assertError("params.error", "getConferenceDetail", "main", id);
    await this.assertGuarded("Custom.Common.Read", "getConferenceDetail", "node-m1");
  }

  logical(logicalConferenceId) {
    return this.request("getConfBaseInfoByLogicalId", { logicalConferenceId });
  }

  getConfBaseInfoByLogicalId() {
    const { ann } = this.organisation.members;
    const expected = { ...MEETING, logicalConferenceId: "node-l1", startTime: DAY.at, unionId: ann.unionid, nickname: ann.name };
    return this.assertBody(expected, "getConfBaseInfoByLogicalId", "main", this.logical("node-l1"));
  }

  async getConfBaseInfoByLogicalIdErrors() {
    const name = "getConfBaseInfoByLogicalId";
    // The documented status differs from that of the same code elsewhere.
    for (const id of ["none", "node-m1"]) {
      await assertThrows("params.error", () => this.send(name, this.fixture.tokens.main, this.logical(id)), 500);
    }
    await this.assertError("MissinglogicalConferenceId", name, "main", this.logical(undefined));
    await this.assertGuarded("Custom.Common.Read", name, this.logical("node-l1"));
  }
}

const OF_A_DAY = ["getActiveUserSummary", "getCalenderSummary", "getDingReportSummary", "getDocCreatedSummary", "getGeneralFormCreatedSummary"];
const PAGES = [
  "getDingReportDeptSummary", "getDocCreatedDeptSummary", "getGeneralFormCreatedDeptSummary", "getUserAppVersionSummary", "getPublisherSummary",
];
for (const [names, method] of [[OF_A_DAY, "assertInvalidDays"], [PAGES, "assertInvalidPages"]]) {
  for (const name of names) {
    Days.prototype[`${name}Errors`] = function () {
      return this[method](name);
    };
  }
}
