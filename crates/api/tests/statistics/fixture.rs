//! An organisation with two departments below the root and four members, and facts of them.
//!
//! root 1 -> dept (ann, bob), other (cat); dan belongs to the root alone. Today is 2025-10-09 in Shanghai.

use carillon_model::app::AppType;
use serde_json::{Value, json};

use testkit::server::{NOW, TestServer};

pub const DAY: &str = "20251009";
pub const HOUR: i64 = 3_600_000;

pub struct Fixture {
    pub server: TestServer,
    pub dept: i64,
    pub other: i64,
}

impl Fixture {
    pub fn new() -> Self {
        let mut server = TestServer::start();
        let permissions = carillon_api::permissions();
        let permissions: Vec<&str> = permissions.iter().map(String::as_str).collect();
        server.use_app(AppType::Internal, &permissions);
        let add = |name: &str| {
            let new = json!({ "name": name, "parent_id": 1 });
            server.ok("/topapi/v2/department/create", &new)["result"]["dept_id"].as_i64().unwrap()
        };
        let (dept, other) = (add("一部"), add("二部"));
        for (number, (userid, dept)) in
            [("ann", dept), ("bob", dept), ("cat", other), ("dan", 1)].into_iter().enumerate()
        {
            let new = json!({ "userid": userid, "name": format!("名{userid}"), "mobile": format!("1380000000{number}"),
                              "dept_id_list": dept.to_string(), "job_number": format!("J{number}") });
            server.ok("/topapi/v2/user/create", &new);
        }
        Self { server, dept, other }
    }

    /// Sends facts. All must be valid and new.
    pub fn send_facts(&self, facts: &[Value]) {
        let (status, answer) = self.ingest("", lines(facts).as_bytes(), None);
        assert_eq!((status, &answer["added"]), (200, &json!(facts.len())), "{answer}");
    }

    /// Sends a body of facts.
    pub fn ingest(&self, query: &str, body: &[u8], encoding: Option<&str>) -> (u16, Value) {
        let url = format!("{}/v1.0/carillon/facts{query}", self.server.base_url);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = agent
            .post(url)
            .header("x-acs-dingtalk-access-token", self.server.token())
            .content_type("application/x-ndjson");
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        let mut response = request.send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }

    /// The result of a legacy statistic.
    pub fn result(&self, path: &str, request: Value) -> Value {
        self.server.ok(&format!("/topapi/kac/{path}"), &request)["result"].clone()
    }

    /// The result of a legacy statistic of the usual form, for [`DAY`].
    pub fn day(&self, path: &str) -> Value {
        self.result(path, json!({ "request": { "data_id": DAY } }))
    }

    /// The first page of a list of [`DAY`]; there must be no other.
    pub fn list(&self, path: &str) -> Vec<Value> {
        let request = json!({ "request": { "data_id": DAY, "cursor": 0, "size": 100 } });
        let result = self.result(path, request);
        assert_eq!((&result["has_more"], &result["next_cursor"]), (&json!(false), &json!(0)), "{result}");
        result["data"].as_array().unwrap().clone()
    }
}

/// A fact of a member some hours ago.
pub fn fact(id: &str, userid: &str, hours_ago: i64, kind: &str, fields: Value) -> Value {
    let mut fact = json!({ "id": id, "userId": userid, "time": NOW - hours_ago * HOUR, "kind": kind });
    fact.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    fact
}

pub fn lines(facts: &[Value]) -> String {
    facts.iter().map(|fact| format!("{fact}\n")).collect()
}

