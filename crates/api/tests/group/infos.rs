use carillon_model::{audit::Signature, env::FixedClock, time::Timestamp};
use serde_json::{Map, Value, json};

use testkit::server::{NOW, TestServer};

use crate::group::fixture::{INFOS, group, ok, start};

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// A page of the groups that some filters find. Required fields are added.
fn infos(server: &TestServer, filters: &Value) -> Value {
    let (status, answer) = query(server, filters);
    assert_eq!(status, 200, "{answer}");
    answer
}

fn query(server: &TestServer, filters: &Value) -> (u16, Value) {
    let mut fields: Map<String, Value> =
        json!({ "operatorUserId": "a", "uuid": "q1", "pageStart": 1, "pageSize": 20 })
            .as_object()
            .unwrap()
            .clone();
    fields.extend(filters.as_object().unwrap().clone());
    fields.retain(|_, value| !value.is_null());
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &fields {
        query.append_pair(name, value.as_str().unwrap_or(&value.to_string()));
    }
    server.v1("GET", &format!("{INFOS}?{}", query.finish()), None)
}

fn names(server: &TestServer, filters: &Value) -> Vec<String> {
    let answer = infos(server, filters);
    let items = answer["items"].as_array().unwrap();
    assert_eq!(answer["itemCount"], items.len());
    assert_eq!(answer["totalCount"], items.len());
    items.iter().map(|item| item["groupName"].as_str().unwrap().to_owned()).collect()
}

/// Sets the clock of the store, and posts a message or file there.
fn at(server: &TestServer, time: i64, id: &str, sender: &str, file_bytes: Option<i64>) {
    let env = server.env.with_clock(FixedClock(Timestamp(time)));
    let (corp, id) = (server.corp.clone(), id.into());
    let post = carillon_domain::group::Post { sender: sender.into(), file_bytes };
    let signature = Signature::server(&env, "test");
    let post =
        move |tx: &mut carillon_store::Tx<'_>| carillon_domain::group::post(tx, &env, &corp, &id, &post);
    server.store.write_blocking(&server.corp, signature, post).unwrap();
}

#[test]
fn every_field_of_a_group() {
    let server = start();
    let scene = json!({ "title": "场景", "groupType": 4, "templateId": "t1", "templateName": "模板", "ownerUserId": "b",
        "administratorUserIds": ["c"], "memberDeptIds": [1], "syncToDingpan": 1, "extensions": { "k": "v" } });
    let id = ok(&server, crate::group::fixture::CREATE, &scene)["openConversationId"].clone();
    let sent = json!({ "openConversationId": id, "senderUserId": "b", "fileSize": 1234 });
    ok(&server, "/v1.0/carillon/groups/messages/send", &sent);
    let answer = infos(&server, &json!({}));
    let expected = json!({
        "openConversationId": id, "groupOwner": "乙", "groupName": "场景", "groupAdminsCount": 1, "groupMembersCount": 4,
        "groupCreateTime": NOW, "groupLastActiveTime": NOW, "groupLastActiveTimeShow": "刚刚", "syncToDingpan": 1,
        "usedQuota": 1234, "groupOwnerUserId": "b", "status": 1, "templateId": "t1", "templateName": "模板",
        "extensions": { "k": "v" }
    });
    assert_eq!(answer, json!({ "totalCount": 1, "itemCount": 1, "items": [expected] }));
    assert!(id.as_str().unwrap().starts_with("cid") && id.as_str().unwrap().ends_with("=="), "{id}");
}

#[test]
fn every_filter_finds_its_groups() {
    let server = start();
    let one = group(&server, "Alpha_1", "a", &[]);
    let two = group(&server, "alphaX2", "b", &["a", "c"]);
    group(&server, "三", "b", &["a", "c", "d"]);
    ok(&server, "/v1.0/carillon/groups/update", &json!({ "openConversationId": two, "syncToDingpan": 1 }));
    at(&server, NOW + 10 * MINUTE, &one, "a", None);
    at(&server, NOW + 20 * MINUTE, &two, "b", None);

    assert_eq!(names(&server, &json!({})), ["Alpha_1", "alphaX2", "三"]);
    for (filters, expected) in [
        (json!({ "groupName": "ALPHA" }), &["Alpha_1", "alphaX2"][..]),
        // Wildcards of a pattern are taken literally.
        (json!({ "groupName": "a_" }), &["Alpha_1"]),
        (json!({ "groupName": "%" }), &[]),
        (json!({ "groupName": "三" }), &["三"]),
        (json!({ "groupOwner": "b" }), &["alphaX2", "三"]),
        (json!({ "groupOwner": "nobody" }), &[]),
        (json!({ "syncToDingpan": 1 }), &["alphaX2"]),
        (json!({ "syncToDingpan": 0 }), &["Alpha_1", "三"]),
        (json!({ "groupMembersCountStart": 3 }), &["alphaX2", "三"]),
        (json!({ "groupMembersCountEnd": 3 }), &["Alpha_1", "alphaX2"]),
        (json!({ "groupMembersCountStart": 2, "groupMembersCountEnd": 3 }), &["alphaX2"]),
        (json!({ "createTimeStart": NOW, "createTimeEnd": NOW }), &["Alpha_1", "alphaX2", "三"]),
        (json!({ "createTimeStart": NOW + 1 }), &[]),
        (json!({ "createTimeEnd": NOW - 1 }), &[]),
        // In seconds.
        (
            json!({ "createTimeStart": NOW / 1000, "createTimeEnd": NOW / 1000 }),
            &["Alpha_1", "alphaX2", "三"],
        ),
        (json!({ "createTimeStart": NOW / 1000 + 1 }), &[]),
        (json!({ "createTimeEnd": NOW / 1000 - 1 }), &[]),
        (json!({ "createTimeStart": i64::MIN, "createTimeEnd": i64::MAX }), &["Alpha_1", "alphaX2", "三"]),
        (json!({ "lastActiveTimeStart": NOW + 10 * MINUTE }), &["Alpha_1", "alphaX2"]),
        (json!({ "lastActiveTimeEnd": NOW + 10 * MINUTE }), &["Alpha_1", "三"]),
        (json!({ "lastActiveTimeStart": NOW + 1, "lastActiveTimeEnd": NOW + 20 * MINUTE - 1 }), &["Alpha_1"]),
        (json!({ "groupOwner": "b", "groupName": "x", "syncToDingpan": 1 }), &["alphaX2"]),
    ] {
        assert_eq!(names(&server, &filters), expected, "{filters}");
    }
}

