//! Subscriptions and deliveries, as owners and developers manage them.

use carillon_model::{
    app::AppType,
    operator::{AccountScope, OperatorRole},
};
use serde_json::{Value, json};
use testkit::server::{NOW, TestServer, add_app};

use crate::operator::{self, call};

const SUBSCRIPTIONS: &str = "/v1.0/carillon/event/subscriptions";
const DELIVERIES: &str = "/v1.0/carillon/event/delivery";

fn with_role(server: &TestServer, role: OperatorRole) -> String {
    operator::sign_in(server, role.as_str(), [(role, AccountScope::All)])
}

fn callback(url: &str) -> Value {
    json!({ "events": ["user_*"], "url": url, "token": "token-of-callback", "aes_key": "k".repeat(43) })
}

#[test]
fn only_owners_send_the_events_of_an_app_with_permissions_to_another_address() {
    let server = operator::server();
    let (owner, developer) =
        (with_role(&server, OperatorRole::Owner), with_role(&server, OperatorRole::Developer));
    let add =
        |grants: &[&str]| add_app(&server.store, &server.env, &server.corp, AppType::Internal, grants).key;
    let (bare, app) = (add(&[]), add(&["qyapi_get_member"]));
    let set = |cookie: &str, key: &str, request: &Value| {
        call(&server, cookie, "PUT", &format!("{SUBSCRIPTIONS}/{key}"), Some(request))
    };
    let url = "https://example.com/callback";
    let (status, answer) = set(&developer, &app, &callback(url));
    assert_eq!(
        (status, &answer["accessdenieddetail"]["requiredRoles"]),
        (403, &json!(["owner"])),
        "{answer}"
    );
    assert_eq!(set(&developer, &bare, &callback(url)).0, 200);
    let (status, answer) = set(&owner, &app, &callback(url));
    assert_eq!((status, &answer["push"], &answer["url"]), (200, &json!("http"), &json!(url)), "{answer}");
    assert!(!answer.to_string().contains("token-of-callback") && !answer.to_string().contains("kkkk"));
    // What does not change who reads them is open to developers.
    let same = json!({ "events": ["user_add_org", "label_*"], "url": url });
    let (status, answer) = set(&developer, &app, &same);
    assert_eq!((status, &answer["events"]), (200, &json!(["user_add_org", "label_*"])), "{answer}");
    assert!(answer["withheld_events"].as_array().unwrap().contains(&json!("label_conf_add")), "{answer}");
    assert_eq!(set(&developer, &app, &callback("https://example.com/other")).0, 403);
    assert_eq!(set(&developer, &app, &callback(url)).0, 403, "other secrets of the same address");
    let (status, answer) = set(&developer, &app, &json!({ "events": ["*"] }));
    assert_eq!((status, &answer["push"], answer.get("url")), (200, &json!("stream"), None), "{answer}");
    let (_, listed) = call(&server, &developer, "GET", SUBSCRIPTIONS, None);
    assert_eq!(listed["subscriptions"].as_array().unwrap().len(), 2, "{listed}");
    let path = format!("{SUBSCRIPTIONS}/{app}");
    assert_eq!(call(&server, &developer, "DELETE", &path, None).0, 200);
    let (status, answer) = call(&server, &developer, "DELETE", &path, None);
    assert_eq!(status, 400, "{answer}");
}

#[test]
fn a_callback_is_checked_before_it_is_stored() {
    let server = operator::server();
    let owner = with_role(&server, OperatorRole::Owner);
    let key = add_app(&server.store, &server.env, &server.corp, AppType::Internal, &["qyapi_get_member"]).key;
    let with = |name: &str, value: Value| {
        let mut request = callback("https://example.com/callback");
        match value {
            Value::Null => drop(request.as_object_mut().unwrap().remove(name)),
            value => request[name] = value,
        }
        request
    };
    for (request, reason) in [
        (with("events", json!([])), "events"),
        (with("events", json!(["user_nothing"])), "user_nothing"),
        (with("events", json!(["check_url"])), "check_url"),
        (with("url", json!("https://unreachable.example/")), ""),
        (with("url", json!("https://wrong.example/")), ""),
        (with("url", json!("https://forbidden.example/")), ""),
        (with("url", Value::Null), "url"),
        (with("token", Value::Null), "aes_key"),
        (with("token", json!("short")), "token"),
        (with("token", json!("t".repeat(64))), "token"),
        (with("aes_key", json!("k".repeat(42))), "aes_key"),
        (with("aes_key", json!("-".repeat(43))), ""),
        (json!({ "events": ["*"], "url": "https://example.com/callback" }), "token"),
        (with("owner", json!("corp")), "owner"),
    ] {
        let (status, answer) =
            call(&server, &owner, "PUT", &format!("{SUBSCRIPTIONS}/{key}"), Some(&request));
        assert!(status == 400 && answer["message"].as_str().unwrap().contains(reason), "{request}: {answer}");
    }
    let (_, listed) = call(&server, &owner, "GET", SUBSCRIPTIONS, None);
    assert_eq!(listed, json!({ "subscriptions": [] }));
    let longest = with("token", json!("t".repeat(63)));
    assert_eq!(call(&server, &owner, "PUT", &format!("{SUBSCRIPTIONS}/{key}"), Some(&longest)).0, 200);
}

/// An app with one event that waits.
fn app_with_an_event(server: &TestServer, owner: &str) -> String {
    let key = add_app(&server.store, &server.env, &server.corp, AppType::Internal, &["qyapi_get_member"]).key;
    let subscription = json!({ "events": ["user_*"] });
    assert_eq!(call(server, owner, "PUT", &format!("{SUBSCRIPTIONS}/{key}"), Some(&subscription)).0, 200);
    let member = json!({ "userid": "u1", "name": "员", "mobile": "13800000001", "dept_id_list": "1", "email": "u1@example.com" });
    server.ok("/topapi/v2/user/create", &member);
    key
}

