"""Internal groups, their activity, and banning members from writing, with the generated client for v1.0. Carillon's own operations create the
groups."""

import time
from datetime import datetime

from alibabacloud_dingtalk.exclusive_1_0 import models
from alibabacloud_dingtalk.exclusive_1_0.client import Client

from generated import MOMENT, Generated
from organisation import SHANGHAI, days_ago
from suite import equal


class Groups(Generated):
    def __init__(self, fixture, organisation):
        super().__init__(fixture, Client, models)
        self.organisation = organisation

    def create_group(self, **fields):
        status, answer = self.organisation.call_carillon("groups/create", **fields)
        equal((status, answer["groupMembersCount"]), (200, 3 if "memberUserIds" in fields else 1))
        return answer["openConversationId"]

    def post_message(self, short, **fields):
        sender = self.organisation.members[short]["userid"]
        status, answer = self.organisation.call_carillon("groups/messages/send", openConversationId=self.id, senderUserId=sender, **fields)
        return answer["code"] if status == 403 else status

    def prepare(self):
        self.organisation.create()
        ann, bob, cat = (self.organisation.members[short]["userid"] for short in ("ann", "bob", "cat"))
        now = self.began = int(time.time() * 1000)
        template = {"templateId": "tpl01", "templateName": "项目", "extensions": {"k1": "v1", "k2": "v2"}}
        people = {"ownerUserId": ann, "administratorUserIds": [bob], "memberUserIds": [cat]}
        self.id = self.create_group(title="蛇群", groupType=4, syncToDingpan=1, **people, **template)
        self.other = self.create_group(title="蛇别群", groupType=3, ownerUserId=cat)
        equal(self.organisation.call_carillon("groups/dissolve", openConversationId=self.other)[0], 200)
        equal(self.post_message("cat", fileSize=4096), 200)
        here = {"openConversationId": self.id}
        self.organisation.send_facts("groups", [
            (now, "ann", "group_message", {**here, "count": 3}),
            (now, "cat", "group_message", {**here, "count": 4}),
            (now, "dan", "group_message", {"openConversationId": "elsewhere", "count": 5}),
            (now, "ann", "group_opened", here),
            (now, "bob", "group_opened", here),
            (now, "cat", "group_opened", here),
            (now, "cat", "group_opened", here),
        ])

    def query(self, **fields):
        common = {"operator_user_id": self.organisation.members["ann"]["userid"], "uuid": "p1", "page_start": 1, "page_size": 20}
        return models.SearchOrgInnerGroupInfoRequest(**{**common, **fields})

    def assert_found(self, items, total, **fields):
        page = {"itemCount": len(items), "items": items, "totalCount": total}
        self.assert_body(page, "search_org_inner_group_info", self.query(**fields))

    def search_org_inner_group_info(self):
        ann, cat = (self.organisation.members[short] for short in ("ann", "cat"))
        both = {"groupCreateTime": MOMENT, "groupLastActiveTime": MOMENT, "groupLastActiveTimeShow": "刚刚"}
        scene = {
            **both, "openConversationId": self.id, "groupName": "蛇群", "status": 1,
            "groupOwner": ann["name"], "groupOwnerUserId": ann["userid"], "groupAdminsCount": 1, "groupMembersCount": 3,
            "syncToDingpan": 1, "usedQuota": 4096, "templateId": "tpl01", "templateName": "项目",
            "extensions": {"k1": "v1", "k2": "v2"},
        }
        other = {
            **both, "openConversationId": self.other, "groupName": "蛇别群", "status": -1,
            "groupOwner": cat["name"], "groupOwnerUserId": cat["userid"], "groupAdminsCount": 0, "groupMembersCount": 0,
            "syncToDingpan": 0, "usedQuota": 0, "templateId": "", "templateName": "", "extensions": {},
        }
        self.assert_found([scene, other], 2, group_name="蛇")
        self.assert_found([other], 2, group_name="蛇", page_start=2, page_size=1)
        owner = {"group_owner": ann["userid"], "group_members_count_start": 2, "group_members_count_end": 3}
        self.assert_found([scene], 1, **owner)
        self.assert_found([scene], 1, group_name="蛇", sync_to_dingpan=1)
        self.assert_found([scene, other], 2, group_name="蛇", create_time_start=self.began, last_active_time_start=self.began)
        self.assert_found([], 0, group_name="蛇", create_time_end=self.began - 1)
        self.assert_found([], 0, group_name="蛇", last_active_time_end=self.began - 1)

    def search_org_inner_group_info_errors(self):
        name = "search_org_inner_group_info"
        for wrong in (
            {"operator_user_id": "none"}, {"page_start": 0}, {"page_size": 101}, {"sync_to_dingpan": 2},
        ):
            self.assert_error("param.illegal", name, self.query(**wrong))
        for missing, field in (("operator_user_id", "operatorUserId"), ("page_size", "pageSize"), ("uuid", "uuid")):
            self.assert_error(f"Missing{field}", name, self.query(**{missing: None}))
        self.assert_guarded("Custom.Group.Read", name, self.query())

    def active(self, **fields):
        common = {"stat_date": days_ago(0).text, "ding_group_id": self.id, "page_number": 1, "page_size": 20}
        return models.GetGroupActiveInfoRequest(**{**common, **fields})

    def get_group_active_info(self):
        name = "get_group_active_info"
        ann = self.organisation.members["ann"]
        listed = self.call("search_org_inner_group_info", self.query(group_name="蛇群")).body.items[0]
        created = datetime.fromtimestamp(listed.group_create_time // 1000, SHANGHAI)
        group = {
            "statDate": days_ago(0).text, "dingGroupId": self.id, "groupCreateTime": created.strftime("%Y-%m-%d %H:%M:%S"),
            "groupCreateUserId": ann["unionid"], "groupCreateUserName": ann["name"], "groupName": "蛇群", "groupType": 4,
            # The file counts as a message.
            "groupUserCnt1d": 3, "sendMessageUserCnt1d": 2, "sendMessageCnt1d": 8, "openConvUv1d": 3,
        }
        self.assert_body({"data": [group], "totalCount": 1}, name, self.active())
        self.assert_body({"data": [group], "totalCount": 1}, name, self.active(group_type=4))
        self.assert_body({"data": [], "totalCount": 1}, name, self.active(page_number=2))
        # The group did not exist yesterday.
        for none in ({"group_type": 3}, {"stat_date": days_ago(1).text}):
            self.assert_body({"data": [], "totalCount": 0}, name, self.active(**none))

    def get_group_active_info_errors(self):
        name = "get_group_active_info"
        for missing in ("stat_date", "page_number", "page_size"):
            self.assert_error("param.blank", name, self.active(**{missing: None}))
        for wrong in (
            {"stat_date": "x"}, {"stat_date": days_ago(-1).text}, {"page_number": 0}, {"page_size": 201}, {"group_type": 5},
        ):
            self.assert_error("param.illegal", name, self.active(**wrong))
        self.assert_guarded("Custom.Common.Read", name, self.active())

    def ban(self, **fields):
        return models.BanOrOpenGroupWordsRequest(**{"open_converation_id": self.id, "ban_words_type": 1, **fields})

    def ban_or_open_group_words(self):
        done = {"code": "200", "cause": "ok"}
        self.assert_body(done, "ban_or_open_group_words", self.ban())
        # Administrators may still write.
        equal([self.post_message("cat"), self.post_message("bob")], ["group.words.banned", 200])
        self.assert_body(done, "ban_or_open_group_words", self.ban(ban_words_type=0))
        equal(self.post_message("cat"), 200)

    def ban_or_open_group_words_errors(self):
        name = "ban_or_open_group_words"
        for code, field, values in (
            ("illegal.parameter.cid", "open_converation_id", (None, "none")),
            ("illegal.parameter.type", "ban_words_type", (None, 2)),
            ("not.inner.group", "open_converation_id", ("cidNobody==", self.other)),
        ):
            for value in values:
                self.assert_error(code, name, self.ban(**{field: value}))
        self.assert_guarded("Custom.Group.Write", name, self.ban())

    def asynchronously(self):
        self.assert_async_same("search_org_inner_group_info", self.query(group_name="蛇群"))
        self.assert_async_same("get_group_active_info", self.active())


OPERATIONS = ("search_org_inner_group_info", "get_group_active_info", "ban_or_open_group_words")


def run(fixture, organisation, suite):
    groups = Groups(fixture, organisation)
    suite.attempt("setup", groups.prepare)
    suite.operations(groups, OPERATIONS)
    suite.attempt("all reads, asynchronously", groups.asynchronously)
