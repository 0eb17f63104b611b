use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::server::{NOW, TestServer};

use super::changes::{change_everything, changed_server};

const QUERY: &str = "/v1.0/carillon/audits/query";

/// The entries that a query finds, newest first.
fn entries(server: &TestServer, request: &Value) -> Vec<Value> {
    let (status, answer) = server.call_v1(QUERY, request);
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

/// All entries, newest first.
fn all_entries(server: &TestServer) -> Vec<Value> {
    let (mut entries, mut request) = (Vec::new(), json!({ "maxResults": 100 }));
    loop {
        let (status, answer) = server.call_v1(QUERY, &request);
        assert_eq!(status, 200, "{answer}");
        entries.extend(answer["items"].as_array().unwrap().iter().cloned());
        match answer.get("nextToken") {
            Some(token) => request["nextToken"] = token.clone(),
            None => return entries,
        }
    }
}

#[test]
fn every_operation_that_changes_something_leaves_an_entry() {
    let server = changed_server();
    let recorded: BTreeSet<String> = all_entries(&server)
        .iter()
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        // The fixture itself signs for the organisation and its apps.
        .filter(|action| action != "test")
        .collect();
    let operations = carillon_api::operations();
    // Reading the list of failed events removes what the previous read returned. That is not recorded.
    let changing = operations
        .iter()
        .filter(|operation| operation.changes && operation.id != "events.callback_failed")
        .map(|operation| operation.id.to_owned());
    assert_eq!(recorded, changing.collect());
}

#[test]
fn an_entry_has_caller_action_time_and_both_states() {
    let server = TestServer::start();
    let unionid = change_everything(&server);
    let of_account = entries(&server, &json!({ "subject": "service_account", "subjectId": unionid }));
    assert_eq!(of_account.len(), 2, "{of_account:?}");
    let (updated, added) = (&of_account[0], &of_account[1]);
    assert_eq!(added.get("before"), None);
    assert_eq!(added["after"], json!({ "name": "新闻" }));
    assert_eq!(updated["before"], json!({ "brief": "", "name": "新闻" }));
    assert_eq!(updated["after"], json!({ "brief": "b".repeat(60), "name": "消息" }));
    assert_eq!(updated["time"], NOW);
    assert_eq!((&updated["actorType"], &updated["action"]), (&json!("app"), &json!("serviceaccount.update")));
    assert_eq!(updated["requestId"].as_str().unwrap().len(), 12);
    let removed = &entries(&server, &json!({ "action": "article.delete" }))[0];
    assert_eq!((&removed["before"], removed.get("after")), (&json!({ "title": "章" }), None));
    let member = &entries(&server, &json!({ "action": "contacts.user_update" }))[0];
    assert_eq!(member["after"], json!({ "mobile": "changed", "profile": "changed", "title": "长" }));

    let moved = &entries(&server, &json!({ "action": "contacts.dept_update" }))[0];
    assert_eq!(moved["before"], json!({ "name": "部", "order": "0" }));
    let scoped = &entries(&server, &json!({ "action": "roles.scope_update" }))[0];
    assert_eq!(scoped["before"], json!({ "scope": "u1: everyone" }));
    assert_eq!(scoped["after"], json!({ "scope": "u1: 2" }));

    let answer = server.ok("/topapi/serviceaccount/add", &server.new_account("又一个"));
    let newest = &entries(&server, &json!({ "maxResults": 1 }))[0];
    assert_eq!(newest["requestId"], answer["request_id"]);
    let by_app = json!({ "actorId": newest["actorId"], "subject": "service_account" });
    assert_eq!(entries(&server, &by_app).len(), 3);
    assert_eq!(entries(&server, &json!({ "actorId": "nobody" })).len(), 0);
}

#[test]
fn contents_and_secrets_are_not_recorded() {
    let server = changed_server();
    let all = json!(all_entries(&server)).to_string();
    for secret in [
        "secret draft",
        "secret question",
        "secret answer",
        "/sign-in/link/",
        "secret ding",
        "secret comment",
        "secret reply",
        "secret send",
        "secret reason",
        "Secret-123456",
        "argon2",
        "secret-token-of-callback",
        "sssssssssss",
        "13800000001",
        "13800000002",
    ] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[test]
fn refusals_and_calls_without_a_change_are_not_recorded() {
    let server = TestServer::start();
    let unionid = server.account("新闻");
    let before = entries(&server, &json!({})).len();
    assert_eq!(server.code("/topapi/serviceaccount/add", &server.new_account("新闻")), 800_001);
    server.ok("/topapi/serviceaccount/update", &json!({ "unionid": unionid, "name": "新闻" }));
    let menu = json!({ "button": [{ "name": "看", "type": "click", "key": "k" }], "enable_input": true, "status": 0 });
    let menu = json!({ "unionid": unionid, "menu": menu });
    server.ok("/topapi/serviceaccount/menu/update", &menu);
    server.ok("/topapi/serviceaccount/menu/update", &menu);
    // The picture that was uploaded for the refused account, and the menu, which changed once.
    assert_eq!(entries(&server, &json!({})).len(), before + 2);
}

#[test]
fn entries_are_paged_and_filtered_by_time() {
    let server = TestServer::start();
    for number in 0..5 {
        server.account(&number.to_string());
    }
    let page = |token: Option<i64>, size: i64| {
        let mut request = json!({ "action": "serviceaccount.add", "maxResults": size });
        if let Some(token) = token {
            request["nextToken"] = json!(token);
        }
        server.call_v1(QUERY, &request).1
    };
    let names = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|entry| entry["after"]["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = page(None, 2);
    assert_eq!((names(&first), &first["hasMore"]), (vec!["4".to_owned(), "3".to_owned()], &json!(true)));
    let second = page(first["nextToken"].as_i64(), 3);
    assert_eq!(names(&second), ["2", "1", "0"]);
    assert_eq!((&second["hasMore"], second.get("nextToken")), (&json!(false), None));

    // The fixture made three more entries.
    let between = |from: i64, to: i64| entries(&server, &json!({ "startTime": from, "endTime": to })).len();
    assert_eq!((between(NOW, NOW + 1), between(NOW - 1, NOW), between(NOW + 1, NOW + 2)), (13, 0, 0));
    for (size, status) in [(0, 400), (1, 200), (100, 200), (101, 400)] {
        assert_eq!(server.call_v1(QUERY, &json!({ "maxResults": size })).0, status, "{size}");
    }
}
