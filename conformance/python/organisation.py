"""Two departments and their members, for statistics of past days."""

import functools
import json
import typing
from datetime import datetime, timedelta, timezone

import client_encodings
import uploads
from suite import equal

SHANGHAI = timezone(timedelta(hours=8))
DEPARTMENTS = {"ann": "above", "bob": "above", "cat": "below", "dan": "root", "eve": "above"}


class Day(typing.NamedTuple):
    """A day as requests write it, and its noon in the time zone of the organisation in milliseconds."""

    text: str
    at: int


def days_ago(days):
    day = datetime.now(SHANGHAI) - timedelta(days=days)
    return Day(day.strftime("%Y%m%d"), int(day.replace(hour=12, minute=0, second=0, microsecond=0).timestamp()) * 1000)


class Organisation:
    def __init__(self, fixture):
        self.fixture = fixture

    def legacy(self, path, **fields):
        """Calls an operation of the legacy host, which must succeed."""
        answer = client_encodings.as_documented(self.fixture, path, fields)
        equal(answer["errcode"], 0)
        return answer

    def call_carillon(self, path, **fields):
        """Calls one of Carillon's own operations. Returns the status and the body."""
        headers = {"x-acs-dingtalk-access-token": self.fixture.token()}
        answer = self.fixture.session.post(f"{self.fixture.url}/v1.0/carillon/{path}", json=fields, headers=headers)
        return answer.status_code, answer.json()

    @functools.cache
    def create(self):
        """Creates the departments and members once, before the first fact of a past day: the organisation of such a day does not change later."""
        department = lambda **fields: self.legacy("/topapi/v2/department/create", **fields)["result"]["dept_id"]
        self.above = department(name="蛇部", parent_id=1)
        self.below = department(name="蛇二部", parent_id=self.above)
        departments = {"above": self.above, "below": self.below, "root": 1}
        self.members = {}
        for index, (short, department) in enumerate(DEPARTMENTS.items()):
            member = {"userid": f"py-{short}", "name": f"蛇{short}", "job_number": f"P{index}"}
            extra = {"mobile": f"1390000020{index}", "dept_id_list": str(departments[department])}
            self.legacy("/topapi/v2/user/create", **member, **extra)
            member["unionid"] = self.legacy("/topapi/v2/user/get", userid=member["userid"])["result"]["unionid"]
            self.members[short] = member
        self.count = self.legacy("/topapi/user/count", only_active=False)["result"]["count"]
        root = self.legacy("/topapi/v2/department/get", dept_id=1)["result"]
        self.name = root["name"]
        self.departments = sorted([root, *self.list_below(1)], key=lambda department: department["dept_id"])

    def list_below(self, dept_id):
        for department in self.legacy("/topapi/v2/department/listsub", dept_id=dept_id)["result"]:
            yield department
            yield from self.list_below(department["dept_id"])

    def send_facts(self, name, facts):
        """Imports facts, each with time, member, kind and fields. All of them must be new."""
        lines = []
        for index, (at, short, kind, fields) in enumerate(facts):
            member = {"userId": self.members[short]["userid"]} if short else {}
            lines.append(json.dumps({"id": f"python-{name}-{index}", "time": at, "kind": kind, **member, **fields}))
        headers = {"x-acs-dingtalk-access-token": self.fixture.token(), "Content-Type": "application/x-ndjson"}
        address = self.fixture.url + "/v1.0/carillon/facts"
        answer = self.fixture.session.post(address, data="\n".join(lines).encode(), headers=headers).json()
        equal(answer, {"added": len(lines), "known": 0, "badCount": 0, "badLines": []})

    def account(self, name):
        picture = uploads.picture(self.fixture)
        pictures = {"avatar_media_id": picture, "preview_media_id": picture}
        return self.legacy("/topapi/serviceaccount/add", name=name, desc="长", **pictures)["unionid"]

    def article(self, unionid, title):
        """Publishes an article and returns its id."""
        picture = uploads.picture(self.fixture)
        article = {"title": title, "content": "<p>文</p>", "uuid": f"organisation {title}", "thumb_media_id": picture}
        article_id = self.legacy("/topapi/material/article/add", unionid=unionid, article=article)["article_id"]
        self.legacy("/topapi/material/article/publish", unionid=unionid, article_id=article_id)
        return article_id
