// Statistics of a day, of meetings and of service accounts, counted from facts that are sent here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Generated, raises } from "./generated.mjs";
import { daysAgo } from "./office.mjs";

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

  constructor(world, office) {
    super(world, "exclusive_1_0");
    this.office = office;
  }

  async prepare() {
    await this.office.open();
    const ids = { conferenceId: "node-m1" };
    const called = { video_meeting: { ...ids, logicalConferenceId: "node-l1" }, video_participation: ids };
    const facts = TABLE.facts.map(([days, short, kind, fields]) => [daysAgo(FIRST + days), short, kind, { ...fields, ...called[kind] }]);
    await this.office.happened("days", facts);
  }

  // What each operation on a day refuses.
  async wrongDays(name, ...request) {
    for (const day of ["20251301", "x", FUTURE]) await this.refused("param.illegal", name, "main", day, ...request);
    await this.guarded(PERMISSION, name, DATE, ...request);
  }

  getActiveUserSummary() {
    // Of the five members one signed in 30 days before.
    return this.answers({ actUsrCnt1m: "4" }, "getActiveUserSummary", "main", DATE);
  }

  getCalenderSummary() {
    const expected = { calendarCreateUserCnt: "1", recvCalendarUserCnt1d: "2", useCalendarUserCnt1d: "4" };
    return this.answers(expected, "getCalenderSummary", "main", DATE);
  }

  getDingReportSummary() {
    // Two commented on one report, one of them on another.
    return this.answers({ reportCommentUserCnt1d: "3" }, "getDingReportSummary", "main", DATE);
  }

  getDocCreatedSummary() {
    return this.answers({ docCreatedCnt: "15", docCreateUserCnt1d: "3" }, "getDocCreatedSummary", "main", DATE);
  }

  getGeneralFormCreatedSummary() {
    const expected = { generalFormCreatedCnt: "7", useGeneralFormUserCnt1d: "3" };
    return this.answers(expected, "getGeneralFormCreatedSummary", "main", DATE);
  }

  page(name, fields) {
    return this.request(name, { nextToken: 0, maxResults: 100, ...fields });
  }

  async wrongPages(name) {
    for (const wrong of [{ maxResults: 0 }, { maxResults: 101 }, { maxResults: undefined }, { nextToken: -1 }, { nextToken: undefined }]) {
      await this.refused("param.illegal", name, "main", DATE, this.page(name, wrong));
    }
    await this.wrongDays(name, this.page(name));
  }

  // All departments in the order of their ids: the numbers are those of the root, of the two of the office, and zeros.
  async departments(name, fields, numbers) {
    const { above, below, departments } = this.office;
    const known = { 1: numbers[0], [above]: numbers[1], [below]: numbers[2] };
    const rows = departments.map(({ dept_id, name: deptName }) => {
      const [first, second] = known[dept_id] ?? ["0", "0"];
      return { deptId: String(dept_id), deptName, [fields[0]]: first, [fields[1]]: second };
    });
    await this.answers({ data: rows, hasMore: false, nextToken: 0 }, name, "main", DATE, this.page(name));
    const [{ dept_id: root }, { dept_id: second }] = departments;
    const one = { data: [rows[0]], hasMore: true, nextToken: root };
    await this.answers(one, name, "main", DATE, this.page(name, { maxResults: 1 }));
    const next = { data: [rows[1]], hasMore: departments.length > 2, nextToken: second };
    await this.answers(next, name, "main", DATE, this.page(name, { maxResults: 1, nextToken: root }));
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
    const version = (client, appVersion, userCnt) => ({ statDate: DATE, orgName: this.office.name, client, appVersion, userCnt });
    const rows = [version("iOS", "8.0.0", 2), version("Windows", "8.0.1", 1)];
    await this.answers({ data: rows, hasMore: false, nextToken: 0 }, name, "main", DATE, this.page(name));
    // What leads to the next page is for the server alone to know.
    const { nextToken } = (await this.answer(name, "main", DATE, this.page(name, { maxResults: 1 }))).body;
    const first = { data: [rows[0]], hasMore: true, nextToken };
    await this.answers(first, name, "main", DATE, this.page(name, { maxResults: 1 }));
    const last = { data: [rows[1]], hasMore: false, nextToken: 0 };
    await this.answers(last, name, "main", DATE, this.page(name, { maxResults: 1, nextToken }));
  }

  // Accounts count on the days since they were made, so this is of today, and on top of what the other suites did.
  async getPublisherSummary() {
    const name = "getPublisherSummary";
    const today = daysAgo(0);
    const before = (await this.answer(name, "main", today.text, this.page(name))).body.toMap();
    assert.equal(before.hasMore, false);
    const unionId = await this.world.account("节点读");
    const articles = [await this.world.article(unionId, "节点一"), await this.world.article(unionId, "节点二")];
    const now = { at: Date.now() };
    const read = ({ id: articleId }, times) => Array(times).fill([now, null, "article_read", { unionid: unionId, articleId }]);
    await this.office.happened("reads", [...read(articles[0], 300), ...read(articles[1], 400)]);

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
    await this.answers(after, name, "main", today.text, this.page(name));
    const size = before.data.length;
    const { nextToken } = (await this.answer(name, "main", today.text, this.page(name, { maxResults: size }))).body;
    const first = { ...after, data: before.data, hasMore: true, nextToken };
    await this.answers(first, name, "main", today.text, this.page(name, { maxResults: size }));
    await this.answers({ ...after, data: [row] }, name, "main", today.text, this.page(name, { maxResults: size, nextToken }));
    // It was not there yet.
    const none = {
      data: [], publisherCntStd: "0", publisherArticleCntStd: "0", publisherArticlePvCntStd: "0", publisherArticlePvTop5: [],
      hasMore: false, nextToken: 0,
    };
    await this.answers(none, name, "main", DATE, this.page(name));
  }

  inactive(fields) {
    const wanted = { statDate: DATE, pageNumber: 1, pageSize: 20, deptIds: [String(this.office.above)], ...fields };
    return this.request("getInActiveUserList", wanted);
  }

  async getInActiveUserList() {
    const { bob, dan, eve } = this.office.members;
    const row = ({ job_number, name, userid }, department, flags) => {
      const values = [job_number, name, department, userid, ...flags];
      const numbers = TABLE.inactive.map(([id], index) => [`${id}_DAY`, values[index]]);
      return { stat_date: DATE, corp_id: this.world.apps.main.corp_id, ...Object.fromEntries(numbers) };
    };
    const rows = [row(bob, "节点部", "NYYY"), row(eve, "节点部", "NNNN")];
    const metaList = TABLE.inactive.map(([kpiId, kpiName, kpiCaliber]) => ({ kpiCaliber, kpiId, kpiName, period: "DAY", unit: "" }));
    const found = (dataList, fields) => this.answers({ dataList, metaList }, "getInActiveUserList", "main", this.inactive(fields));
    await found(rows);
    await found([rows[1]], { pageNumber: 2, pageSize: 1 });
    await found([], { deptIds: [String(this.office.below)] });
    // Without departments it is of everybody.
    const { body } = await this.answer("getInActiveUserList", "main", this.inactive({ deptIds: undefined, pageSize: 100 }));
    const everybody = body.dataList.filter((member) => member["14004_DAY"].startsWith("node-"));
    assert.deepEqual(everybody, [rows[0], row(dan, this.office.name, "NNNY"), rows[1]]);
  }

  async getInActiveUserListErrors() {
    const name = "getInActiveUserList";
    await this.refused("statDate.is.null", name, "main", this.inactive({ statDate: undefined }));
    for (const statDate of ["x", "20251301", FUTURE]) {
      await this.refused("statDate.format.iserror", name, "main", this.inactive({ statDate }));
    }
    for (const wrong of [{ pageNumber: 0 }, { pageSize: 101 }, { pageSize: undefined }, { deptIds: ["x"] }]) {
      await this.refused("param.illegal", name, "main", this.inactive(wrong));
    }
    await this.guarded(PERMISSION, name, this.inactive());
  }

  getConferenceDetail() {
    const { ann, bob, cat } = this.office.members;
    const came = ({ name, userid, unionid }, attendDuration) => ({ attendDuration, name, staffId: userid, unionId: unionid });
    const expected = {
      ...MEETING, confStartTime: DAY.at, duration: 1_800_000, totalNum: 4, attendeeNum: 2, attendeePercentage: "50%",
      callerId: ann.unionid, callerName: ann.name, memberList: [came(bob, 660_000), came(cat, 1_200_000)],
    };
    return this.answers(expected, "getConferenceDetail", "main", "node-m1");
  }

  async getConferenceDetailErrors() {
    for (const id of ["none", "node-l1"]) await this.refused("params.error", "getConferenceDetail", "main", id);
    await this.guarded("Custom.Common.Read", "getConferenceDetail", "node-m1");
  }

  logical(logicalConferenceId) {
    return this.request("getConfBaseInfoByLogicalId", { logicalConferenceId });
  }

  getConfBaseInfoByLogicalId() {
    const { ann } = this.office.members;
    const expected = { ...MEETING, logicalConferenceId: "node-l1", startTime: DAY.at, unionId: ann.unionid, nickname: ann.name };
    return this.answers(expected, "getConfBaseInfoByLogicalId", "main", this.logical("node-l1"));
  }

  async getConfBaseInfoByLogicalIdErrors() {
    const name = "getConfBaseInfoByLogicalId";
    // Documented with another status than the same code has elsewhere.
    for (const id of ["none", "node-m1", undefined]) {
      await raises("params.error", () => this.call(name, this.world.tokens.main, this.logical(id)), 500);
    }
    await this.guarded("Custom.Common.Read", name, this.logical("node-l1"));
  }
}

const OF_A_DAY = ["getActiveUserSummary", "getCalenderSummary", "getDingReportSummary", "getDocCreatedSummary", "getGeneralFormCreatedSummary"];
const PAGES = [
  "getDingReportDeptSummary", "getDocCreatedDeptSummary", "getGeneralFormCreatedDeptSummary", "getUserAppVersionSummary", "getPublisherSummary",
];
for (const [names, refuses] of [[OF_A_DAY, "wrongDays"], [PAGES, "wrongPages"]]) {
  for (const name of names) {
    Days.prototype[`${name}Errors`] = function () {
      return this[refuses](name);
    };
  }
}
