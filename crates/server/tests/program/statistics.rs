//! Operations that return the same number agree for every source of facts: the operation, files, the generator, and the server's
//! own.

use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{
    agreement::{self, Day, Operations},
    browser::Browser,
    program::{PASSWORD, Program, app, carillon_json},
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

struct Fixture {
    data: TempDir,
    corp: String,
    zone: TimeZone,
    program: Program,
    token: String,
}

#[expect(clippy::disallowed_methods, reason = "the started server has the clock of the machine")]
fn now_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

impl Fixture {
    /// Creates an organisation in a time zone with midday, so that no day ends during the test.
    fn start() -> Self {
        let east = 12 - now_ms() / HOUR_MS % 24;
        let zone = format!("Etc/GMT{}{}", if east < 0 { '+' } else { '-' }, east.abs());
        let data = TempDir::new().unwrap();
        let corp = carillon_json(data.path(), &["corp", "create", "--name", "测试", "--time-zone", &zone]);
        let corp = corp["corp_id"].as_str().unwrap().to_owned();
        let permissions: Vec<String> = carillon_api::permissions().into_iter().collect();
        let app = app(data.path(), &corp, "internal", &permissions.join(","));
        let program = Program::start(data.path());
        let token = program.token(&app);
        Self { data, corp, zone: TimeZone::get(&zone).unwrap(), program, token }
    }

    fn day(&self, ms: i64) -> String {
        let moment = jiff::Timestamp::from_millisecond(ms).unwrap().to_zoned_datetime(self.zone.clone());
        moment.strftime("%Y%m%d").to_string()
    }

    /// Compares all operations for today and the days before.
    fn check(&self, days: i64) {
        for ago in 0..days {
            let day = self.day(now_ms() - ago * DAY_MS);
            let day = Day { day: &day, is_today: ago == 0, with_leavers: false, operator: "m0" };
            agreement::check(self, &day);
        }
    }

    /// Returns a number of today.
    fn number(&self, path: &str, field: &str) -> Value {
        let request = json!({ "request": { "data_id": self.day(now_ms()) } });
        self.legacy(&format!("/topapi/kac/datav/{path}"), &request)["result"][field].clone()
    }

    fn import(&self, name: &str, content: &str) {
        let path = self.data.path().join(name);
        fs::write(&path, content).unwrap();
        let arguments = ["facts", "import", "--corp", &self.corp, path.to_str().unwrap()];
        let report = carillon_json(self.data.path(), &arguments);
        assert!(report["added"].as_u64().unwrap() > 0, "{report}");
    }
}

impl Operations for Fixture {
    fn legacy(&self, path: &str, request: &Value) -> Value {
        let answer = self.program.json(&format!("{path}?access_token={}", self.token), request);
        assert_eq!(answer["errcode"], 0, "{path} {request}: {answer}");
        answer
    }

    fn v1(&self, method: &str, path: &str, request: Option<&Value>) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let builder = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.program.url))
            .header("x-acs-dingtalk-access-token", &self.token);
        let mut answer = match request {
            Some(body) => {
                agent.run(builder.header("content-type", "application/json").body(body.to_string()).unwrap())
            }
            None => agent.run(builder.body(()).unwrap()),
        }
        .unwrap();
        let body: Value = answer.body_mut().read_json().unwrap();
        assert_eq!(answer.status(), 200, "{method} {path}: {body}");
        body
    }
}

/// Returns facts of members in a group, and of two phone conferences, one of which took place.
fn facts(prefix: &str, members: &[&str], group: &str, at: i64) -> Vec<Value> {
    let mut facts = Vec::new();
    let mut add = |member: &str, kind: &str, fields: Value| {
        let mut fact =
            json!({ "id": format!("{prefix}{}", facts.len()), "time": at, "userId": member, "kind": kind });
        fact.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        facts.push(fact);
    };
    for member in members {
        add(member, "login", json!({ "client": "iOS", "appVersion": "8" }));
        add(member, "group_message", json!({ "openConversationId": group, "count": 3 }));
        add(member, "single_message", json!({ "count": 2 }));
    }
    for (number, connected) in [(1, true), (2, false)] {
        let id = format!("{prefix}{number}");
        let duration = if connected { 610_000 } else { 0 };
        add(
            members[0],
            "phone_meeting",
            json!({ "conferenceId": id, "durationMs": duration, "connected": connected }),
        );
        let joined = json!({ "conferenceId": id, "joined": connected, "attendMs": duration });
        add(members[0], "phone_participation", joined);
    }
    facts
}

