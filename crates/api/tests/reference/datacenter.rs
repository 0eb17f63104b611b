//! `/v1.0/datacenter`: every number of every service.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reference::catalogue::SERVICES;
use crate::reference::compare::Compared;
use crate::reference::fixture::{Fixture, ROOT};
use crate::reference::oracle::{Facts, Groups, below, groups, half_up};

/// The facts that the numbers of a day are counted from.
pub struct Day<'w> {
    pub facts: Facts<'w>,
    pub cumulative: Facts<'w>,
    /// Facts of the people who were members at the end of the day.
    pub of_members: Facts<'w>,
    pub members: u64,
    /// Members at the end of the day who have ever signed in.
    pub activated: u64,
    pub groups: Groups,
}

/// A number: its id and its formula.
pub type Kpi = (&'static str, fn(&Day<'_>) -> Value);

pub fn count(facts: &Facts<'_>) -> Value {
    json!(facts.count())
}

pub fn fact_count(facts: &Facts<'_>) -> Value {
    json!(facts.fact_count())
}

pub fn people(facts: &Facts<'_>) -> Value {
    json!(facts.people())
}

pub fn whole_minutes(facts: &Facts<'_>) -> Value {
    json!(half_up(facts.sum("durationMs"), 60_000))
}

/// A quotient rounded to `1 / parts`. A whole number has no decimal point.
pub fn ratio(of: u64, all: u64, parts: u32) -> Value {
    let rounded = half_up(of * u64::from(parts), all);
    if rounded.is_multiple_of(u64::from(parts)) {
        json!(rounded / u64::from(parts))
    } else {
        json!(f64::from(u32::try_from(rounded).unwrap()) / f64::from(parts))
    }
}

/// A rate has four decimal places.
pub fn rate(of: u64, all: u64) -> Value {
    ratio(of, all, 10_000)
}

pub fn messages<'w>(facts: &Facts<'w>) -> Facts<'w> {
    facts.kinds("single_message", "group_message")
}

pub fn attendance<'w>(day: &Day<'w>, event: &str) -> Facts<'w> {
    day.facts.kind("attendance").with("event", event)
}

pub fn lives<'w>(day: &Day<'w>) -> Facts<'w> {
    day.facts.kind("live_session").with("succeeded", true)
}

/// Counts people whose last known employment has this value in a field. Leavers count by their status alone.
pub fn employees(day: &Day<'_>, field: &str, value: impl Into<Value>) -> Value {
    let mut records = day.cumulative.kind("employment").0;
    // The sort is stable: facts of the same moment stay in the order of arrival.
    records.sort_by_key(|record| record.at);
    let last: BTreeMap<usize, &Value> =
        records.iter().map(|record| (record.who.unwrap(), &record.fact)).collect();
    let value = value.into();
    let which = |fact: &&&Value| fact[field] == value && (fact["status"] != "left" || field == "status");
    json!(last.values().filter(which).count())
}

pub fn check(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let facts = Facts::on(fixture, day);
    let cumulative = Facts::until(fixture, day);
    let members = below(fixture.org_on(day), ROOT);
    let activated = cumulative.kind("login").who().intersection(&members).count() as u64;
    let of_members = Facts::below(fixture, day, ROOT);
    let groups = groups(fixture, day, day);
    let numbers = Day { facts, cumulative, of_members, members: members.len() as u64, activated, groups };
    for (id, path, kpis) in SERVICES {
        let mut answer = fixture.get(&format!("/v1.0/datacenter/{path}?statDate={day}"));
        let meta = answer.as_object_mut().unwrap().remove("metaList").unwrap();
        let mut row = json!({ "stat_date": day, "corp_id": fixture.server.corp });
        for ((kpi, counts), meta) in kpis.iter().zip(meta.as_array().unwrap()) {
            assert_eq!((&meta["kpiId"], &meta["period"]), (&json!(kpi), &json!("DAY")), "{id}");
            row[format!("{kpi}_DAY")] = counts(&numbers);
        }
        assert_eq!(meta.as_array().unwrap().len(), kpis.len(), "{id}");
        compared.compare(id, day, &answer, &json!({ "dataList": [row] }));
        compared.record(id, "metaList", &meta);
    }
    let corp = &fixture.server.corp;
    let request = json!({ "statDates": [day], "corpIds": [corp, "another"] });
    let mut answer = fixture.server.ok_v1("POST", "/v1.0/datacenter/digitalCounty/orgInfos/query", &request);
    // The result is the JSON text of a list.
    answer["result"] = serde_json::from_str(answer["result"].as_str().unwrap()).unwrap();
    let entry = json!({ "stat_date": day, "corp_id": corp, "org_name": "测试", "contacts_count": numbers.members,
                        "activated_count": activated, "daily_active_users": numbers.facts.kind("login").people() });
    let expected = json!({ "arguments": [day, corp, "another"], "result": [entry] });
    compared.compare("statistics.dc_county_orgs", day, &answer, &expected);
    compared.record("statistics.dc_county_orgs", "result", &json!(expected["result"].to_string()));
}
