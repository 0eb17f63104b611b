"""Searching members and departments, and sorting members by name, with the generated client for v1.0."""

from alibabacloud_dingtalk.contact_1_0 import models
from alibabacloud_dingtalk.contact_1_0.client import Client

import client_encodings
from generated import DENIED, Generated
from suite import equal

# The order by pinyin (an, bai, chen) differs from the order of creation and of code points.
NAMES = {"v1chen": "陈钟声", "v1an": "安钟声", "v1bai": "白钟声"}
PAGE = {"query_word": "钟声", "offset": 0, "size": 10}
WRONG = ({"offset": -1}, {"size": 0})
# The gateway names required fields that are missing; blank ones count as missing.
MISSING = (({"query_word": None}, "queryWord"), ({"query_word": ""}, "queryWord"), ({"offset": None}, "offset"), ({"size": None}, "size"))


class Contacts(Generated):
    def legacy(self, path, **fields):
        answer = client_encodings.as_documented(self.fixture, path, fields)
        equal(answer["errcode"], 0)
        return answer["result"]

    def prepare(self):
        department = lambda **fields: self.legacy("/topapi/v2/department/create", **fields)["dept_id"]
        self.above = department(name="钟声部", parent_id=1)
        self.below = department(name="钟声二部", parent_id=self.above)
        for userid, name in NAMES.items():
            member = {"userid": userid, "name": name, "exclusive_account": True, "init_password": "钟声 carillon"}
            self.legacy("/topapi/v2/user/create", dept_id_list="1", **member)

    def assert_found(self, name, expected, more, total, **fields):
        request = self.typed(name, "Request")(**{**PAGE, **fields})
        self.assert_body({"list": expected, "hasMore": more, "totalCount": total}, name, request)

    def search_user(self):
        entered = list(NAMES)
        self.assert_found("search_user", entered, False, 3)
        self.assert_found("search_user", entered[:2], True, 3, query_word="zhongsheng", size=2)
        self.assert_found("search_user", entered[2:], False, 3, query_word="zhongsheng", size=2, offset=1)
        self.assert_found("search_user", ["v1an"], False, 1, query_word="安钟声", full_match_field=1)
        self.assert_found("search_user", [], False, 0, full_match_field=1)

    def search_user_errors(self):
        for wrong in (*WRONG, {"full_match_field": 2}):
            self.assert_error("parameter.error", "search_user", models.SearchUserRequest(**{**PAGE, **wrong}))
        for wrong, field in MISSING:
            self.assert_error(f"Missing{field}", "search_user", models.SearchUserRequest(**{**PAGE, **wrong}))
        self.assert_guarded("qyapi_addresslist_search", "search_user", models.SearchUserRequest(**PAGE))

    def search_department(self):
        self.assert_found("search_department", [self.above, self.below], False, 2)
        self.assert_found("search_department", [self.above], True, 2, query_word="zhongsheng", size=1)
        self.assert_found("search_department", [self.below], False, 1, query_word="声二部")
        self.assert_found("search_department", [], False, 0, query_word="无此部门")

    def search_department_errors(self):
        for wrong in WRONG:
            self.assert_error("parameter.error", "search_department", models.SearchDepartmentRequest(**{**PAGE, **wrong}))
        for wrong, field in MISSING:
            self.assert_error(f"Missing{field}", "search_department", models.SearchDepartmentRequest(**{**PAGE, **wrong}))
        self.assert_guarded("qyapi_addresslist_search", "search_department", models.SearchDepartmentRequest(**PAGE))

    def sort_user(self):
        ascending = ["v1an", "v1bai", "v1chen"]
        for sort_type, users in ((None, ascending), (0, ascending), (1, ascending[::-1])):
            request = models.SortUserRequest(user_id_list=list(NAMES), sort_type=sort_type)
            self.assert_body({"userIdList": users}, "sort_user", request, app=self.fixture.isv)

    def sort_user_errors(self):
        many = models.SortUserRequest(user_id_list=["v1an"] * 101)
        self.assert_error("listsize.too.long", "sort_user", many, app=self.fixture.isv)
        one = models.SortUserRequest(user_id_list=["v1an"])
        # It is documented only for apps of third parties.
        self.assert_error(DENIED, "sort_user", one, app=self.fixture.main)
        self.assert_guarded("qyapi_get_member", "sort_user", one)


OPERATIONS = ("search_user", "search_department", "sort_user")


def run(fixture, suite):
    contacts = Contacts(fixture, Client, models)
    suite.attempt("members and departments", contacts.prepare)
    suite.operations(contacts, OPERATIONS)
