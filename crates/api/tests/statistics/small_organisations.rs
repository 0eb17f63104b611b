//! Every documented operation of statistics on an empty organisation, on a day without facts, and on an
//! organisation of one member with one fact of each kind: the numbers are 0 and 1.

mod fact_pages;

use std::collections::BTreeMap;

use carillon_domain::stats::finalize;
use carillon_model::{
    app::AppType,
    env::FixedClock,
    fact::Kind,
    time::{DAY_MS, Timestamp},
};
use carillon_wire::{Dialect, Operation, ParameterLocation};
use serde_json::{Map, Value, json};

use crate::statistics::fixture::{DAY, lines};
use testkit::server::{NOW, TestServer};

/// A day before all facts.
const QUIET: &str = "20250801";
const MINUTE_MS: u64 = 60_000;
/// Ids in facts, which requests for a single thing name.
const CONFERENCE: &str = "conferenceId";
const LOGICAL: &str = "logicalConferenceId";
const LIVE: &str = "liveId";
const GROUP: &str = "openConversationId";

struct Fixture {
    server: TestServer,
    group: String,
}

impl Fixture {
    fn empty() -> Self {
        let mut server = TestServer::start();
        let permissions = carillon_api::permissions();
        let permissions: Vec<&str> = permissions.iter().map(String::as_str).collect();
        server.use_app(AppType::Internal, &permissions);
        Self { server, group: "cidNobody==".to_owned() }
    }

    /// An organisation with one member, who owns a group.
    fn with_one_member() -> Self {
        let mut fixture = Self::empty();
        let member = json!({ "userid": "only", "name": "唯一", "mobile": "13800000000", "dept_id_list": "1", "job_number": "J" });
        fixture.server.ok("/topapi/v2/user/create", &member);
        let group = json!({ "title": "群", "groupType": 3, "ownerUserId": "only" });
        let made = fixture.server.ok_v1("POST", "/v1.0/carillon/groups/create", &group);
        fixture.group = made["openConversationId"].as_str().unwrap().to_owned();
        fixture
    }

    /// Sends one fact of each kind, some days ago. The server recorded those of the group itself.
    fn send_one_fact_of_each_kind(&self, days_ago: i64) {
        let recorded_by_the_server = [Kind::GroupCreated, Kind::GroupJoined];
        let kinds = Kind::ALL.iter().filter(|kind| days_ago > 0 || !recorded_by_the_server.contains(kind));
        let facts = kinds.map(|kind| {
            let schema = kind.schema();
            let properties = schema.as_value()["properties"].as_object().unwrap();
            let mut fact: Map<String, Value> =
                properties.iter().map(|(name, schema)| (name.clone(), self.field(name, schema))).collect();
            fact.insert("id".to_owned(), kind.as_str().into());
            fact.insert("kind".to_owned(), kind.as_str().into());
            fact.insert("userId".to_owned(), "only".into());
            fact.insert("time".to_owned(), (NOW - days_ago * DAY_MS).into());
            Value::Object(fact)
        });
        let facts: Vec<Value> = facts.collect();
        let url = format!("{}/v1.0/carillon/facts", self.server.base_url);
        let request = ureq::post(url).header("x-acs-dingtalk-access-token", self.server.token());
        let answer: Value = request.send(lines(&facts)).unwrap().body_mut().read_json().unwrap();
        assert_eq!(answer["added"], json!(facts.len()), "{answer}");
    }

    fn field(&self, name: &str, schema: &Value) -> Value {
        if let Some(options) = schema["oneOf"].as_array() {
            return options[0]["const"].clone();
        }
        if let Some(options) = schema["enum"].as_array() {
            return options[0].clone();
        }
        match &schema["type"] {
            Value::String(kind) if kind == "boolean" => json!(true),
            Value::String(kind) if kind == "integer" && name.ends_with("Ms") => json!(MINUTE_MS),
            Value::String(kind) if kind == "integer" => json!(1),
            _ if name == GROUP => json!(self.group),
            _ => json!(name),
        }
    }

