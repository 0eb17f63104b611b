"""Services of the data catalogue with the generated client for v1.0. They differ only in their numbers. The numbers, and the facts that they are
counted from, are in a table."""

import functools
import json
import pathlib
import re

from alibabacloud_dingtalk.datacenter_1_0 import models
from alibabacloud_dingtalk.datacenter_1_0.client import Client

from generated import Generated
from organisation import days_ago

TABLE = json.loads((pathlib.Path(__file__).parents[1] / "catalogue.json").read_text(encoding="utf-8"))
SERVICES = {re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name): service for name, service in TABLE["services"].items()}
# Before all other facts at this point, because some numbers are cumulative. The client for Node later sends facts of earlier days. A day has
# the members at the time when it is finalized, so both clients need different days.
DAYS = (days_ago(68), days_ago(69))
TODAY, BEFORE = (day.text for day in DAYS)
FUTURE = days_ago(-1).text
COUNTY = "query_digital_district_org_info"


class Catalogue(Generated):
    def __init__(self, fixture, organisation):
        super().__init__(fixture, Client, models)
        self.organisation = organisation
        self.corp = fixture.main["corp_id"]

    def prepare(self):
        self.organisation.create()
        self.organisation.send_facts("catalogue", [(DAYS[days].at, *fact) for days, *fact in TABLE["facts"]])

    def value(self, number):
        """Returns a number of the table. Some depend on the number of members."""
        if number == "members":
            return self.organisation.count
        return round(number["ofMembers"] / self.organisation.count, 4) if isinstance(number, dict) else number

    def request(self, name, **fields):
        return self.typed(name, "Request")(**fields)

    def service(self, name):
        numbers = SERVICES[name]["numbers"]
        row = {"stat_date": TODAY, "corp_id": self.corp}
        row |= {f"{number}_DAY": self.value(value) for number, *_, value in numbers}
        names = ("kpiId", "kpiName", "unit", "kpiCaliber")
        meta = [{"period": "DAY", **dict(zip(names, number))} for number in numbers]
        self.assert_body({"dataList": [row], "metaList": meta}, name, self.request(name, stat_date=TODAY))

    def service_errors(self, name):
        self.assert_error("statDate.is.null", name, self.request(name))
        for stat_date in ("x", "20251301", FUTURE):
            self.assert_error("statDate.format.iserror", name, self.request(name, stat_date=stat_date))
        self.assert_guarded(SERVICES[name]["permission"], name, self.request(name, stat_date=TODAY))

    def county(self, **fields):
        return self.request(COUNTY, **{"stat_dates": [TODAY, BEFORE], "corp_ids": [self.corp, "dingother"], **fields})

    def query_digital_district_org_info(self):
        common = {"corp_id": self.corp, "org_name": self.organisation.name, "contacts_count": self.organisation.count}
        # An app sees only its organisation.
        rows = (
            {"stat_date": TODAY, **common, "activated_count": 3, "daily_active_users": 2},
            {"stat_date": BEFORE, **common, "activated_count": 1, "daily_active_users": 1},
        )
        result = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        expected = {"arguments": [TODAY, BEFORE, self.corp, "dingother"], "result": result}
        self.assert_body(expected, COUNTY, self.county())

    def query_digital_district_org_info_errors(self):
        for wrong in ({"stat_dates": ["x"]}, {"stat_dates": [FUTURE]}):
            self.assert_error("param.illegal", COUNTY, self.county(**wrong))
        self.assert_error("MissingstatDates", COUNTY, self.county(stat_dates=[]))
        self.assert_error("MissingcorpIds", COUNTY, self.county(corp_ids=None))
        self.assert_guarded("DataCenter.DigitalCounty.Read", COUNTY, self.county())

    def asynchronously(self):
        for name in SERVICES:
            self.assert_async_same(name, self.request(name, stat_date=TODAY))
        self.assert_async_same(COUNTY, self.county())


for name in SERVICES:
    setattr(Catalogue, name, functools.partialmethod(Catalogue.service, name))
    setattr(Catalogue, name + "_errors", functools.partialmethod(Catalogue.service_errors, name))


def run(fixture, organisation, suite):
    catalogue = Catalogue(fixture, organisation)
    suite.attempt("setup", catalogue.prepare)
    suite.operations(catalogue, (*SERVICES, COUNTY))
    suite.attempt("all of them, asynchronously", catalogue.asynchronously)
