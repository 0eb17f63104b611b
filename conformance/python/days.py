"""Statistics of days, meetings and service accounts with the generated client for v1.0, counted from facts in a table."""

import functools
import json
import pathlib
import time

from alibabacloud_dingtalk.exclusive_1_0 import models
from alibabacloud_dingtalk.exclusive_1_0.client import Client

from generated import Generated
from organisation import days_ago
from suite import equal

TABLE = json.loads((pathlib.Path(__file__).parents[1] / "days.json").read_text(encoding="utf-8"))
PERMISSION = "DataProduct.Statistics.Read"
# No other suite sends facts of this day, nor sign-ins of the 30 days up to it.
FIRST = 36
DAY = days_ago(FIRST)
FUTURE = days_ago(-1).text
OF_A_DAY = {
    # One of the five members signed in 30 days before.
    "get_active_user_summary": {"actUsrCnt1m": "4"},
    "get_calender_summary": {"calendarCreateUserCnt": "1", "recvCalendarUserCnt1d": "2", "useCalendarUserCnt1d": "4"},
    # Two members commented on one report, one of them also on another.
    "get_ding_report_summary": {"reportCommentUserCnt1d": "3"},
    "get_doc_created_summary": {"docCreatedCnt": "15", "docCreateUserCnt1d": "3"},
    "get_general_form_created_summary": {"generalFormCreatedCnt": "7", "useGeneralFormUserCnt1d": "3"},
}
# The names of two numbers, and their values for the root and the two departments of the organisation.
OF_DEPARTMENTS = {
    "get_ding_report_dept_summary": (("dingReportSendUsrCnt", "dingReportSendCnt"), (("3", "12"), ("2", "7"), ("1", "4"))),
    "get_doc_created_dept_summary": (("docCreatedCnt", "createDocUserCnt1d"), (("15", "3"), ("9", "2"), ("5", "1"))),
    "get_general_form_created_dept_summary": (
        ("generalFormCreateCnt1d", "useGeneralFormUserCnt1d"),
        (("7", "3"), ("7", "2"), ("5", "1")),
    ),
}
LAST_PAGE = {"hasMore": False, "nextToken": 0}


