//! Urgent messages.

use carillon_domain::ding::Sender;
use carillon_model::{
    message::Message,
    settings::{DingSettings, SendSettings, Settings},
};
use serde_json::{Value, json};

use crate::send::fixture::Fixture;

const APP: &str = "/v1.0/exclusive/appDings/send";
const PHONE: &str = "/v1.0/exclusive/phoneDings/send";
const SETTINGS: &str = "/v1.0/carillon/dings/settings";

fn ready(ding: DingSettings) -> Fixture {
    let fixture =
        Fixture::with_settings(Settings { ding, send: SendSettings::default(), ..Settings::default() });
    let both =
        json!({ "agreement_signed": true, "app_unionid": fixture.unionid, "phone_unionid": fixture.unionid });
    fixture.ok_v1("PUT", SETTINGS, &both);
    fixture
}

fn ding(users: &[&str], content: &str) -> Value {
    json!({ "userids": users, "content": content })
}

/// The member's messages from the account, newest first.
fn received(fixture: &Fixture, member: u32) -> Vec<Message> {
    let account = fixture.unionid.as_str().into();
    let of = fixture.store.read_blocking(&fixture.corp, |tx| {
        carillon_domain::inbox::messages(
            tx,
            &fixture.corp,
            carillon_model::id::MemberNo(member),
            &account,
            None,
            100,
        )
    });
    of.unwrap().iter().filter_map(|entry| entry.sent()).map(|send| send.message.clone()).collect()
}

fn urgent(content: &str, phone: bool) -> Message {
    Message::Ding { content: content.to_owned(), phone }
}

#[test]
fn a_ding_is_urgent_in_the_inbox_until_it_is_read() {
    let fixture = ready(DingSettings::default());
    assert_eq!(fixture.ok_v1("POST", APP, &ding(&["user1", "user2"], "开会")), json!({}));
    assert_eq!(fixture.ok_v1("POST", PHONE, &ding(&["user1"], "开会")), json!({ "success": true }));
    fixture.sent(&fixture.text(json!({ "userid_list": "user1" })));
    assert_eq!(received(&fixture, 1)[1..], [urgent("开会", true), urgent("开会", false)]);
    assert_eq!(received(&fixture, 2), [urgent("开会", false)]);
    assert!(received(&fixture, 3).is_empty());
    let urgent = |member| {
        let of = fixture.store.read_blocking(&fixture.corp, |tx| {
            carillon_domain::inbox::conversations(tx, &fixture.corp, carillon_model::id::MemberNo(member))
        });
        of.unwrap()[0].urgent
    };
    assert_eq!((urgent(1), urgent(2), urgent(3)), (true, true, false));
    let account = fixture.unionid.as_str().into();
    fixture
        .write_earlier(0, move |tx, env, corp| {
            let no = carillon_model::id::MemberNo(2);
            let messages =
                carillon_domain::inbox::messages(tx, corp, no, &account, None, 9)?.iter().collect();
            carillon_domain::inbox::mark_read(tx, corp, no, &account, &messages, env.now())
        })
        .unwrap();
    assert!(!urgent(2));
    // It is not a mass send, and not in their record.
    assert_eq!(crate::send::record::records(&fixture, json!({ "msg_source": 0 }))["total_count"], 1);
}

#[test]
fn a_ding_needs_the_agreement_and_an_account() {
    let fixture = Fixture::open();
    let set = |signed: bool, app: &str, phone: &str| {
        let request = json!({ "agreement_signed": signed, "app_unionid": app, "phone_unionid": phone });
        fixture.ok_v1("PUT", SETTINGS, &request);
    };
    let request = ding(&["user1"], "开会");
    for path in [APP, PHONE] {
        fixture.refuses_v1("POST", path, &request, "assign.lack", &["管理员未签署协议"]);
    }
    set(true, "", "");
    for path in [APP, PHONE] {
        fixture.refuses_v1("POST", path, &request, "publisher.notexist", &["服务号不存在"]);
    }
    set(true, &fixture.unionid, "");
    fixture.refuses_v1("POST", PHONE, &request, "publisher.notexist", &[]);
    fixture.ok_v1("POST", APP, &request);
    set(false, &fixture.unionid, &fixture.unionid);
    fixture.refuses_v1("POST", PHONE, &request, "assign.lack", &[]);
    set(true, &fixture.unionid, &fixture.unionid);
    fixture.ok_v1("POST", PHONE, &request);
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.unionid, "status": "disabled" }));
    fixture.refuses_v1("POST", APP, &ding(&["user1"], "又"), "publisher.notexist", &[]);
    let unknown = json!({ "agreement_signed": true, "app_unionid": "nobody" });
    fixture.refuses_v1("PUT", SETTINGS, &unknown, "invalid.unionid", &[]);
    fixture.refuses_v1("PUT", SETTINGS, &json!({}), "param.illegal", &["agreement_signed"]);
}

