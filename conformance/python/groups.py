"""Internal groups by the generated client for v1.0; what it cannot make is made by Carillon's own operations."""

import time

from official import body, body_asynchronously, refused
from suite import equal

MEMBERS = (("g-owner", "群主", "13900000001"), ("g-admin", "管理员", "13900000002"), ("g-member", "成员", "13900000003"))


class Groups:
    """Each step needs those before it."""

    def __init__(self, world):
        self.world = world

    def own(self, path, **fields):
        headers = {"x-acs-dingtalk-access-token": self.world.token()}
        answer = self.world.session.post(f"{self.world.url}/v1.0/carillon/groups/{path}", json=fields, headers=headers)
        return answer.status_code, answer.json()

    def make(self):
        for userid, name, mobile in MEMBERS:
            member = {"userid": userid, "name": name, "mobile": mobile, "dept_id_list": "1"}
            equal(self.world.session.post(self.world.address("/topapi/v2/user/create"), json=member).json()["errcode"], 0)
        self.began = int(time.time() * 1000)
        group = {
            "title": "项目群", "groupType": 4, "templateId": "tpl01", "templateName": "项目", "ownerUserId": "g-owner",
            "administratorUserIds": ["g-admin"], "memberUserIds": ["g-member"], "extensions": {"k1": "v1"},
        }
        status, made = self.own("create", **group)
        equal((status, made["groupMembersCount"]), (200, 3))
        self.id = made["openConversationId"]
        equal(self.own("create", title="另一个", groupType=3, ownerUserId="g-admin")[0], 200)
        equal(self.own("messages/send", openConversationId=self.id, senderUserId="g-member", fileSize=4096)[0], 200)

    def query(self, **filters):
        return dict(operator_user_id="g-owner", page_size=20, page_start=1, uuid="c1", **filters)

    def has_every_field(self):
        found = body(self.world, "search_org_inner_group_info", **self.query(group_name="项目"))
        equal((found.total_count, found.item_count, len(found.items)), (1, 1, 1))
        group = found.items[0]
        equal((group.open_conversation_id, group.group_name, group.status), (self.id, "项目群", 1))
        equal((group.group_owner, group.group_owner_user_id), ("群主", "g-owner"))
        equal((group.group_admins_count, group.group_members_count), (1, 3))
        equal((group.template_id, group.template_name, group.extensions), ("tpl01", "项目", {"k1": "v1"}))
        equal((group.sync_to_dingpan, group.used_quota, group.group_last_active_time_show), (0, 4096, "刚刚"))
        assert self.began <= group.group_create_time <= group.group_last_active_time <= time.time() * 1000, group

    def filters(self):
        names = lambda **filters: [
            group.group_name for group in body_asynchronously(self.world, "search_org_inner_group_info", **self.query(**filters)).items
        ]
        equal(names(group_owner="g-admin"), ["另一个"])
        equal(names(group_members_count_start=2, create_time_start=self.began), ["项目群"])
        equal(names(last_active_time_end=self.began - 1), [])
        equal(names(sync_to_dingpan=1), [])

    def refuses_a_query(self):
        error = refused(self.world, 400, "param.illegal", "search_org_inner_group_info", operator_user_id="g-owner", page_size=20, page_start=1)
        equal(error.data["message"], "参数不合法: uuid is missing")
        token = self.world.token(self.world.bare)
        code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
        refused(self.world, 403, code, "search_org_inner_group_info", token=token, **self.query())

    def bans_words(self):
        say = lambda: self.own("messages/send", openConversationId=self.id, senderUserId="g-member")
        for kind, expected in ((1, 403), (0, 200)):
            answer = body(self.world, "ban_or_open_group_words", open_converation_id=self.id, ban_words_type=kind)
            equal((answer.code, answer.cause), ("200", "ok"))
            equal(say()[0], expected)

    def refuses_a_ban(self):
        ban = lambda code, **fields: refused(self.world, 400, code, "ban_or_open_group_words", **fields)
        ban("illegal.parameter.cid", ban_words_type=1)
        ban("illegal.parameter.type", open_converation_id=self.id, ban_words_type=2)
        ban("not.inner.group", open_converation_id="cidNobody==", ban_words_type=1)


def run(world, suite):
    groups = Groups(world)
    for what, step in (
        ("groups are made by Carillon's own operations", groups.make),
        ("a group has every field, with its type", groups.has_every_field),
        ("filters, asynchronously", groups.filters),
        ("a query that is refused", groups.refuses_a_query),
        ("words are banned and allowed again", groups.bans_words),
        ("a ban that is refused", groups.refuses_a_ban),
    ):
        suite.attempt(what, step)
