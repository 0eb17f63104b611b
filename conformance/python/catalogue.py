"""Services of the data catalogue. They differ in their numbers alone, so all are tried in one way, from a table with the facts that
each number is counted from."""

import json
import pathlib
import re
from datetime import datetime, timedelta, timezone

from alibabacloud_dingtalk.datacenter_1_0 import models
from alibabacloud_dingtalk.datacenter_1_0.client import Client

import clothes
from generated import Generated
from suite import equal

TABLE = json.loads((pathlib.Path(__file__).parents[1] / "catalogue.json").read_text(encoding="utf-8"))
SHANGHAI = timezone(timedelta(hours=8))
COUNTY = "query_digital_district_org_info"
PEOPLE = ("ann", "bob", "cat", "dan")


def snake(name):
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)


SERVICES = {snake(name): service for name, service in TABLE["services"].items()}


def noon(days):
    """The noon of a day that was so many days ago."""
    return (datetime.now(SHANGHAI) - timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)


# Earlier than all other facts but those of the Node client, which are earlier still: some numbers are to date.
DAYS = [noon(38), noon(39)]
TODAY, BEFORE, TOMORROW = (day.strftime("%Y%m%d") for day in (*DAYS, noon(-1)))


class Catalogue(Generated):
    def prepare(self):
        for index, short in enumerate(PEOPLE):
            member = {"userid": f"py-{short}", "name": short, "mobile": f"1390000020{index}", "dept_id_list": "1"}
            self.legacy("/topapi/v2/user/create", **member)
        self.count = self.legacy("/topapi/user/count", only_active=False)["count"]
        self.name = self.legacy("/topapi/v2/department/get", dept_id=1)["name"]
        self.corp = self.world.main["corp_id"]
        moments = [int(day.timestamp() * 1000) for day in DAYS]
        lines = [
            json.dumps({"id": f"py-catalogue-{index}", "time": moments[day], "userId": f"py-{short}", "kind": kind, **fields})
            for index, (day, short, kind, fields) in enumerate(TABLE["facts"])
        ]
        headers = {"x-acs-dingtalk-access-token": self.world.token(), "content-type": "application/x-ndjson"}
        answer = self.world.session.post(self.world.url + "/v1.0/carillon/facts", data="\n".join(lines).encode(), headers=headers)
        equal(answer.json(), {"added": len(lines), "known": 0, "badCount": 0, "badLines": []})

    def legacy(self, path, **fields):
        answer = clothes.as_documented(self.world, path, fields)
        equal(answer["errcode"], 0)
        return answer["result"]

    def value(self, number):
        """A number of the table, which may depend on how many members there are."""
        if number == "members":
            return self.count
        return round(number["ofMembers"] / self.count, 4) if isinstance(number, dict) else number

    def service(self, name):
        numbers = SERVICES[name]["numbers"]
        row = {"stat_date": TODAY, "corp_id": self.corp}
        row.update({f"{kpi}_DAY": self.value(number) for kpi, _, _, _, number in numbers})
        meta = [
            {"kpiCaliber": caliber, "kpiId": kpi, "kpiName": title, "period": "DAY", "unit": unit}
            for kpi, title, unit, caliber, _ in numbers
        ]
        self.answers({"dataList": [row], "metaList": meta}, name, self.asked(name, TODAY))

    def service_errors(self, name):
        self.refused("statDate.is.null", name, self.asked(name, None))
        for wrong in ("x", "20251301", TOMORROW):
            self.refused("statDate.format.iserror", name, self.asked(name, wrong))
        self.guarded(SERVICES[name]["permission"], name, self.asked(name, TODAY))

    def asked(self, name, day):
        return self.typed(name, "Request")(stat_date=day)

    def query_digital_district_org_info(self):
        entry = lambda day, activated, active: {
            "stat_date": day, "corp_id": self.corp, "org_name": self.name,
            "contacts_count": self.count, "activated_count": activated, "daily_active_users": active,
        }
        body = self.answer(COUNTY, self.county()).body
        # An app sees its own organisation alone.
        equal(json.loads(body.result), [entry(TODAY, 3, 2), entry(BEFORE, 1, 1)])
        equal(body.to_map(), {"arguments": [TODAY, BEFORE, self.corp, "dingother"], "result": body.result})

    def query_digital_district_org_info_errors(self):
        for wrong in ({"stat_dates": []}, {"stat_dates": ["x"]}, {"stat_dates": [TOMORROW]}, {"corp_ids": None}):
            self.refused("param.illegal", COUNTY, self.county(**wrong))
        self.guarded("DataCenter.DigitalCounty.Read", COUNTY, self.county())

    def county(self, **fields):
        return self.typed(COUNTY, "Request")(**{"stat_dates": [TODAY, BEFORE], "corp_ids": [self.corp, "dingother"], **fields})


def run(world, suite):
    catalogue = Catalogue(world, Client, models)
    suite.attempt("members, and facts of two days", catalogue.prepare)
    for name in SERVICES:
        suite.attempt(f"{name}, success", catalogue.service, name)
        suite.attempt(f"{name}, errors", catalogue.service_errors, name)
    suite.operations(catalogue, (COUNTY,))