#[test]
fn pages_have_every_group_once_while_groups_are_created() {
    let server = start();
    for number in 0..5 {
        group(&server, &format!("群{number}"), "a", &[]);
    }
    let mut titles = Vec::new();
    for page in 1..=4 {
        let answer = infos(&server, &json!({ "pageStart": page, "pageSize": 2 }));
        assert_eq!(answer["totalCount"], 4 + page);
        titles.extend(answer["items"].as_array().unwrap().iter().map(|item| item["groupName"].clone()));
        group(&server, &format!("新{page}"), "a", &[]);
    }
    assert_eq!(titles, ["群0", "群1", "群2", "群3", "群4", "新1", "新2", "新3"]);
    let far = infos(&server, &json!({ "pageStart": i64::MAX, "pageSize": 100 }));
    assert_eq!((&far["itemCount"], &far["items"]), (&json!(0), &json!([])));
}

#[test]
fn groups_have_a_status_and_the_time_since_the_last_message() {
    let server = start();
    let times = [
        (59_999, "刚刚"),
        (MINUTE, "1分钟前"),
        (60 * MINUTE - 1, "59分钟前"),
        (60 * MINUTE, "1小时前"),
        (DAY - 1, "23小时前"),
        (DAY, "1天前"),
        (7 * DAY - 1, "6天前"),
        (7 * DAY, "2025-10-02"),
    ];
    for (ago, _) in times {
        let env = server.env.with_clock(FixedClock(Timestamp(NOW - ago)));
        let corp = server.corp.clone();
        let new = carillon_domain::group::NewGroup {
            title: "群".to_owned(),
            kind: carillon_model::group::GroupKind::Other,
            department: None,
            template: Default::default(),
            owner: "a".into(),
            administrators: Vec::new(),
            members: Default::default(),
            synced_to_drive: false,
            extensions: Default::default(),
        };
        server
            .store
            .write_blocking(&server.corp, Signature::server(&server.env, "test"), move |tx| {
                carillon_domain::group::create(tx, &env, &corp, new).map(|_| ())
            })
            .unwrap();
    }
    let answer = infos(&server, &json!({}));
    let listed: Vec<&str> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["groupLastActiveTimeShow"].as_str().unwrap())
        .collect();
    assert_eq!(listed, times.map(|(_, show)| show));

    let id = |index: usize| json!({ "openConversationId": answer["items"][index]["openConversationId"] });
    ok(&server, "/v1.0/carillon/groups/dissolve", &id(0));
    let mut leave = id(1);
    leave["memberUserIds"] = json!(["a"]);
    ok(&server, "/v1.0/carillon/groups/members/remove", &leave);
    let items = infos(&server, &json!({}))["items"].clone();
    let described: Vec<_> = (0..3)
        .map(|index| (items[index]["status"].clone(), items[index]["groupOwnerUserId"].clone()))
        .collect();
    let expected = [(-1, "a"), (0, ""), (1, "a")].map(|(status, owner)| (json!(status), json!(owner)));
    assert_eq!(described, expected);
}

#[test]
fn bad_requests_name_the_field() {
    let server = start();
    for (filters, expected) in [
        (json!({ "pageSize": 101 }), "pageSize must be at most 100"),
        (json!({ "pageSize": 0 }), "pageSize must be at least 1"),
        (json!({ "pageStart": 0 }), "pageStart must be at least 1"),
        (json!({ "uuid": " " }), "uuid is missing"),
        (json!({ "uuid": "u".repeat(129) }), "uuid must have at most 128 characters"),
        (json!({ "operatorUserId": "nobody" }), "operatorUserId names no member: nobody"),
        (json!({ "operatorUserId": null }), "operatorUserId is missing"),
        (json!({ "syncToDingpan": 2 }), "syncToDingpan must be one of 0, 1"),
        (json!({ "groupMembersCountEnd": "many" }), "groupMembersCountEnd must be a whole number"),
        (json!({ "groupName": "g".repeat(129) }), "groupName must have at most 128 characters"),
    ] {
        let (status, answer) = query(&server, &filters);
        let (code, message) = match expected.strip_suffix(" is missing") {
            Some(field) => (format!("Missing{field}"), format!("{field} is mandatory for this action.")),
            None => ("param.illegal".to_owned(), format!("参数不合法: {expected}")),
        };
        assert_eq!(
            (status, &answer["code"], &answer["message"]),
            (400, &json!(code), &json!(message)),
            "{filters}"
        );
    }
    for filters in
        [json!({ "pageSize": 100 }), json!({ "uuid": "u".repeat(128), "groupName": "g".repeat(128) })]
    {
        infos(&server, &filters);
    }
}
