//! Before and after a send: whom it would reach, what the limits leave, and who has read it.

use carillon_domain::{
    contact::user,
    inbox::{self, ReadReceipts},
    send::{self, NewSend},
};
use carillon_model::{
    id::{AccountId, AppKey, MemberNo, TaskId, UserId},
    message::{Message, Receivers, SendSource},
    settings::{SendSettings, Settings},
    time::DAY_MS,
};
use serde_json::{Value, json};
use testkit::server::NOW;

use crate::send::fixture::Fixture;

const RECEIVERS: &str = "/v1.0/carillon/message/mass/receivers";
const REACH: &str = "/v1.0/carillon/message/mass/reach";
const LIST: &str = "/v1.0/carillon/message/mass/list";
const RECALL: &str = "/v1.0/carillon/message/mass/recall";
const LIMITS: &str = "/v1.0/carillon/message/mass/limits";

fn ok(fixture: &Fixture, path: &str, fields: Value) -> Value {
    let mut request = json!({ "unionid": fixture.unionid });
    request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    fixture.ok_v1("POST", path, &request)
}

fn read(fixture: &Fixture, task: &TaskId, member: u32) {
    let (account, task) = (AccountId::from(fixture.unionid.as_str()), task.clone());
    let read = fixture.write_earlier(0, move |tx, env, corp| {
        let send = inbox::message(tx, corp, MemberNo(member), &account, &task)?.expect("received");
        let receipts = ReadReceipts { sends: vec![send.seq], newest: Some(send.seq) };
        inbox::mark_read(tx, corp, MemberNo(member), &account, &receipts, env.now())
    });
    read.expect("read");
}

fn names(answer: &Value) -> Vec<(&str, bool)> {
    let rows = answer["receivers"].as_array().unwrap_or_else(|| panic!("{answer}"));
    rows.iter().map(|row| (row["name"].as_str().unwrap(), row["read"].as_bool().unwrap())).collect()
}

#[test]
fn receivers_are_listed_by_name_in_pages() {
    let fixture = Fixture::open();
    let task = fixture.sent(&fixture.text(json!({ "is_to_all": true })));
    for member in [2, 3] {
        read(&fixture, &task, member);
    }
    let list = |more: Value| {
        let mut fields = json!({ "task_id": task });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ok(&fixture, RECEIVERS, fields)
    };
    let all = [("员1", false), ("员2", true), ("员3", true), ("员4", false)];
    assert_eq!(names(&list(json!({}))), all);
    assert_eq!(names(&list(json!({ "read": true }))), all[1..3]);
    let unread = list(json!({ "read": false }));
    assert_eq!(names(&unread), [all[0], all[3]]);
    assert_eq!((&unread["receivers"][0]["user_id"], unread.get("next_token")), (&json!("user1"), None));
    // Page by page, also if the size divides the number.
    for size in [1, 2, 3] {
        let (mut found, mut request) = (Vec::new(), json!({ "max_results": size }));
        loop {
            let page = list(request.clone());
            found.extend(names(&page).iter().map(|(name, read)| ((*name).to_owned(), *read)));
            match page.get("next_token") {
                Some(token) => request["next_token"] = token.clone(),
                None => break,
            }
        }
        assert_eq!(found, all.map(|(name, read)| (name.to_owned(), read)), "{size}");
    }
    // Somebody else can have the userid of a member who has left.
    fixture.write_earlier(0, |tx, env, corp| user::delete(tx, env, corp, &UserId::from("user1"))).unwrap();
    let left = list(json!({ "read": false, "max_results": 1 }));
    assert_eq!((names(&left), left["receivers"][0].get("user_id")), (vec![all[0]], None));
}

#[test]
fn receivers_of_another_account_or_of_no_send_are_refused() {
    let fixture = Fixture::open();
    let task = fixture.sent(&fixture.text(json!({ "is_to_all": true })));
    let other = fixture.account("别的");
    let refuses = |unionid: &str, task: &str, code: &str| {
        fixture.refuses_v1("POST", RECEIVERS, &json!({ "unionid": unionid, "task_id": task }), code, &[]);
    };
    refuses("nobody", task.as_str(), "invalid.unionid");
    refuses(&other, task.as_str(), "invalid.taskid");
    refuses(&fixture.unionid, "nothing", "invalid.taskid");
    let with = |size: i64| json!({ "unionid": fixture.unionid, "task_id": task, "max_results": size });
    for (size, status) in [(0, 400), (1, 200), (500, 200), (501, 400)] {
        assert_eq!(fixture.call_v1(RECEIVERS, &with(size)).0, status, "{size}");
    }
    // A scheduled send has no receivers yet.
    let mut later = fixture.text(json!({ "is_to_all": true }));
    later["send_time"] = json!(NOW + 1);
    let later = fixture.ok_v1("POST", "/v1.0/carillon/message/mass/schedule", &later);
    assert_eq!(ok(&fixture, RECEIVERS, json!({ "task_id": later["task_id"] })), json!({ "receivers": [] }));
    // When the names are not stored any more, nobody looks like one who has not read it.
    fixture.write_earlier(0, |tx, env, corp| tx.prune_readers(corp, env.now().plus_ms(1), 10)).unwrap();
    refuses(&fixture.unionid, task.as_str(), "readers.expired");
}

