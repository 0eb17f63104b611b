"""Sends, their records, urgent messages and comments with the generated client for v1.0."""

from alibabacloud_dingtalk.exclusive_1_0 import models
from alibabacloud_dingtalk.exclusive_1_0.client import Client

import client_encodings
import uploads
from generated import MOMENT, Generated, Like
from suite import equal

PASSWORD = "钟声 carillon"
MEMBER = "v1reader"
PERMISSION = "qyapi_service_account_message"
TASK = Like("push[0-9A-Za-z_-]+iE")
TEXT = {"msg_type": "text", "text_content": "早"}
URL = "https://example.com/?a=1&b=2"


class Exclusive(Generated):
    """An account and a member who reads it. Each step needs the earlier ones."""

    def legacy(self, path, **fields):
        answer = client_encodings.as_documented(self.fixture, path, fields)
        equal(answer["errcode"], 0)
        return answer

    def account(self, name):
        pictures = {"avatar_media_id": self.picture, "preview_media_id": self.picture}
        return self.legacy("/topapi/serviceaccount/add", name=name, desc="长", **pictures)["unionid"]

    def prepare(self):
        self.picture = uploads.picture(self.fixture)
        self.unionid = self.account("v1.0")
        self.disabled = self.account("v1.0 停用")
        self.legacy("/topapi/serviceaccount/update", unionid=self.disabled, status="disabled")
        article = {"title": "评", "content": "<p>文</p>", "digest": "摘", "uuid": "v1-article", "thumb_media_id": self.picture}
        this = {"unionid": self.unionid}
        this["article_id"] = self.article = self.legacy("/topapi/material/article/add", **this, article=article)["article_id"]
        self.url = self.legacy("/topapi/material/article/publish", **this)["url"]
        articles = [{"article_id": self.article}]
        self.card = self.legacy("/topapi/material/news/add", unionid=self.unionid, articles=articles)["media_id"]
        member = {"userid": MEMBER, "name": "读者", "exclusive_account": True, "dept_id_list": "1"}
        self.legacy("/topapi/v2/user/create", init_password=PASSWORD, **member)
        form = {"userid": MEMBER, "password": PASSWORD, "next": "/inbox"}
        signed_in = self.fixture.session.post(self.fixture.url + "/sign-in", data=form, allow_redirects=False)
        equal(signed_in.status_code, 303)
        self.cookies = dict(signed_in.cookies)

    def message(self, uuid, **fields):
        common = {"unionid": self.unionid, "uuid": uuid, "is_to_all": False, "userid_list": [MEMBER]}
        return models.SendMessageRequest(**{**common, **fields})

    def kinds(self):
        """Returns the fields to send of each kind of message, and the expected fields of its record."""
        body = models.SendMessageRequestMsgBody
        picture = self.picture
        link = models.SendMessageRequestMsgBodyLink(
            title="题", summary="文", link_url=URL, cover_image_media_id=picture, open_type=1
        )
        markdown = models.SendMessageRequestMsgBodyMarkdown(title="题", text="# 文")
        whole = models.SendMessageRequestMsgBodyActionCard(title="题", markdown="# 文", single_title="看", single_url=URL)
        button = models.SendMessageRequestMsgBodyActionCardButtonList(title="看", action_url=URL)
        buttons = models.SendMessageRequestMsgBodyActionCard(
            title="题", markdown="# 文", btn_orientation="1", button_list=[button]
        )
        article = {"article_id": self.article, "title": "评", "content": "<p>文</p>", "digest": "摘", "url": self.url}
        article |= {"thumb_media_id": picture, "publish_status": 1}
        article |= {"create_time": MOMENT, "update_time": MOMENT, "publish_time": MOMENT}
        card = {"title": "评", "articles": [article], "allow_forward": True, "view_scope_type": "0"}
        return {
            "text": (TEXT, {"title": "早", "textContent": "早"}),
            "image": ({"media_id": picture}, {"mediaId": picture}),
            "link": ({"msg_body": body(link=link)}, {"title": "题", "link": link.to_map()}),
            "markdown": ({"msg_body": body(markdown=markdown)}, {"title": "题", "markdown": markdown.to_map()}),
            "action_card": ({"msg_body": body(action_card=whole)}, {"title": "题", "action_card": whole.to_map()}),
            "action_card of buttons": (
                {"msg_body": body(action_card=buttons)},
                # The field has a different name in the record.
                {"title": "题", "action_card": {**button_card(buttons), "bnt_orientation": "1"}},
            ),
            "news_card": ({"media_id": self.card, "allow_comment": True}, {**card, "allow_comment": True}),
            "single_news_card": ({"media_id": self.card}, card),
        }

    def send_message(self):
        self.tasks = {}
        for kind, (fields, _) in self.kinds().items():
            request = self.message("v1 " + kind, **{"msg_type": kind.split()[0], **fields})
            sent = self.call("send_message", request).body
            equal(sent.to_map(), {"errorcode": "0", "errmsg": "success", "task_id": TASK})
            self.tasks[kind] = sent.task_id

    def send_message_errors(self):
        for code, fields in (
            ("invalid.unionid", {**TEXT, "unionid": "none"}),
            ("invalid.unionid", {**TEXT, "unionid": self.disabled}),
            ("invalid.userid.list", {**TEXT, "userid_list": ["none"]}),
            ("receivers.list.empty", {**TEXT, "userid_list": []}),
            ("message.not.empty", {"msg_type": "text"}),
            ("invalid.media.id", {"msg_type": "image", "media_id": "@lAnone"}),
            ("link.params.missing", {"msg_type": "link"}),
            ("uuid.repeat", {**TEXT, "uuid": "v1 text"}),
        ):
            self.assert_error(code, "send_message", self.message(**{"uuid": "v1 refused", **fields}))
        self.assert_guarded(PERMISSION, "send_message", self.message("v1 refused", **TEXT))

    def query_msg_send_records(self):
        request = models.QueryMsgSendRecordsRequest(
            unionid=self.unionid, page_number=1, page_size=20, msg_type_list=["link"], msg_source=0, status=2
        )
        item = {"task_id": self.tasks["link"], "msg_type": "link", "title": "题", "msg_source": 2}
        item |= {"send_time": MOMENT, "create_time": MOMENT}
        result = {"total_count": 1, "item_count": 1, "items": [item]}
        self.assert_body({"errorcode": "0", "errmsg": "ok", "result": result}, "query_msg_send_records", request)
        last = models.QueryMsgSendRecordsRequest(unionid=self.unionid, page_number=3, page_size=3)
        result = self.call("query_msg_send_records", last).body.result
        equal((result.total_count, result.item_count), (len(self.tasks), 2))
        equal([item.task_id for item in result.items], [self.tasks["image"], self.tasks["text"]])

    def query_msg_send_records_errors(self):
        page = {"page_number": 1, "page_size": 20}
        request = lambda unionid: models.QueryMsgSendRecordsRequest(unionid=unionid, **page)
        unknown = (("invalid.unionid", "none"), ("publisher.not.exist", "noneiE"), ("invalid.userid", self.disabled))
        for code, unionid in unknown:
            self.assert_error(code, "query_msg_send_records", request(unionid))
        self.assert_guarded(PERMISSION, "query_msg_send_records", request(self.unionid))

    def get_msg_record_detail(self):
        for kind, (_, expected) in self.kinds().items():
            request = models.GetMsgRecordDetailRequest(unionid=self.unionid, task_id=self.tasks[kind])
            detail = {"task_id": self.tasks[kind], "msg_type": kind.split()[0], "is_to_all": False}
            detail |= {"userid_list": [MEMBER], "dep_id_list": [], "roleIdList": [], "allow_comment": False}
            # The client writes an empty list for a field that is absent.
            detail |= {"send_time": MOMENT, "create_time": MOMENT, "articles": [], **expected}
            self.assert_body({"errorcode": "0", "errmsg": "ok", "result": detail}, "get_msg_record_detail", request)

    def get_msg_record_detail_errors(self):
        task = self.tasks["text"]
        for code, unionid, task_id in (
            ("invalid.unionid", "none", task),
            ("invalid.userid", self.disabled, task),
            ("invalid.taskid", self.unionid, "none"),
        ):
            request = models.GetMsgRecordDetailRequest(unionid=unionid, task_id=task_id)
            self.assert_error(code, "get_msg_record_detail", request)
        request = models.GetMsgRecordDetailRequest(unionid=self.unionid, task_id=task)
        self.assert_guarded(PERMISSION, "get_msg_record_detail", request)

    def configure_dings(self, **settings):
        """Sets which accounts send urgent messages, as an operator does."""
        headers = {"x-acs-dingtalk-access-token": self.fixture.token()}
        answer = self.fixture.session.put(self.fixture.url + "/v1.0/carillon/dings/settings", json=settings, headers=headers)
        equal(answer.status_code, 200)

    def assert_unconfigured_dings(self, name, request):
        self.configure_dings(agreement_signed=False)
        self.assert_error("assign.lack", name, request)
        self.configure_dings(agreement_signed=True)
        self.assert_error("publisher.notexist", name, request)
        self.configure_dings(agreement_signed=True, app_unionid=self.unionid, phone_unionid=self.unionid)

    def send_app_ding(self):
        self.configure_dings(agreement_signed=True, app_unionid=self.unionid)
        # The client reads only the status of the response.
        self.call("send_app_ding", models.SendAppDingRequest(userids=[MEMBER], content="开会"))

    def send_app_ding_errors(self):
        ding = models.SendAppDingRequest(userids=[MEMBER], content="开会")
        self.assert_unconfigured_dings("send_app_ding", ding)
        self.assert_error("message.duplicate", "send_app_ding", ding)
        self.assert_error("param.illegal", "send_app_ding", models.SendAppDingRequest(userids=["none"], content="新"))
        self.assert_error("Missinguserids", "send_app_ding", models.SendAppDingRequest(userids=[], content="新"))
        self.assert_error("Missingcontent", "send_app_ding", models.SendAppDingRequest(userids=[MEMBER], content=""))
        self.assert_guarded("Custom.Ding.Send", "send_app_ding", ding)

    def send_phone_ding(self):
        self.configure_dings(agreement_signed=True, phone_unionid=self.unionid)
        self.assert_body({"success": True}, "send_phone_ding", models.SendPhoneDingRequest(userids=[MEMBER], content="开会"))

    def send_phone_ding_errors(self):
        ding = models.SendPhoneDingRequest(userids=[MEMBER], content="开会")
        self.assert_unconfigured_dings("send_phone_ding", ding)
        self.assert_error("message.duplicate", "send_phone_ding", ding)
        many = models.SendPhoneDingRequest(userids=[MEMBER] * 21, content="新")
        self.assert_error("batch.toolarge", "send_phone_ding", many)
        self.assert_error("param.illegal", "send_phone_ding", models.SendPhoneDingRequest(userids=["none"], content="新"))
        self.assert_error("Missinguserids", "send_phone_ding", models.SendPhoneDingRequest(userids=[], content="新"))
        self.assert_error("Missingcontent", "send_phone_ding", models.SendPhoneDingRequest(userids=[MEMBER], content=""))
        self.assert_guarded(None, "send_phone_ding", ding)

    def comment(self, content):
        """Posts a comment as a reader does. Returns the page."""
        form = {"send": self.tasks["news_card"], "content": content}
        page = self.fixture.session.post(self.url + "/comments", data=form, cookies=self.cookies)
        equal(page.status_code, 200)
        return page.text

    def get_comment_list(self):
        assert "好 &lt;b&gt;" in self.comment("好 <b>")
        comment = {"commentId": Like("[0-9]+"), "commentTime": MOMENT, "commentUserName": "读者", "content": "好 <b>"}
        page = models.GetCommentListRequest(page_number=1, page_size=10)
        self.assert_body({"data": [comment], "totalCount": 1}, "get_comment_list", self.unionid, page)

    def get_comment_list_errors(self):
        page = models.GetCommentListRequest(page_number=1, page_size=10)
        self.assert_error("publisher.not.exist", "get_comment_list", "noneiE", page)
        for wrong in ({"page_number": 0}, {"page_size": 101}):
            request = models.GetCommentListRequest(**{"page_number": 1, "page_size": 10, **wrong})
            self.assert_error("param.illegal", "get_comment_list", self.unionid, request)
        request = models.GetCommentListRequest(page_size=10)
        self.assert_error("MissingpageNumber", "get_comment_list", self.unionid, request)
        self.assert_guarded(PERMISSION, "get_comment_list", self.unionid, page)

    def delete_comment(self):
        page = models.GetCommentListRequest(page_number=1, page_size=10)
        self.deleted = self.call("get_comment_list", self.unionid, page).body.data[0].comment_id
        # The type of the client is a boolean, but the client returns a plain `true` as text.
        equal(self.call("delete_comment", self.unionid, self.deleted).body, "true")
        self.assert_body({"data": [], "totalCount": 0}, "get_comment_list", self.unionid, page)

    def delete_comment_errors(self):
        self.assert_error("param.illegal", "delete_comment", self.unionid, self.deleted)
        self.assert_error("publisher.not.exist", "delete_comment", "noneiE", self.deleted)
        self.assert_guarded(PERMISSION, "delete_comment", self.unionid, self.deleted)


def button_card(card):
    return {name: value for name, value in card.to_map().items() if name != "btn_orientation"}


OPERATIONS = (
    "send_message",
    "query_msg_send_records",
    "get_msg_record_detail",
    "send_app_ding",
    "send_phone_ding",
    "get_comment_list",
    "delete_comment",
)


def run(fixture, suite):
    exclusive = Exclusive(fixture, Client, models)
    suite.attempt("an account, an article and a member", exclusive.prepare)
    suite.operations(exclusive, OPERATIONS)
