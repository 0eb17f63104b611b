"""A department with another below it, and members whose facts of days that are over are counted."""

import functools
import json
import typing
from datetime import datetime, timedelta, timezone

import clothes
import uploads
from suite import equal

SHANGHAI = timezone(timedelta(hours=8))
PLACES = {"ann": "above", "bob": "above", "cat": "below", "dan": "root", "eve": "above"}


class Day(typing.NamedTuple):
    """How requests write a day, and its noon where the organisation is."""

    text: str
    at: int


def days_ago(days):
    day = datetime.now(SHANGHAI) - timedelta(days=days)
    return Day(day.strftime("%Y%m%d"), int(day.replace(hour=12, minute=0, second=0, microsecond=0).timestamp()) * 1000)


class Office:
    def __init__(self, world):
        self.world = world

    def legacy(self, path, **fields):
        """The answer of an operation of the legacy host that has to succeed."""
        answer = clothes.as_documented(self.world, path, fields)
        equal(answer["errcode"], 0)
        return answer

    def own(self, path, **fields):
        """The status and the answer of an operation of Carillon's own."""
        headers = {"x-acs-dingtalk-access-token": self.world.token()}
        answer = self.world.session.post(f"{self.world.url}/v1.0/carillon/{path}", json=fields, headers=headers)
        return answer.status_code, answer.json()

    @functools.cache
    def open(self):
        """Once, before the first fact of a day that is over: such a day keeps the organisation that it finds."""
        department = lambda **fields: self.legacy("/topapi/v2/department/create", **fields)["result"]["dept_id"]
        self.above = department(name="蛇部", parent_id=1)
        self.below = department(name="蛇二部", parent_id=self.above)
        departments = {"above": self.above, "below": self.below, "root": 1}
        self.members = {}
        for index, (short, place) in enumerate(PLACES.items()):
            member = {"userid": f"py-{short}", "name": f"蛇{short}", "job_number": f"P{index}"}
            extra = {"mobile": f"1390000020{index}", "dept_id_list": str(departments[place])}
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

    def happened(self, name, facts):
        """Takes facts in, each of a time, a member and a kind with its fields: all of them have to be new."""
        lines = []
        for index, (at, short, kind, fields) in enumerate(facts):
            member = {"userId": self.members[short]["userid"]} if short else {}
            lines.append(json.dumps({"id": f"python-{name}-{index}", "time": at, "kind": kind, **member, **fields}))
        headers = {"x-acs-dingtalk-access-token": self.world.token(), "Content-Type": "application/x-ndjson"}
        address = self.world.url + "/v1.0/carillon/facts"
        answer = self.world.session.post(address, data="\n".join(lines).encode(), headers=headers).json()
        equal(answer, {"added": len(lines), "known": 0, "badCount": 0, "badLines": []})

    def account(self, name):
        picture = uploads.picture(self.world)
        pictures = {"avatar_media_id": picture, "preview_media_id": picture}
        return self.legacy("/topapi/serviceaccount/add", name=name, desc="长", **pictures)["unionid"]

    def article(self, unionid, title):
        """The id of an article that is published."""
        picture = uploads.picture(self.world)
        article = {"title": title, "content": "<p>文</p>", "uuid": f"office {title}", "thumb_media_id": picture}
        article_id = self.legacy("/topapi/material/article/add", unionid=unionid, article=article)["article_id"]
        self.legacy("/topapi/material/article/publish", unionid=unionid, article_id=article_id)
        return article_id