#[test]
fn sends_are_listed_with_their_numbers_and_recalled() {
    let mut settings = Settings::default();
    settings.send.per_second = 0;
    let fixture = Fixture::with_settings(settings);
    let (first, second) = (
        fixture.sent(&fixture.text(json!({ "text_content": "早\n好", "is_to_all": true }))),
        fixture.sent(&fixture.text(json!({ "text_content": "晚", "userid_list": ["user1"] }))),
    );
    read(&fixture, &first, 2);
    let list = |status: i64, size: i64| ok(&fixture, LIST, json!({ "status": status, "max_results": size }));
    let row = |task: &TaskId, title: &str, receivers: i64, readers: i64| {
        json!({
            "task_id": task, "title": title, "msg_type": "text", "send_time": NOW, "is_preview": false,
            "receivers": receivers, "readers": readers,
        })
    };
    let (newest, oldest) = (row(&second, "晚", 1, 0), row(&first, "早", 4, 1));
    // Both are of the same millisecond, so that their order is that of their ids.
    let mut expected = [newest, oldest];
    expected.sort_by_key(|row| row["task_id"].as_str().unwrap().to_owned());
    assert_eq!(list(2, 20), json!({ "sends": expected, "total_count": 2 }));
    let page = list(2, 1);
    assert_eq!((&page["sends"], &page["total_count"]), (&json!(expected[..1]), &json!(2)));
    let next = json!({ "status": 2, "max_results": 1, "next_token": page["next_token"] });
    assert_eq!(ok(&fixture, LIST, next), json!({ "sends": expected[1..], "total_count": 2 }));
    for damaged in ["", "x", "1", ".", "x.y"] {
        let request = json!({ "unionid": fixture.unionid, "status": 2, "next_token": damaged });
        fixture.refuses_v1("POST", LIST, &request, "param.illegal", &["next_token"]);
    }
    let mut later = fixture.text(json!({ "text_content": "明", "is_to_all": true }));
    later["send_time"] = json!(NOW + 1);
    let later = fixture.ok_v1("POST", "/v1.0/carillon/message/mass/schedule", &later)["task_id"].clone();
    let waiting = json!({
        "task_id": later, "title": "明", "msg_type": "text", "send_time": NOW + 1, "is_preview": false,
    });
    assert_eq!(list(0, 20), json!({ "sends": [waiting], "total_count": 1 }));

    let recall = |unionid: &str, task: &str| json!({ "unionid": unionid, "task_id": task });
    assert_eq!(fixture.ok_v1("POST", RECALL, &recall(&fixture.unionid, first.as_str())), json!({}));
    assert_eq!(list(4, 20)["sends"][0]["task_id"], first.as_str());
    let other = fixture.account("别的");
    for (unionid, task, code) in [
        (fixture.unionid.as_str(), first.as_str(), "already.recalled"),
        (fixture.unionid.as_str(), "nothing", "invalid.taskid"),
        (other.as_str(), second.as_str(), "invalid.taskid"),
        ("nobody", second.as_str(), "invalid.unionid"),
    ] {
        fixture.refuses_v1("POST", RECALL, &recall(unionid, task), code, &[]);
    }
    let old = fixture.write_earlier(DAY_MS, {
        let (account, message) =
            (AccountId::from(fixture.unionid.as_str()), Message::Text { content: "旧".into() });
        move |tx, env, corp| {
            let new = NewSend {
                account,
                uuid: "old".to_owned(),
                app_key: AppKey::from("app"),
                message,
                receivers: Receivers { all: true, ..Receivers::default() },
                preview: false,
                allow_comment: false,
                comment_type: 0,
                show_homepage: false,
                source: SendSource::Api,
                operator: None,
            };
            send::create(tx, env, corp, new)
        }
    });
    let old = recall(&fixture.unionid, old.unwrap().as_str());
    fixture.refuses_v1("POST", RECALL, &old, "recall.too.late", &[]);
    for (size, status) in [(0, 400), (1, 200), (100, 200), (101, 400)] {
        let request = json!({ "unionid": fixture.unionid, "status": 2, "max_results": size });
        assert_eq!(fixture.call_v1(LIST, &request).0, status, "{size}");
    }
}