    /// The response of an operation about a day, with all of its fields requested.
    fn answer(&self, operation: &Operation, day: &str) -> (u16, Value) {
        let mut fields = operation.example.as_object().unwrap().clone();
        for optional in [
            "deptIds",
            "dingGroupId",
            "groupType",
            "groupMembersCountStart",
            "groupMembersCountEnd",
            "syncToDingpan",
            "groupOwner",
            "createTimeStart",
            "createTimeEnd",
            "lastActiveTimeStart",
            "lastActiveTimeEnd",
            "groupName",
        ] {
            fields.remove(optional);
        }
        let mut request = Value::Object(fields);
        self.fill(&mut request, day);
        let Value::Object(mut fields) = request else { panic!("{}", operation.id) };
        let mut path = operation.path.to_owned();
        for name in operation.path_fields() {
            path = path.replace(&format!("{{{name}}}"), fields.remove(name).unwrap().as_str().unwrap());
        }
        if operation.dialect == Dialect::Legacy {
            return (200, self.server.call(&path, &Value::Object(fields)));
        }
        let (query, body): (Map<_, _>, Map<_, _>) = fields
            .into_iter()
            .partition(|(name, _)| operation.parameter_location(name) == ParameterLocation::Query);
        let query: Vec<String> = query
            .iter()
            .map(|(name, value)| {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("{name}={}", value.replace('=', "%3D").replace('+', "%2B"))
            })
            .collect();
        let body = operation.takes_body().then_some(Value::Object(body));
        self.server.v1(operation.method.as_str(), &format!("{path}?{}", query.join("&")), body.as_ref())
    }

    fn fill(&self, request: &mut Value, day: &str) {
        let Some(fields) = request.as_object_mut() else { return };
        for optional in ["deptId", "superDeptId"] {
            fields.remove(optional);
        }
        for (name, value) in fields {
            match name.as_str() {
                "data_id" | "dataId" | "statDate" => *value = json!(day),
                "statDates" => *value = json!([day]),
                "corpIds" => *value = json!([self.server.corp]),
                "conferenceId" => *value = json!(CONFERENCE),
                "logicalConferenceId" => *value = json!(LOGICAL),
                "live_uuid" => *value = json!(LIVE),
                "openConversationId" | "openConverationId" => *value = json!(self.group),
                "operatorUserId" | "user_id" => *value = json!("only"),
                "dept_id" => *value = json!(1),
                "banWordsType" => *value = json!(0),
                _ => self.fill(value, day),
            }
        }
    }

    fn finalize_days(&self) {
        let later = self.server.env.with_clock(FixedClock(Timestamp(NOW + 7 * DAY_MS)));
        finalize::finalize_all(&self.server.store, &later, &self.server.corp).unwrap();
    }
}

/// The documented operations of the three groups. The old and the new page of a meeting's detail are one
/// operation.
fn operations() -> Vec<Operation> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/facts/endpoints.json");
    let documented: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let groups = ["statistics", "annual-report", "group"];
    let wanted = documented.iter().filter(|one| groups.contains(&one["group"].as_str().unwrap_or_default()));
    let mut declared: BTreeMap<&str, Operation> =
        carillon_api::operations().into_iter().map(|one| (one.id, one)).collect();
    let mut found = Vec::new();
    for one in wanted.filter(|one| one["id"] != "statistics.conference_detail_legacy") {
        let id = one["id"].as_str().unwrap();
        found.push(declared.remove(id).unwrap_or_else(|| panic!("{id} is not there")));
    }
    assert_eq!(found.len(), 62);
    found
}

/// Collects the numbers of a response with the names of their fields, texts of digits included. Skips `metaList`.
fn numbers(name: &str, answer: &Value, found: &mut Vec<(String, f64)>) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| name.as_str() != "metaList") {
                numbers(name, value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| numbers(name, item, found)),
        Value::Number(number) => found.push((name.to_owned(), number.as_f64().unwrap())),
        Value::String(text) if name == "result" => numbers("", &serde_json::from_str(text).unwrap(), found),
        Value::String(text) => {
            found.extend(text.trim_end_matches('%').parse().ok().map(|number| (name.to_owned(), number)))
        }
        _ => {}
    }
}

fn counts(answer: &Value) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    numbers("", answer, &mut found);
    let not_counts =
        ["dept_id", "deptId", "stat_date", "statDate", "arguments", "code", "errcode", "next_cursor"];
    found.retain(|(name, _)| !not_counts.contains(&name.as_str()));
    found
}

fn succeeds((status, answer): &(u16, Value)) -> bool {
    *status == 200 && answer.get("errcode").is_none_or(|code| *code == 0)
}

/// Operations on a single thing by its id, or for a member. They refuse if it does not exist.
const NEED_A_SUBJECT: [&str; 4] = [
    "statistics.conference_base_info",
    "statistics.conference_detail",
    "group.ban_words",
    "group.org_group_infos",
];

