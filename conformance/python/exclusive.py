"""Sends, their records, urgent messages and comments by the generated client for v1.0."""

import re

from alibabacloud_dingtalk.exclusive_1_0 import models
from alibabacloud_dingtalk.exclusive_1_0.client import Client
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions
from Tea.exceptions import TeaException

import clothes
import uploads
from suite import equal

PASSWORD = "钟声 carillon"
MEMBER = "v1reader"


class Window:
    """An account, a member who reads it, and the official client; each step needs those before it."""

    def __init__(self, world):
        self.world = world
        config = Config(protocol="http", region_id="central", endpoint=world.host)
        self.client = Client(config)

    def legacy(self, path, **fields):
        answer = clothes.as_documented(self.world, path, fields)
        equal(answer["errcode"], 0)
        return answer

    def call(self, name, *arguments):
        """An operation by the client's own function for it."""
        headers = getattr(models, "".join(part.title() for part in name.split("_")) + "Headers")()
        headers.x_acs_dingtalk_access_token = self.world.token()
        function = getattr(self.client, name + "_with_options")
        return function(*arguments, headers, RuntimeOptions())

    def refused(self, code, name, *arguments):
        try:
            self.call(name, *arguments)
        except TeaException as error:
            equal((error.code, error.data["statusCode"]), (code, 400))
            return
        raise AssertionError("no exception")

    def prepare(self):
        picture = uploads.picture(self.world)
        pictures = {"avatar_media_id": picture, "preview_media_id": picture}
        self.picture = picture
        self.unionid = self.legacy("/topapi/serviceaccount/add", name="v1.0", desc="长", **pictures)["unionid"]
        member = {"userid": MEMBER, "name": "读者", "exclusive_account": True, "dept_id_list": "1"}
        self.legacy("/topapi/v2/user/create", init_password=PASSWORD, **member)
        form = {"userid": MEMBER, "password": PASSWORD, "next": "/inbox"}
        signed_in = self.world.session.post(self.world.url + "/sign-in", data=form, allow_redirects=False)
        equal(signed_in.status_code, 303)
        self.cookies = dict(signed_in.cookies)

    def message(self, **fields):
        common = {"unionid": self.unionid, "is_to_all": False, "userid_list": [MEMBER]}
        return models.SendMessageRequest(**{**common, **fields})

    def sends(self):
        link = models.SendMessageRequestMsgBodyLink(
            title="题", summary="文", link_url="https://example.com", cover_image_media_id=self.picture, open_type=1
        )
        body = models.SendMessageRequestMsgBody(link=link)
        sent = self.call("send_message", self.message(msg_type="link", uuid="v1-1", msg_body=body)).body
        equal((sent.errorcode, sent.errmsg), ("0", "success"))
        self.task = sent.task_id
        assert self.task.startswith("push"), self.task
        self.call("send_message", self.message(msg_type="text", uuid="v1-2", text_content="早"))

    def is_refused(self):
        text = {"msg_type": "text", "text_content": "早"}
        for code, fields in (
            ("invalid.unionid", {**text, "uuid": "v1-3", "unionid": "none"}),
            ("invalid.userid.list", {**text, "uuid": "v1-3", "userid_list": ["none"]}),
            ("receivers.list.empty", {**text, "uuid": "v1-3", "userid_list": []}),
            ("message.not.empty", {"msg_type": "text", "uuid": "v1-3"}),
            ("invalid.media.id", {"msg_type": "image", "media_id": "@lAnone", "uuid": "v1-3"}),
            ("link.params.missing", {"msg_type": "link", "uuid": "v1-3"}),
            ("uuid.repeat", {**text, "uuid": "v1-1"}),
        ):
            self.refused(code, "send_message", self.message(**fields))

    def lists(self):
        request = models.QueryMsgSendRecordsRequest(unionid=self.unionid, page_number=1, page_size=20, msg_type_list=["link"])
        answer = self.call("query_msg_send_records", request).body
        equal((answer.errorcode, answer.errmsg, answer.result.total_count, answer.result.item_count), ("0", "ok", 1, 1))
        item = answer.result.items[0]
        equal((item.task_id, item.msg_type, item.title, item.msg_source), (self.task, "link", "题", 2))
        request = models.QueryMsgSendRecordsRequest(unionid="noneiE", page_number=1, page_size=20)
        self.refused("publisher.not.exist", "query_msg_send_records", request)

    def tells(self):
        request = models.GetMsgRecordDetailRequest(unionid=self.unionid, task_id=self.task)
        told = self.call("get_msg_record_detail", request).body.result
        equal((told.is_to_all, told.userid_list, told.allow_comment), (False, [MEMBER], False))
        equal((told.link.summary, told.link.open_type, told.link.cover_image_media_id), ("文", 1, self.picture))
        request = models.GetMsgRecordDetailRequest(unionid=self.unionid, task_id="none")
        self.refused("invalid.taskid", "get_msg_record_detail", request)

    def is_urgent(self):
        ding = {"userids": [MEMBER], "content": "开会"}
        self.refused("assign.lack", "send_app_ding", models.SendAppDingRequest(**ding))
        settings = {"agreement_signed": True, "app_unionid": self.unionid, "phone_unionid": self.unionid}
        headers = {"x-acs-dingtalk-access-token": self.world.token()}
        path = self.world.url + "/v1.0/carillon/dings/settings"
        equal(self.world.session.put(path, json=settings, headers=headers).status_code, 200)
        equal(self.call("send_app_ding", models.SendAppDingRequest(**ding)).status_code, 200)
        self.refused("message.duplicate", "send_app_ding", models.SendAppDingRequest(**ding))
        equal(self.call("send_phone_ding", models.SendPhoneDingRequest(**ding)).body.success, True)
        many = models.SendPhoneDingRequest(userids=[MEMBER] * 21, content="开会")
        self.refused("batch.toolarge", "send_phone_ding", many)

    def is_commented(self):
        article = {"title": "评", "content": "<p>文</p>", "uuid": "v1-article"}
        this = {"unionid": self.unionid}
        this["article_id"] = self.legacy("/topapi/material/article/add", unionid=self.unionid, article=article)["article_id"]
        url = self.legacy("/topapi/material/article/publish", **this)["url"]
        articles = [{"article_id": this["article_id"]}]
        card = self.legacy("/topapi/material/news/add", unionid=self.unionid, articles=articles)["media_id"]
        message = self.message(msg_type="news_card", media_id=card, uuid="v1-4", allow_comment=True)
        task = self.call("send_message", message).body.task_id
        form = {"send": task, "content": "好 <b>"}
        page = self.world.session.post(url + "/comments", data=form, cookies=self.cookies)
        equal(page.status_code, 200)
        assert "好 &lt;b&gt;" in page.text, re.findall("<li class=.comment.*", page.text)
        listing = models.GetCommentListRequest(page_number=1, page_size=10)
        listed = self.call("get_comment_list", self.unionid, listing).body
        comment = listed.data[0]
        equal((listed.total_count, comment.content, comment.comment_user_name), (1, "好 <b>", "读者"))
        # The client hands a bare true on as it came, as text.
        equal(str(self.call("delete_comment", self.unionid, comment.comment_id).body).lower(), "true")
        equal(self.call("get_comment_list", self.unionid, listing).body.total_count, 0)
        self.refused("param.illegal", "delete_comment", self.unionid, comment.comment_id)


def run(world, suite):
    window = Window(world)
    suite.attempt("an account and a member", window.prepare)
    suite.attempt("a send", window.sends)
    suite.attempt("a send that is refused raises the documented code", window.is_refused)
    suite.attempt("the record of sends", window.lists)
    suite.attempt("one send of the record", window.tells)
    suite.attempt("urgent messages", window.is_urgent)
    suite.attempt("comments are listed and deleted", window.is_commented)