#[test]
fn reach_is_what_the_send_then_does() {
    let fixture = Fixture::open();
    let account = format!("/v1.0/carillon/service-accounts/{}", fixture.unionid);
    let to_upper = json!({ "dep_id_list": [fixture.department], "msg_type": "text", "text_content": "早" });
    let reach = |fields: &Value| ok(&fixture, REACH, fields.clone());
    let expected = json!({
        "named": 3, "receivers": 3, "outside_scope": 0, "blocked": 0, "had_same_today": 0,
        "unknown_userids": [], "userids_outside_scope": [],
    });
    assert_eq!(reach(&to_upper), expected);
    let mut send = fixture.request(to_upper.clone());
    fixture.sent(&send);
    fixture.ok_v1("PUT", &format!("{account}/blocked-members"), &json!({ "black_user_id_list": ["user2"] }));
    let scope = json!({ "allow_send_to_all": false, "allow_send_user_id_list": ["user1", "user2", "user4"] });
    fixture.ok_v1("PUT", &format!("{account}/scope"), &scope);
    let all = json!({ "is_to_all": true, "msg_type": "text", "text_content": "早" });
    let mut left_out = expected.clone();
    for (name, value) in
        [("named", 4), ("receivers", 1), ("outside_scope", 1), ("blocked", 1), ("had_same_today", 1)]
    {
        left_out[name] = json!(value);
    }
    assert_eq!(reach(&all), left_out);
    // Without a content nobody had the same.
    let any = reach(&json!({ "is_to_all": true }));
    assert_eq!((&any["receivers"], &any["had_same_today"]), (&json!(2), &json!(0)));
    send = fixture.request(all);
    assert_eq!(fixture.row(&fixture.sent(&send)).receivers, 1);
    let named = reach(&json!({ "userid_list": ["user1", "user3", "nobody"], "roleIds": [fixture.role] }));
    assert_eq!(named["unknown_userids"], json!(["nobody"]));
    assert_eq!(named["userids_outside_scope"], json!(["user3"]));
    assert_eq!((&named["named"], &named["receivers"]), (&json!(3), &json!(2)));
}

#[test]
fn a_reach_of_what_cannot_be_is_refused() {
    let fixture = Fixture::with(SendSettings { max_receivers: 3, ..SendSettings::default() });
    let refuses = |fields: Value, code: &str, reason: &str| {
        let mut request = json!({ "unionid": fixture.unionid });
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        fixture.refuses_v1("POST", REACH, &request, code, &[reason]);
    };
    refuses(json!({ "unionid": "nobody" }), "invalid.unionid", "");
    refuses(json!({ "dep_id_list": [987_654] }), "param.illegal", "dep_id_list[0]");
    refuses(json!({ "roleIds": [987_654] }), "param.illegal", "roleIds[0]");
    refuses(json!({ "msg_type": "text" }), "message.not.empty", "text_content");
    refuses(json!({ "msg_type": "link" }), "link.params.missing", "msg_body.link");
    refuses(json!({ "userid_list": vec!["x"; 1_001] }), "invalid.userid.list", "");
    assert_eq!(ok(&fixture, REACH, json!({ "userid_list": vec!["x"; 1_000] }))["receivers"], 0);
    assert_eq!(ok(&fixture, REACH, json!({}))["named"], 0);
    let all = ok(&fixture, REACH, json!({ "is_to_all": true }));
    assert_eq!((&all["receivers"], &all["exceeded_limit"]), (&json!(4), &json!(3)));
    let fits = ok(&fixture, REACH, json!({ "dep_id_list": [fixture.department] }));
    assert_eq!((&fits["receivers"], fits.get("exceeded_limit")), (&json!(3), None));
}

#[test]
fn limits_have_what_is_left() {
    let fixture = Fixture::with(SendSettings {
        daily: 2,
        daily_receivers_factor: 2,
        min_interval_ms: 1_000,
        max_receivers: 100,
        ..SendSettings::default()
    });
    assert_eq!(ok(&fixture, LIMITS, json!({})), json!({ "sends": 2, "receivers": 8, "max_receivers": 100 }));
    fixture.sent(&fixture.text(json!({ "dep_id_list": [fixture.department] })));
    let after = json!({ "sends": 1, "receivers": 5, "next_send_time": NOW + 1_000, "max_receivers": 100 });
    assert_eq!(ok(&fixture, LIMITS, json!({})), after);
    fixture.refuses_v1("POST", LIMITS, &json!({ "unionid": "nobody" }), "invalid.unionid", &[]);
    let none = SendSettings {
        daily: 0,
        daily_receivers_factor: 0,
        min_interval_ms: 0,
        max_receivers: 0,
        ..SendSettings::default()
    };
    assert_eq!(ok(&Fixture::with(none), LIMITS, json!({})), json!({}));
}