#[test]
fn an_empty_organisation_has_nothing() {
    let fixture = Fixture::empty();
    for day in [DAY, QUIET] {
        for operation in operations() {
            let answer = fixture.answer(&operation, day);
            if NEED_A_SUBJECT.contains(&operation.id) {
                assert_ne!(answer.0, 200, "{}: {}", operation.id, answer.1);
                assert_ne!(answer.1["code"], "system.busy", "{}: {}", operation.id, answer.1);
                continue;
            }
            assert!(succeeds(&answer), "{}: {}", operation.id, answer.1);
            for (name, number) in counts(&answer.1) {
                assert!(number == 0.0, "{} {name} is {number}", operation.id);
            }
        }
        fixture.finalize_days();
    }
}

/// Numbers that count a member or a group without any activity.
const NONZERO_WITHOUT_FACTS: [&str; 4] = ["contacts_count", "contacts_number", "4001_DAY", "totalCount"];

#[test]
fn a_day_without_facts_has_zeros() {
    let fixture = Fixture::with_one_member();
    fixture.send_one_fact_of_each_kind(0);
    let of_days = || operations().into_iter().filter(|operation| operation.example.to_string().contains(DAY));
    assert_eq!(of_days().count(), 56);
    for operation in of_days() {
        let answer = fixture.answer(&operation, QUIET);
        assert!(succeeds(&answer), "{}: {}", operation.id, answer.1);
        for (name, number) in counts(&answer.1) {
            let is_without_facts = NONZERO_WITHOUT_FACTS.contains(&name.as_str()) && number == 1.0;
            assert!(number == 0.0 || is_without_facts, "{} {name} is {number}", operation.id);
        }
    }
}

/// Fields with other values: two messages, one of each kind; two openings of an article, from a single fact and
/// from a sum; a minute in seconds and in ms; the moment; numbers that are not counts.
const NOT_ONE: [(&str, f64); 19] = [
    // A group that facts name, and that is dissolved.
    ("status", -1.0),
    ("message_total_count", 2.0),
    ("message_avg_count", 2.0),
    ("message_cnt", 2.0),
    ("send_message_avg_cnt", 2.0),
    ("4026_DAY", 2.0),
    ("4029_DAY", 2.0),
    ("isw_msg_click_cnt_1y", 2.0),
    ("live_watch_duration", 60.0),
    ("call_duration", 60.0),
    ("play_duration", 60_000.0),
    ("play_record_duration", 60_000.0),
    ("join_video_conf_len", 60_000.0),
    ("duration", 60_000.0),
    ("attendDuration", 60_000.0),
    ("attendeePercentage", 100.0),
    ("confStartTime", NOW as f64),
    ("startTime", NOW as f64),
    ("groupType", 3.0),
];

#[test]
fn one_member_counts_once() {
    let (fixture, last_year) = (Fixture::with_one_member(), Fixture::with_one_member());
    fixture.send_one_fact_of_each_kind(0);
    last_year.send_one_fact_of_each_kind(300);
    let answers = || {
        let mut answers = Vec::new();
        // A fact has dissolved the only group, so chat cannot be banned in it.
        for operation in operations().into_iter().filter(|operation| operation.id != "group.ban_words") {
            if operation.id != "annual_report.get" {
                answers.push((operation.id, fixture.answer(&operation, DAY)));
                continue;
            }
            for kind in [1, 2, 3] {
                let request = json!({ "year": "2024", "type": kind, "dept_id": 1, "user_id": "only" });
                answers.push((operation.id, (200, last_year.server.call(operation.path, &request))));
            }
        }
        answers
            .iter_mut()
            .for_each(|(_, (_, answer))| _ = answer.as_object_mut().unwrap().remove("request_id"));
        answers
    };
    let before = answers();
    for (id, answer) in &before {
        assert!(succeeds(answer), "{id}: {}", answer.1);
        for (name, number) in counts(&answer.1) {
            let is_expected = NOT_ONE.contains(&(name.as_str(), number)) || number == 0.0 || number == 1.0;
            let is_moment = name.ends_with("Time") && (number - NOW as f64).abs() < 1.0;
            assert!(is_expected || is_moment, "{id} {name} is {number}");
        }
    }
    let all: Vec<(String, f64)> = before.iter().flat_map(|(_, answer)| counts(&answer.1)).collect();
    for (name, number) in NOT_ONE {
        assert!(all.contains(&(name.to_owned(), number)), "no {name} is {number}");
    }
    let ones = all.iter().filter(|(_, number)| (number - 1.0).abs() < f64::EPSILON).count();
    assert!(ones > 150, "only {ones} of {} numbers are one", all.len());
    fixture.finalize_days();
    last_year.finalize_days();
    assert_eq!(answers(), before);
}
