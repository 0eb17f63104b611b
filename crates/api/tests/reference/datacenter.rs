//! `/v1.0/datacenter`: every number of every service.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reference::catalogue::SERVICES;
use crate::reference::compare::Compared;
use crate::reference::fixture::{Fixture, ROOT};
use crate::reference::oracle::{Groups, Seen, below, groups, half_up};

/// The facts that the numbers of a day are counted from.
pub struct Day<'w> {
    pub seen: Seen<'w>,
    pub cumulative: Seen<'w>,
    /// Facts of the people who were members at the end of the day.
    pub of_members: Seen<'w>,
    pub members: u64,
    /// Members at the end of the day who have ever signed in.
    pub activated: u64,
    pub groups: Groups,
}

/// A number: its id and its formula.
pub type Kpi = (&'static str, fn(&Day<'_>) -> Value);

pub fn count(seen: &Seen<'_>) -> Value {
    json!(seen.count())
}

pub fn facts(seen: &Seen<'_>) -> Value {
    json!(seen.facts())
}

pub fn people(seen: &Seen<'_>) -> Value {
    json!(seen.people())
}

pub fn whole_minutes(seen: &Seen<'_>) -> Value {
    json!(half_up(seen.sum("durationMs"), 60_000))
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

pub fn messages<'w>(seen: &Seen<'w>) -> Seen<'w> {
    seen.kinds("single_message", "group_message")
}

pub fn attendance<'w>(day: &Day<'w>, event: &str) -> Seen<'w> {
    day.seen.kind("attendance").with("event", event)
}

pub fn lives<'w>(day: &Day<'w>) -> Seen<'w> {
    day.seen.kind("live_session").with("succeeded", true)
}

/// Counts people whose last known employment has this value in a field. Leavers count by their status alone.
pub fn employees(day: &Day<'_>, field: &str, value: impl Into<Value>) -> Value {
    let mut told = day.cumulative.kind("employment").0;
    // The sort is stable: facts of the same moment stay in the order of arrival.
    told.sort_by_key(|told| told.at);
    let last: BTreeMap<usize, &Value> = told.iter().map(|told| (told.who.unwrap(), &told.fact)).collect();
    let value = value.into();
    let which = |fact: &&&Value| fact[field] == value && (fact["status"] != "left" || field == "status");
    json!(last.values().filter(which).count())
}

pub fn check(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let seen = Seen::on(fixture, day);
    let cumulative = Seen::until(fixture, day);
    let members = below(fixture.org_of(day), ROOT);
    let activated = cumulative.kind("login").who().intersection(&members).count() as u64;
    let of_members = Seen::below(fixture, day, ROOT);
    let groups = groups(fixture, day, day);
    let numbers = Day { seen, cumulative, of_members, members: members.len() as u64, activated, groups };
    for (id, path, kpis) in SERVICES {
        let mut answer = fixture.get(&format!("/v1.0/datacenter/{path}?statDate={day}"));
        let meta = answer.as_object_mut().unwrap().remove("metaList").unwrap();
        let mut row = json!({ "stat_date": day, "corp_id": fixture.server.corp });
        for ((kpi, counts), meta) in kpis.iter().zip(meta.as_array().unwrap()) {
            assert_eq!((&meta["kpiId"], &meta["period"]), (&json!(kpi), &json!("DAY")), "{id}");
            row[format!("{kpi}_DAY")] = counts(&numbers);
        }
        assert_eq!(meta.as_array().unwrap().len(), kpis.len(), "{id}");
        compared.same(id, day, &answer, &json!({ "dataList": [row] }));
        compared.mention(id, "metaList", &meta);
    }
    let corp = &fixture.server.corp;
    let request = json!({ "statDates": [day], "corpIds": [corp, "another"] });
    let mut answer = fixture.server.ok_v1("POST", "/v1.0/datacenter/digitalCounty/orgInfos/query", &request);
    // The result is the JSON text of a list.
    answer["result"] = serde_json::from_str(answer["result"].as_str().unwrap()).unwrap();
    let entry = json!({ "stat_date": day, "corp_id": corp, "org_name": "测试", "contacts_count": numbers.members,
                        "activated_count": activated, "daily_active_users": numbers.seen.kind("login").people() });
    let expected = json!({ "arguments": [day, corp, "another"], "result": [entry] });
    compared.same("statistics.dc_county_orgs", day, &answer, &expected);
    compared.mention("statistics.dc_county_orgs", "result", &json!(expected["result"].to_string()));
}