#[test]
fn bad_parameters_are_refused() {
    let fixture = ready(DingSettings::default());
    let path = format!("/v1.0/carillon/service-accounts/{}/blocked-members", fixture.unionid);
    fixture.ok_v1("PUT", &path, &json!({ "black_user_id_list": ["user4"] }));
    for host in [APP, PHONE] {
        for (request, field) in [
            (json!({ "content": "开会" }), "userids"),
            (ding(&[], "开会"), "userids"),
            (ding(&["user1"], " "), "content"),
        ] {
            fixture.refuses_v1("POST", host, &request, &format!("Missing{field}"), &[field]);
        }
        for (request, named) in [
            (ding(&["user1"], &"长".repeat(5_001)), "content"),
            (ding(&["user1", "nobody"], "开会"), "nobody"),
            (ding(&["user4"], "开会"), "参数不合法"),
        ] {
            fixture.refuses_v1("POST", host, &request, "param.illegal", &[named]);
        }
        fixture.ok_v1("POST", host, &ding(&["user1"], &"长".repeat(5_000)));
    }
    fixture.ok_v1("POST", PHONE, &ding(&["user1"; 20], "二十"));
    fixture.refuses_v1("POST", PHONE, &ding(&["user1"; 21], "二十一"), "batch.toolarge", &["userids"]);
    fixture.ok_v1("POST", APP, &ding(&["user1"; 1_000], "一千"));
    fixture.refuses_v1("POST", APP, &ding(&["user1"; 1_001], "多"), "param.illegal", &["userids"]);
}

#[test]
fn a_repeated_ding_is_refused_for_a_day() {
    let fixture = ready(DingSettings::default());
    for (path, other) in [(APP, "别的"), (PHONE, "别的")] {
        fixture.ok_v1("POST", path, &ding(&["user1"], "开会"));
        fixture.refuses_v1(
            "POST",
            path,
            &ding(&["user2", "user1"], "开会"),
            "message.duplicate",
            &["重复内容"],
        );
        fixture.ok_v1("POST", path, &ding(&["user2"], "开会"));
        fixture.ok_v1("POST", path, &ding(&["user1"], other));
    }
    let fixture = ready(DingSettings { duplicate_hours: 0, ..DingSettings::default() });
    for _ in 0..2 {
        fixture.ok_v1("POST", APP, &ding(&["user1"], "开会"));
    }
}

#[test]
fn quotas_of_dings_hold_at_the_boundary() {
    let fixture = ready(DingSettings { app_daily: 3, phone_daily: 3, ..DingSettings::default() });
    for (path, expected) in [(APP, "额度不足"), (PHONE, "电话DING额度不足")] {
        fixture.ok_v1("POST", path, &ding(&["user1", "user2"], "一"));
        fixture.refuses_v1("POST", path, &ding(&["user1", "user2"], "二"), "volume.lack", &[expected]);
        fixture.ok_v1("POST", path, &ding(&["user1"], "三"));
        fixture.refuses_v1("POST", path, &ding(&["user1"], "四"), "volume.lack", &[expected]);
    }
    let fixture = ready(DingSettings { phone_daily_to_user: 1, ..DingSettings::default() });
    fixture.ok_v1("POST", PHONE, &ding(&["user1"], "一"));
    fixture.refuses_v1(
        "POST",
        PHONE,
        &ding(&["user2", "user1"], "二"),
        "phoneding.reachlimit",
        &["已达上限"],
    );
    fixture.ok_v1("POST", PHONE, &ding(&["user2"], "二"));
    fixture.ok_v1("POST", APP, &ding(&["user1"], "二"));
}

#[test]
fn phone_dings_have_a_minimum_interval() {
    let mut settings = Settings::default();
    settings.ding.phone_min_interval_ms = 1_000;
    let fixture = ready(settings.ding.clone());
    let at = |ms: i64, content: &'static str| {
        let settings = settings.clone();
        fixture.write_earlier(-ms, move |tx, env, corp| {
            let env = env.with_settings(settings);
            let channel = carillon_domain::ding::Channel::Phone;
            let users = vec!["user1".into()];
            carillon_domain::ding::send(
                tx,
                &env,
                corp,
                &Sender::App("app".into()),
                channel,
                users,
                content.to_owned(),
            )
        })
    };
    fixture.ok_v1("POST", PHONE, &ding(&["user1"], "一"));
    fixture.refuses_v1("POST", PHONE, &ding(&["user1"], "二"), "send.toofast", &["发送频繁"]);
    assert!(at(999, "二").is_err());
    at(1_000, "二").unwrap();
    fixture.ok_v1("POST", APP, &ding(&["user1"], "二"));
}