#[test]
fn operations_agree_for_every_source_of_facts() {
    let fixture = Fixture::start();
    let dept = fixture.legacy("/topapi/v2/department/create", &json!({ "name": "部", "parent_id": 1 }));
    let dept = &dept["result"]["dept_id"];
    for number in 0..30 {
        let departments = if number % 2 == 0 { json!("1") } else { json!(dept.to_string()) };
        let member = json!({ "userid": format!("m{number}"), "name": format!("名{number}"), "init_password": PASSWORD,
                             "mobile": format!("138{number:08}"), "dept_id_list": departments });
        fixture.legacy("/topapi/v2/user/create", &member);
    }
    fixture.check(2);
    let (today, yesterday) = (now_ms() - HOUR_MS, now_ms() - DAY_MS);

    // Facts from the operation.
    let mut lines = facts("a", &["m0", "m1"], "cid-a", yesterday);
    lines.extend(facts("b", &["m1", "m2"], "cid-b", today));
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let url = format!("{}/v1.0/carillon/facts", fixture.program.url);
    let sent = ureq::post(url).header("x-acs-dingtalk-access-token", &fixture.token).send(body.as_bytes());
    assert_eq!(sent.unwrap().status(), 200);
    fixture.check(3);
    assert_eq!(fixture.number("dau/summary/get", "daily_active_users"), 2);
    assert_eq!(fixture.number("dau/summary/get", "activated_count"), 3);
    assert_eq!(fixture.number("chat/summary/get", "group_count"), 2);

    // Facts from files of both formats.
    let lines = facts("c", &["m3", "m4"], "cid-b", yesterday);
    fixture.import("facts.ndjson", &lines.iter().map(|line| format!("{line}\n")).collect::<String>());
    fixture.check(3);
    let csv = format!(
        "id,time,userId,kind,openConversationId,groupType,groupName,client,appVersion,count\n\
         d1,{today},m5,login,,,,Windows,8,\nd2,{today},m5,group_created,cid-c,department,,,,\n\
         d3,{today},m5,group_named,cid-c,,人事部,,,\nd4,{yesterday},m6,group_message,cid-c,,,,,4\n\
         d5,{today},,group_dissolved,cid-a,internal,,,,\n"
    );
    fixture.import("facts.csv", &csv);
    fixture.check(3);
    assert_eq!(fixture.number("chat/summary/get", "group_count"), 2, "one more, one dissolved");
    assert_eq!(fixture.number("group/get", "dept_group_cnt"), 1);
    assert_eq!(fixture.number("chat/summary/get", "new_group_count"), 0, "facts name all of them earlier");

    // Generated facts, of more than a week: on some days hardly anybody works.
    let (from, to) = (fixture.day(now_ms() - 8 * DAY_MS), fixture.day(now_ms()));
    let arguments =
        ["facts", "generate", "--corp", &fixture.corp, "--from", &from, "--to", &to, "--members", "25"];
    assert!(carillon_json(fixture.data.path(), &arguments)["added"].as_u64().unwrap() > 500);
    fixture.check(5);

    // Facts that the server records.
    let browser = Browser::sign_in(&fixture.program.url, "m29", PASSWORD).unwrap();
    assert_eq!(browser.open("/inbox").0, 200);
    let group = json!({ "title": "群", "groupType": 3, "ownerUserId": "m0", "memberUserIds": ["m28"] });
    let group_response = fixture.v1("POST", "/v1.0/carillon/groups/create", Some(&group));
    let message = json!({ "openConversationId": group_response["openConversationId"], "senderUserId": "m28", "fileSize": 9 });
    fixture.v1("POST", "/v1.0/carillon/groups/messages/send", Some(&message));
    let all = json!({ "title": "全员", "groupType": 1, "ownerUserId": "m0" });
    fixture.v1("POST", "/v1.0/carillon/groups/create", Some(&all));
    fixture.check(2);
    for id in [&json!("cid-c"), &group_response["openConversationId"]] {
        fixture.v1("POST", "/v1.0/carillon/groups/dissolve", Some(&json!({ "openConversationId": id })));
    }
    fixture.check(5);
    let user = fixture.legacy("/topapi/v2/user/get", &json!({ "userid": "m29" }));
    assert_eq!(user["result"]["active"], true);
}