/// The facts of a day with all kinds of activity.
pub fn busy_day() -> Vec<Value> {
    vec![
        fact("1", "ann", 8, "login", json!({ "client": "iOS", "appVersion": "8.1" })),
        fact("2", "ann", 8, "login", json!({ "client": "Windows", "appVersion": "8.2" })),
        fact("3", "cat", 7, "login", json!({ "client": "Android", "appVersion": "8.1" })),
        fact("4", "ann", 7, "group_message", json!({ "openConversationId": "g1", "count": 5 })),
        fact("5", "bob", 7, "group_message", json!({ "openConversationId": "g2", "count": 2 })),
        fact("6", "bob", 7, "single_message", json!({ "count": 3 })),
        fact("7", "cat", 7, "single_message", json!({ "count": 1 })),
        fact("8", "bob", 7, "group_file", json!({ "openConversationId": "g2", "count": 4 })),
        fact("9", "ann", 6, "group_created", json!({ "openConversationId": "g1", "groupType": "internal" })),
        fact(
            "10",
            "ann",
            30,
            "group_created",
            json!({ "openConversationId": "g2", "groupType": "department" }),
        ),
        fact("11", "ann", 29, "group_created", json!({ "openConversationId": "g3", "groupType": "scene" })),
        fact("12", "ann", 28, "group_dissolved", json!({ "openConversationId": "g3", "groupType": "scene" })),
        fact(
            "13",
            "ann",
            6,
            "live_session",
            json!({
                "liveId": "live-1", "openConversationId": "g1", "groupName": "群", "groupUserCount": 9, "title": "课",
                "durationMs": 600_000, "succeeded": true,
            }),
        ),
        fact(
            "14",
            "dan",
            6,
            "live_session",
            json!({
                "liveId": "live-2", "openConversationId": "g1", "groupName": "群", "groupUserCount": 9, "title": "短",
                "durationMs": 30_000, "succeeded": true,
            }),
        ),
        fact("15", "bob", 6, "live_viewing", json!({ "liveId": "live-1", "liveMs": 300_000, "replayMs": 0 })),
        fact(
            "16",
            "bob",
            5,
            "live_viewing",
            json!({ "liveId": "live-1", "liveMs": 60_000, "replayMs": 90_000 }),
        ),
        fact("17", "cat", 5, "live_viewing", json!({ "liveId": "live-1", "liveMs": 0, "replayMs": 120_000 })),
        fact(
            "18",
            "ann",
            4,
            "video_meeting",
            json!({
                "conferenceId": "conf-1", "logicalConferenceId": "log-1", "title": "会", "durationMs": 1_800_000,
                "invitedCount": 3, "connected": true,
            }),
        ),
        fact(
            "19",
            "ann",
            4,
            "video_meeting",
            json!({
                "conferenceId": "conf-2", "title": "空", "durationMs": 0, "invitedCount": 1, "connected": false,
            }),
        ),
        fact(
            "20",
            "ann",
            4,
            "video_participation",
            json!({ "conferenceId": "conf-1", "joined": true, "attendMs": 1_800_000 }),
        ),
        fact(
            "21",
            "bob",
            4,
            "video_participation",
            json!({ "conferenceId": "conf-1", "joined": true, "attendMs": 900_000 }),
        ),
        fact(
            "22",
            "cat",
            4,
            "video_participation",
            json!({ "conferenceId": "conf-1", "joined": false, "attendMs": 0 }),
        ),
        fact(
            "23",
            "cat",
            4,
            "phone_meeting",
            json!({ "conferenceId": "tel-1", "durationMs": 120_000, "connected": true }),
        ),
        fact(
            "24",
            "cat",
            4,
            "phone_participation",
            json!({ "conferenceId": "tel-1", "joined": true, "attendMs": 120_000 }),
        ),
        fact(
            "25",
            "dan",
            4,
            "phone_participation",
            json!({ "conferenceId": "tel-1", "joined": true, "attendMs": 60_000 }),
        ),
        fact(
            "26",
            "ann",
            3,
            "app_visit",
            json!({ "appId": "a1", "appName": "打卡", "appOrigin": "official", "count": 2 }),
        ),
        fact(
            "27",
            "bob",
            3,
            "app_visit",
            json!({ "appId": "a1", "appName": "打卡", "appOrigin": "official", "count": 1 }),
        ),
        fact(
            "28",
            "bob",
            3,
            "app_visit",
            json!({ "appId": "a2", "appName": "食堂", "appOrigin": "self_built", "count": 1 }),
        ),
        fact("29", "ann", 3, "ding_sent", json!({ "dingKind": "app", "count": 2 })),
        fact("30", "ann", 3, "ding_sent", json!({ "dingKind": "sms", "count": 1 })),
        fact("31", "cat", 3, "ding_sent", json!({ "dingKind": "call", "count": 1 })),
        fact("32", "cat", 3, "ding_sent", json!({ "dingKind": "voip", "count": 1 })),
        fact("33", "ann", 30, "ding_sent", json!({ "dingKind": "app", "count": 7 })),
    ]
}