#[test]
fn the_content_of_an_event_is_visible_while_bodies_are_recorded() {
    let server = operator::server();
    let (owner, developer) =
        (with_role(&server, OperatorRole::Owner), with_role(&server, OperatorRole::Developer));
    let key = app_with_an_event(&server, &owner);
    let post = |path: &str, request: &Value| call(&server, &developer, "POST", path, Some(request));
    let list = format!("{DELIVERIES}/list");
    let (_, listed) = post(&list, &json!({ "app_key": key }));
    let id = listed["events"][0]["event_id"].clone();
    let get = || post(&format!("{DELIVERIES}/get"), &json!({ "app_key": key, "event_id": id }));
    let (status, answer) = get();
    assert_eq!((status, answer.get("content")), (200, None), "{answer}");
    assert_eq!(answer["events"], json!([listed["events"][0]]));
    assert_eq!(answer["events"][0]["next_time"], NOW);
    let record = |minutes: i64| {
        let request = json!({ "appKey": key, "minutes": minutes });
        assert_eq!(post("/v1.0/carillon/calls/record", &request).0, 200);
    };
    record(60);
    let content: Value = serde_json::from_str(get().1["content"].as_str().unwrap()).unwrap();
    assert_eq!((&content["EventType"], &content["UserId"]), (&json!("user_add_org"), &json!(["u1"])));
    // For who names an app without the permission for the event, it is nothing.
    let path = format!("/v1.0/carillon/apps/{key}/permissions");
    assert_eq!(call(&server, &developer, "PUT", &path, Some(&json!({}))).0, 200);
    assert_eq!(get().1.get("content"), None);
    record(0);
    assert_eq!(get().1.get("content"), None);
    let (status, answer) = post(&format!("{DELIVERIES}/get"), &json!({ "app_key": key, "event_id": "none" }));
    assert_eq!(status, 400, "{answer}");
}

#[test]
fn the_log_is_filtered_and_failed_events_are_retried_since_a_time() {
    let server = operator::server();
    let (owner, developer) =
        (with_role(&server, OperatorRole::Owner), with_role(&server, OperatorRole::Developer));
    let key = app_with_an_event(&server, &owner);
    let post = |path: &str, request: Value| {
        let mut request = request;
        request["app_key"] = json!(key);
        call(&server, &developer, "POST", &format!("{DELIVERIES}/{path}"), Some(&request))
    };
    let count = |request: Value| {
        let (status, answer) = post("list", request);
        assert_eq!(status, 200, "{answer}");
        answer["events"].as_array().unwrap().len()
    };
    for (request, expected) in [
        (json!({}), 1),
        (json!({ "event_type": "user_add_org" }), 1),
        (json!({ "event_type": "user_leave_org" }), 0),
        (json!({ "event_type": "check_url" }), 0),
        (json!({ "start_time": NOW, "end_time": NOW + 1 }), 1),
        (json!({ "start_time": NOW + 1 }), 0),
        (json!({ "end_time": NOW }), 0),
        (json!({ "state": "waiting" }), 1),
        (json!({ "state": "failed" }), 0),
    ] {
        assert_eq!(count(request.clone()), expected, "{request}");
    }
    let since = |request: Value| post("retry-since", request).1;
    assert_eq!(since(json!({ "start_time": 0 })), json!({ "retried": 0, "has_more": false }), "none failed");
    // The subscription ends, and with it what waits.
    assert_eq!(call(&server, &owner, "DELETE", &format!("{SUBSCRIPTIONS}/{key}"), None).0, 200);
    assert_eq!(count(json!({ "state": "failed" })), 1);
    assert_eq!(since(json!({ "start_time": NOW + 1 }))["retried"], 0);
    assert_eq!(since(json!({ "start_time": NOW, "event_type": "user_leave_org" }))["retried"], 0);
    assert_eq!(since(json!({ "start_time": NOW, "event_type": "user_add_org" }))["retried"], 1);
    assert_eq!(count(json!({ "state": "waiting" })), 1);
    let (status, answer) = post("retry-since", json!({ "start_time": NOW, "event_type": "nothing" }));
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("event_type"), "{answer}");
}

#[test]
fn a_test_waits_once() {
    let server = operator::server();
    let (owner, developer) =
        (with_role(&server, OperatorRole::Owner), with_role(&server, OperatorRole::Developer));
    let app = add_app(&server.store, &server.env, &server.corp, AppType::Internal, &[]).key;
    let test =
        || call(&server, &developer, "POST", &format!("{DELIVERIES}/test"), Some(&json!({ "app_key": app })));
    assert_eq!(test().0, 400, "no subscription");
    let path = format!("{SUBSCRIPTIONS}/{app}");
    assert_eq!(call(&server, &developer, "PUT", &path, Some(&json!({ "events": ["user_*"] }))).0, 200);
    let (status, first) = test();
    assert_eq!((status, &first), (200, &test().1), "the same");
    let list = json!({ "app_key": app, "event_type": "check_url" });
    let (_, listed) = call(&server, &developer, "POST", &format!("{DELIVERIES}/list"), Some(&list));
    assert_eq!(listed["events"].as_array().unwrap().len(), 1, "{listed}");
    let disable = json!({ "disabled": true });
    assert_eq!(call(&server, &owner, "PUT", &format!("/v1.0/carillon/apps/{app}"), Some(&disable)).0, 200);
    assert_eq!(test().0, 400, "disabled");
}
