"""Statistics of a day by the generated client for v1.0. The facts are sent by Carillon's own operation; `groups` made the members."""

import json
import time
from datetime import datetime, timedelta, timezone

from official import body, body_asynchronously, refused
from suite import equal

SHANGHAI = timezone(timedelta(hours=8))


class Statistics:
    """Each step needs the first one."""

    def __init__(self, world):
        self.world = world
        # A moment ago: the day is the same unless this runs at midnight.
        self.at = int(time.time() * 1000) - 1000
        self.active = 0
        self.day = datetime.fromtimestamp(self.at / 1000, SHANGHAI).strftime("%Y%m%d")

    def send(self):
        self.active = int(body(self.world, "get_active_user_summary", self.day).act_usr_cnt_1m)
        what = (
            ("g-owner", {"kind": "login", "client": "iOS", "appVersion": "8.0.0"}),
            ("g-owner", {"kind": "calendar", "action": "created", "count": 2}),
            ("g-admin", {"kind": "report_sent", "count": 3}),
            ("g-admin", {"kind": "report_comment", "reportId": "r1"}),
            ("g-owner", {"kind": "document", "action": "created", "count": 4}),
            ("g-owner", {"kind": "form", "action": "published", "count": 1}),
            ("g-admin", {"kind": "form", "action": "filled", "count": 5}),
            ("g-owner", {"kind": "video_meeting", "conferenceId": "m1", "logicalConferenceId": "l1", "title": "周会",
                         "durationMs": 1_800_000, "invitedCount": 2, "connected": True}),
            ("g-admin", {"kind": "video_participation", "conferenceId": "m1", "joined": True, "attendMs": 600_000}),
        )
        lines = [json.dumps({"id": f"c{index}", "time": self.at, "userId": userid, **fact})
                 for index, (userid, fact) in enumerate(what)]
        headers = {"x-acs-dingtalk-access-token": self.world.token(), "Content-Type": "application/x-ndjson"}
        address = self.world.url + "/v1.0/carillon/facts"
        answer = self.world.session.post(address, data="\n".join(lines).encode(), headers=headers).json()
        equal((answer["added"], answer["badCount"]), (len(what), 0))

    def organisation(self):
        of = lambda operation: body(self.world, operation, self.day)
        calendar = of("get_calender_summary")
        equal((calendar.calendar_create_user_cnt, calendar.use_calendar_user_cnt_1d, calendar.recv_calendar_user_cnt_1d), ("1", "1", "0"))
        equal(of("get_ding_report_summary").report_comment_user_cnt_1d, "1")
        documents = of("get_doc_created_summary")
        equal((documents.doc_created_cnt, documents.doc_create_user_cnt_1d), ("4", "1"))
        forms = of("get_general_form_created_summary")
        equal((forms.general_form_created_cnt, forms.use_general_form_user_cnt_1d), ("1", "1"))
        equal(of("get_active_user_summary").act_usr_cnt_1m, str(self.active + 1))

    def departments(self):
        of = lambda operation: body_asynchronously(self.world, operation, self.day, next_token=0, max_results=20)
        reports = of("get_ding_report_dept_summary")
        equal((reports.next_token, reports.has_more), (0, False))
        root = reports.data[0]
        equal((root.dept_id, root.ding_report_send_usr_cnt, root.ding_report_send_cnt), ("1", "1", "3"))
        documents = of("get_doc_created_dept_summary").data[0]
        equal((documents.doc_created_cnt, documents.create_doc_user_cnt_1d), ("4", "1"))
        forms = of("get_general_form_created_dept_summary").data[0]
        equal((forms.general_form_create_cnt_1d, forms.use_general_form_user_cnt_1d), ("1", "1"))

    def publishers(self):
        first = body(self.world, "get_publisher_summary", self.day, next_token=0, max_results=1)
        equal((len(first.data), first.has_more), (1, int(first.publisher_cnt_std) > 1))
        equal([type(number) for number in (first.publisher_article_cnt_std, first.publisher_article_pv_cnt_std)], [str, str])
        assert len(first.publisher_article_pv_top_5) <= 5 and first.publisher_article_pv_top_5[0].name, first
        second = body(self.world, "get_publisher_summary", self.day, next_token=first.next_token, max_results=1)
        assert second.data[0].union_id != first.data[0].union_id, second

    def versions(self):
        versions = body(self.world, "get_user_app_version_summary", self.day, next_token=0, max_results=20).data
        version = next(version for version in versions if version.client == "iOS")
        equal((version.stat_date, version.org_name), (self.day, "测试组织"))
        equal((version.app_version, version.user_cnt), ("8.0.0", 1))

    def inactive(self):
        query = dict(stat_date=self.day, page_number=1, page_size=20, dept_ids=["1"])
        found = body(self.world, "get_in_active_user_list", **query)
        rows = {row["14004_DAY"]: row for row in found.data_list}
        equal(sorted(user for user in rows if user.startswith("g-")), ["g-admin", "g-member"])
        equal([rows["g-member"][f"1400{number}_DAY"] for number in (2, 5, 8)], ["成员", "N", "N"])
        equal((found.meta_list[0].kpi_id, found.meta_list[0].period, len(found.meta_list)), ("14001", "DAY", 8))

    def meetings(self):
        info = body(self.world, "get_conf_base_info_by_logical_id", logical_conference_id="l1")
        equal((info.conference_id, info.title, info.start_time, info.nickname), ("m1", "周会", self.at, "群主"))
        detail = body(self.world, "get_conference_detail", "m1")
        equal((detail.conf_start_time, detail.duration, detail.total_num), (self.at, 1_800_000, 2))
        equal((detail.attendee_num, detail.attendee_percentage, detail.caller_name), (1, "50%", "群主"))
        member = detail.member_list[0]
        equal((member.staff_id, member.name, member.attend_duration), ("g-admin", "管理员", 600_000))

    def groups(self):
        found = body(self.world, "get_group_active_info", stat_date=self.day, page_number=1, page_size=200, group_type=4)
        group = next(group for group in found.data if group.group_name == "项目群")
        equal((group.group_type, group.group_user_cnt_1d, group.group_create_user_name), (4, 3, "群主"))
        assert group.send_message_cnt_1d >= 1 and group.send_message_user_cnt_1d == 1, group
        equal(group.open_conv_uv_1d, 0)

    def refusals(self):
        no = lambda status, code, *arguments, **fields: refused(self.world, status, code, *arguments, **fields)
        for operation in ("get_calender_summary", "get_ding_report_summary", "get_doc_created_summary",
                          "get_general_form_created_summary", "get_active_user_summary"):
            no(400, "param.illegal", operation, "20251301")
        for operation in ("get_ding_report_dept_summary", "get_doc_created_dept_summary", "get_publisher_summary",
                          "get_general_form_created_dept_summary", "get_user_app_version_summary"):
            no(400, "param.illegal", operation, self.day, next_token=0, max_results=101)
        no(500, "statDate.format.iserror", "get_in_active_user_list", stat_date="x", page_number=1, page_size=20)
        no(500, "params.error", "get_conf_base_info_by_logical_id", logical_conference_id="none")
        no(400, "params.error", "get_conference_detail", "none")
        no(400, "param.blank", "get_group_active_info", page_number=1, page_size=20)


def run(world, suite):
    statistics = Statistics(world)
    for what, step in (
        ("facts are sent", statistics.send),
        ("the organisation's numbers are texts", statistics.organisation),
        ("departments, asynchronously", statistics.departments),
        ("service accounts and the most read articles", statistics.publishers),
        ("versions of clients", statistics.versions),
        ("inactive members with the numbers' names", statistics.inactive),
        ("a meeting by either id", statistics.meetings),
        ("what happened in groups", statistics.groups),
        ("each has its documented error", statistics.refusals),
    ):
        suite.attempt(what, step)
