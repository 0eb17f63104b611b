"""The life of a service account on the legacy host, once in the encoding of each client."""

import client_encodings
import uploads
from suite import equal

HTML = '<p>今天</p><a href="https://example.com/">晴</a>'


class Account:
    """An account that is created, filled and emptied. Each step needs the earlier ones."""

    def __init__(self, fixture, encoding):
        self.fixture = fixture
        self.encoding = encoding
        self.name = f"服务号 {encoding.__name__}"

    def call(self, path, **fields):
        return self.encoding(self.fixture, "/topapi/" + path, fields)

    def ok(self, path, **fields):
        answer = self.call(path, **fields)
        equal((answer["errcode"], answer["errmsg"]), (0, "ok"))
        assert answer["request_id"], answer
        return answer

    def add(self):
        self.picture = uploads.picture(self.fixture)
        pictures = {"avatar_media_id": self.picture, "preview_media_id": self.picture}
        self.unionid = self.ok("serviceaccount/add", name=self.name, desc="长", brief="短", **pictures)["unionid"]
        assert self.unionid.endswith("iE"), self.unionid
        again = self.call("serviceaccount/add", name=self.name, desc="长", brief="短", **pictures)
        equal((again["errcode"], again["sub_code"]), (800001, "800001"))

    def update(self):
        self.ok("serviceaccount/update", unionid=self.unionid, brief="更短", avatar_media_id=self.picture)

    def get(self):
        account = self.ok("serviceaccount/get", unionid=self.unionid)["service_account"]
        names = ("name", "desc", "brief", "avatar_media_id", "status", "allow_send_to_all")
        equal([account[name] for name in names], [self.name, "长", "更短", self.picture, "normal", True])
        equal(self.call("serviceaccount/get", unionid="noneiE")["errcode"], 800003)

    def list(self):
        answer = self.ok("serviceaccount/list", pageStart=1, pageSize=50)
        equal(answer["item_count"], len(answer["items"]))
        assert self.unionid in [item["unionid"] for item in answer["items"]], answer
        equal(self.call("serviceaccount/list", pageStart=1, pageSize=51)["errcode"], 40035)

    def menu(self):
        weather = {"name": "天气", "sub_button": [{"name": "今天", "type": "click", "key": "TODAY"}]}
        site = {"name": "网站", "type": "view", "url": "https://example.com/?a=1&b=2"}
        menu = {"enable_input": False, "status": 0, "button": [weather, site]}
        self.ok("serviceaccount/menu/update", unionid=self.unionid, menu=menu)
        equal(self.ok("serviceaccount/menu/get", unionid=self.unionid)["menu"], menu)

    def articles(self):
        article = {"title": "天气", "content": HTML, "uuid": self.name, "thumb_media_id": self.picture, "view_scope_type": 1}
        added = self.ok("material/article/add", unionid=self.unionid, article=article)
        self.article = added["article_id"]
        equal((added["success"], added["result"]), (True, str(self.article)))
        this = {"unionid": self.unionid, "article_id": self.article}
        self.ok("material/article/update", unionid=self.unionid, article={**article, "article_id": self.article, "title": "晴"})
        url = self.ok("material/article/publish", **this)["url"]
        assert HTML.split("<a")[0] in self.fixture.session.get(url).text
        found = self.ok("material/article/get", **this)
        equal((found["title"], found["content"], found["publish_status"], found["url"]), ("晴", HTML, 1, url))
        listed = self.ok("material/article/list", unionid=self.unionid, page_start=1, page_size=20, publishStatus=1)
        equal([item["article_id"] for item in listed["items"]], [self.article])

    def cards(self):
        articles = [{"article_id": self.article}]
        card = self.ok("material/news/add", unionid=self.unionid, articles=articles)["media_id"]
        this = {"unionid": self.unionid, "media_id": card}
        equal([item["article_id"] for item in self.ok("material/news/get", **this)["articles"]], [self.article])
        self.ok("material/news/update", **this, articles=articles)
        listed = self.ok("material/news/list", unionid=self.unionid, page_start=1, page_size=20)
        equal([item["media_id"] for item in listed["items"]], [card])
        self.ok("material/news/delete", **this)
        equal(self.ok("material/news/list", unionid=self.unionid)["items"], [])

    def delete(self):
        this = {"unionid": self.unionid, "article_id": self.article}
        self.ok("material/article/delete", **this)
        equal(self.call("material/article/get", **this)["errcode"], 1100001)
        self.ok("serviceaccount/update", unionid=self.unionid, status="disabled")
        equal(self.ok("serviceaccount/get", unionid=self.unionid)["service_account"]["status"], "disabled")


STEPS = ("add", "update", "get", "list", "menu", "articles", "cards", "delete")


def run(fixture, suite):
    for encoding in client_encodings.ALL:
        account = Account(fixture, encoding)
        for step in STEPS:
            suite.attempt(f"{encoding.__name__}, {step}", getattr(account, step))