class Days(Generated):
    def __init__(self, fixture, organisation):
        super().__init__(fixture, Client, models)
        self.organisation = organisation

    def prepare(self):
        self.organisation.create()
        ids = {"conferenceId": "python-m1"}
        ids_by_kind = {"video_meeting": {**ids, "logicalConferenceId": "python-l1"}, "video_participation": ids}
        self.organisation.send_facts("days", [
            (days_ago(FIRST + days).at, short, kind, {**fields, **ids_by_kind.get(kind, {})})
            for days, short, kind, fields in TABLE["facts"]
        ])

    def of_a_day(self, name):
        self.assert_body(OF_A_DAY[name], name, DAY.text)

    def assert_invalid_days(self, name, *request):
        """Tries invalid days."""
        for day in ("20251301", "x", FUTURE):
            self.assert_error("param.illegal", name, day, *request)
        self.assert_guarded(PERMISSION, name, DAY.text, *request)

    def page(self, name, **fields):
        return self.typed(name, "Request")(**{"next_token": 0, "max_results": 100, **fields})

    def assert_invalid_pages(self, name):
        for wrong in ({"max_results": 0}, {"max_results": 101}, {"next_token": -1}):
            self.assert_error("param.illegal", name, DAY.text, self.page(name, **wrong))
        for missing, field in (("max_results", "maxResults"), ("next_token", "nextToken")):
            self.assert_error(f"Missing{field}", name, DAY.text, self.page(name, **{missing: None}))
        self.assert_invalid_days(name, self.page(name))

    def departments(self, name):
        """Lists all departments, in the order of their ids."""
        fields, numbers = OF_DEPARTMENTS[name]
        known = dict(zip((1, self.organisation.above, self.organisation.below), numbers))
        rows = [
            {"deptId": str(department["dept_id"]), "deptName": department["name"],
             **dict(zip(fields, known.get(department["dept_id"], ("0", "0"))))}
            for department in self.organisation.departments
        ]
        self.assert_body({"data": rows, **LAST_PAGE}, name, DAY.text, self.page(name))
        root, second = (department["dept_id"] for department in self.organisation.departments[:2])
        one = {"data": rows[:1], "hasMore": True, "nextToken": root}
        self.assert_body(one, name, DAY.text, self.page(name, max_results=1))
        following = {"data": rows[1:2], "hasMore": len(rows) > 2, "nextToken": second}
        self.assert_body(following, name, DAY.text, self.page(name, max_results=1, next_token=root))

    def get_user_app_version_summary(self):
        name = "get_user_app_version_summary"
        common = {"statDate": DAY.text, "orgName": self.organisation.name}
        rows = [
            {**common, "client": "iOS", "appVersion": "8.0.0", "userCnt": 2},
            {**common, "client": "Windows", "appVersion": "8.0.1", "userCnt": 1},
        ]
        self.assert_body({"data": rows, **LAST_PAGE}, name, DAY.text, self.page(name))
        # The token is opaque, so it is taken from the response.
        token = self.call(name, DAY.text, self.page(name, max_results=1)).body.next_token
        first = {"data": rows[:1], "hasMore": True, "nextToken": token}
        self.assert_body(first, name, DAY.text, self.page(name, max_results=1))
        self.assert_body({"data": rows[1:], **LAST_PAGE}, name, DAY.text, self.page(name, max_results=1, next_token=token))

    def get_publisher_summary(self):
        """Accounts count from the day of their creation, so this is about today, and added to what other suites did."""
        name, today = "get_publisher_summary", days_ago(0).text
        before = self.call(name, today, self.page(name)).body.to_map()
        equal(before["hasMore"], False)
        unionid = self.organisation.account("蛇读")
        now = int(time.time() * 1000)
        # Fewer reads than the later suite for Node sends.
        reads = []
        for title, times in (("蛇一", 100), ("蛇二", 200)):
            read = {"unionid": unionid, "articleId": self.organisation.article(unionid, title)}
            reads += [(now, None, "article_read", read)] * times
        self.organisation.send_facts("reads", reads)

        more = lambda field, number: str(int(before[field]) + number)
        row = {"unionId": unionid, "publisherName": "蛇读", "publisherArticleCntStd": "2", "publisherArticlePvCntStd": "300"}
        top = [{"name": "蛇二"}, {"name": "蛇一"}, *before["publisherArticlePvTop5"]][:5]
        after = {
            "data": [*before["data"], row],
            "publisherCntStd": str(len(before["data"]) + 1),
            "publisherArticleCntStd": more("publisherArticleCntStd", 2),
            "publisherArticlePvCntStd": more("publisherArticlePvCntStd", 300),
            "publisherArticlePvTop5": top,
            **LAST_PAGE,
        }
        self.assert_body(after, name, today, self.page(name))
        size = len(before["data"])
        token = self.call(name, today, self.page(name, max_results=size)).body.next_token
        first = {**after, "data": before["data"], "hasMore": True, "nextToken": token}
        self.assert_body(first, name, today, self.page(name, max_results=size))
        self.assert_body({**after, "data": [row]}, name, today, self.page(name, max_results=size, next_token=token))
        # The account did not exist on that day.
        numbers = ("publisherCntStd", "publisherArticleCntStd", "publisherArticlePvCntStd")
        none = {"data": [], "publisherArticlePvTop5": [], **dict.fromkeys(numbers, "0"), **LAST_PAGE}
        self.assert_body(none, name, DAY.text, self.page(name))

    def inactive(self, **fields):
        page = {"stat_date": DAY.text, "page_number": 1, "page_size": 20, "dept_ids": [str(self.organisation.above)]}
        return models.GetInActiveUserListRequest(**{**page, **fields})

    def get_in_active_user_list(self):
        name = "get_in_active_user_list"

        def row(short, department, flags):
            member = self.organisation.members[short]
            values = (member["job_number"], member["name"], department, member["userid"], *flags)
            numbers = {f"{number}_DAY": value for (number, *_), value in zip(TABLE["inactive"], values)}
            return {"stat_date": DAY.text, "corp_id": self.fixture.main["corp_id"], **numbers}

        rows = [row("bob", "蛇部", "NYYY"), row("eve", "蛇部", "NNNN")]
        names = ("kpiId", "kpiName", "kpiCaliber")
        meta = [{"period": "DAY", "unit": "", **dict(zip(names, number))} for number in TABLE["inactive"]]
        assert_found = lambda rows, **fields: self.assert_body({"dataList": rows, "metaList": meta}, name, self.inactive(**fields))
        assert_found(rows)
        assert_found(rows[1:], page_number=2, page_size=1)
        assert_found([], dept_ids=[str(self.organisation.below)])
        # Without departments, it lists all members.
        everybody = self.call(name, self.inactive(dept_ids=None, page_size=100)).body.data_list
        of_organisation = [member for member in everybody if member["14004_DAY"].startswith("py-")]
        equal(of_organisation, [rows[0], row("dan", self.organisation.name, "NNNY"), rows[1]])

    def get_in_active_user_list_errors(self):
        name = "get_in_active_user_list"
        self.assert_error("statDate.is.null", name, self.inactive(stat_date=None))
        for stat_date in ("x", "20251301", FUTURE):
            self.assert_error("statDate.format.iserror", name, self.inactive(stat_date=stat_date))
        for wrong in ({"page_number": 0}, {"page_size": 101}, {"dept_ids": ["x"]}):
            self.assert_error("param.illegal", name, self.inactive(**wrong))
        self.assert_error("MissingpageSize", name, self.inactive(page_size=None))
        self.assert_guarded(PERMISSION, name, self.inactive())

    def get_conference_detail(self):
        def attendee(short, attended):
            member = self.organisation.members[short]
            return {"attendDuration": attended, "name": member["name"], "staffId": member["userid"], "unionId": member["unionid"]}

        ann = self.organisation.members["ann"]
        expected = {
            "conferenceId": "python-m1", "title": "周会", "confStartTime": DAY.at, "duration": 1_800_000, "totalNum": 4,
            "attendeeNum": 2, "attendeePercentage": "50%", "callerId": ann["unionid"], "callerName": ann["name"],
            "memberList": [attendee("bob", 660_000), attendee("cat", 1_200_000)],
        }
        self.assert_body(expected, "get_conference_detail", "python-m1")

    def get_conference_detail_errors(self):
        for unknown in ("none", "python-l1"):
            self.assert_error("params.error", "get_conference_detail", unknown)
        self.assert_guarded("Custom.Common.Read", "get_conference_detail", "python-m1")

    def logical(self, conference):
        return models.GetConfBaseInfoByLogicalIdRequest(logical_conference_id=conference)

    def get_conf_base_info_by_logical_id(self):
        ann = self.organisation.members["ann"]
        expected = {
            "conferenceId": "python-m1", "logicalConferenceId": "python-l1", "title": "周会", "startTime": DAY.at,
            "unionId": ann["unionid"], "nickname": ann["name"],
        }
        self.assert_body(expected, "get_conf_base_info_by_logical_id", self.logical("python-l1"))

    def get_conf_base_info_by_logical_id_errors(self):
        name = "get_conf_base_info_by_logical_id"
        for unknown in ("none", "python-m1"):
            # The documented status differs from that of the same code elsewhere.
            self.assert_error("params.error", name, self.logical(unknown), status=500)
        self.assert_error("MissinglogicalConferenceId", name, self.logical(None))
        self.assert_guarded("Custom.Common.Read", name, self.logical("python-l1"))

    def asynchronously(self):
        for name in OF_A_DAY:
            self.assert_async_same(name, DAY.text)
        for name in PAGES:
            self.assert_async_same(name, DAY.text, self.page(name))
        self.assert_async_same("get_in_active_user_list", self.inactive())
        self.assert_async_same("get_conference_detail", "python-m1")
        self.assert_async_same("get_conf_base_info_by_logical_id", self.logical("python-l1"))


PAGES = (*OF_DEPARTMENTS, "get_user_app_version_summary", "get_publisher_summary")
MEETINGS = ("get_conference_detail", "get_conf_base_info_by_logical_id")
for names, tries in (
    (OF_A_DAY, {"": Days.of_a_day, "_errors": Days.assert_invalid_days}),
    (OF_DEPARTMENTS, {"": Days.departments}),
    (PAGES, {"_errors": Days.assert_invalid_pages}),
):
    for name in names:
        for ending, function in tries.items():
            setattr(Days, name + ending, functools.partialmethod(function, name))


def run(fixture, organisation, suite):
    days = Days(fixture, organisation)
    suite.attempt("setup", days.prepare)
    suite.operations(days, (*OF_A_DAY, *PAGES, "get_in_active_user_list", *MEETINGS))
    suite.attempt("all of them, asynchronously", days.asynchronously)
