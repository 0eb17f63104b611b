"""Services of the data catalogue by the generated client for v1.0. They differ in their numbers alone, which come from a table,
with the facts that each is counted from."""

import functools
import json
import pathlib
import re

from alibabacloud_dingtalk.datacenter_1_0 import models
from alibabacloud_dingtalk.datacenter_1_0.client import Client

from generated import Generated
from office import days_ago

TABLE = json.loads((pathlib.Path(__file__).parents[1] / "catalogue.json").read_text(encoding="utf-8"))
SERVICES = {re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name): service for name, service in TABLE["services"].items()}
# Earlier than all other facts that are there by now, since some numbers are to date; the client for Node sends its own later,
# of earlier days. A day has the members that there are when it is closed, so the two cannot share one.
DAYS = (days_ago(68), days_ago(69))
TODAY, BEFORE = (day.text for day in DAYS)
FUTURE = days_ago(-1).text
COUNTY = "query_digital_district_org_info"


class Catalogue(Generated):
    def __init__(self, world, office):
        super().__init__(world, Client, models)
        self.office = office
        self.corp = world.main["corp_id"]

    def prepare(self):
        self.office.open()
        self.office.happened("catalogue", [(DAYS[days].at, *fact) for days, *fact in TABLE["facts"]])

    def value(self, number):
        """A number of the table that depends on how many members there are."""
        if number == "members":
            return self.office.count
        return round(number["ofMembers"] / self.office.count, 4) if isinstance(number, dict) else number

    def request(self, name, **fields):
        return self.typed(name, "Request")(**fields)

    def service(self, name):
        numbers = SERVICES[name]["numbers"]
        row = {"stat_date": TODAY, "corp_id": self.corp}
        row |= {f"{number}_DAY": self.value(value) for number, *_, value in numbers}
        names = ("kpiId", "kpiName", "unit", "kpiCaliber")
        meta = [{"period": "DAY", **dict(zip(names, number))} for number in numbers]
        self.answers({"dataList": [row], "metaList": meta}, name, self.request(name, stat_date=TODAY))

    def service_errors(self, name):
        self.refused("statDate.is.null", name, self.request(name))
        for stat_date in ("x", "20251301", FUTURE):
            self.refused("statDate.format.iserror", name, self.request(name, stat_date=stat_date))
        self.guarded(SERVICES[name]["permission"], name, self.request(name, stat_date=TODAY))

    def county(self, **fields):
        return self.request(COUNTY, **{"stat_dates": [TODAY, BEFORE], "corp_ids": [self.corp, "dingother"], **fields})

    def query_digital_district_org_info(self):
        common = {"corp_id": self.corp, "org_name": self.office.name, "contacts_count": self.office.count}
        # An app sees its own organisation alone.
        rows = (
            {"stat_date": TODAY, **common, "activated_count": 3, "daily_active_users": 2},
            {"stat_date": BEFORE, **common, "activated_count": 1, "daily_active_users": 1},
        )
        result = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        expected = {"arguments": [TODAY, BEFORE, self.corp, "dingother"], "result": result}
        self.answers(expected, COUNTY, self.county())

    def query_digital_district_org_info_errors(self):
        for wrong in ({"stat_dates": []}, {"stat_dates": ["x"]}, {"stat_dates": [FUTURE]}, {"corp_ids": None}):
            self.refused("param.illegal", COUNTY, self.county(**wrong))
        self.guarded("DataCenter.DigitalCounty.Read", COUNTY, self.county())

    def asynchronously(self):
        for name in SERVICES:
            self.alike(name, self.request(name, stat_date=TODAY))
        self.alike(COUNTY, self.county())


for name in SERVICES:
    setattr(Catalogue, name, functools.partialmethod(Catalogue.service, name))
    setattr(Catalogue, name + "_errors", functools.partialmethod(Catalogue.service_errors, name))


def run(world, office, suite):
    catalogue = Catalogue(world, office)
    suite.attempt("what the operations need", catalogue.prepare)
    suite.operations(catalogue, (*SERVICES, COUNTY))
    suite.attempt("all of them, asynchronously", catalogue.asynchronously)
