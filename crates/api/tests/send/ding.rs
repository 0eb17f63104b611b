//! Urgent messages.

use carillon_model::{
    message::Message,
    settings::{DingSettings, SendSettings, Settings},
};
use serde_json::{Value, json};

use crate::office::Office;

const APP: &str = "/v1.0/exclusive/appDings/send";
const PHONE: &str = "/v1.0/exclusive/phoneDings/send";
const SETTINGS: &str = "/v1.0/carillon/dings/settings";

fn ready(ding: DingSettings) -> Office {
    let office =
        Office::with_settings(Settings { ding, send: SendSettings::default(), ..Settings::default() });
    let both =
        json!({ "agreement_signed": true, "app_unionid": office.unionid, "phone_unionid": office.unionid });
    office.ok_v1("PUT", SETTINGS, &both);
    office
}

fn ding(users: &[&str], content: &str) -> Value {
    json!({ "userids": users, "content": content })
}

/// Messages of the account that a member has, newest first.
fn received(office: &Office, member: u32) -> Vec<Message> {
    let account = office.unionid.as_str().into();
    let of = office.store.read_blocking(&office.corp, |tx| {
        carillon_domain::inbox::messages(
            tx,
            &office.corp,
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
fn it_is_in_the_inbox_and_urgent_until_it_is_read() {
    let office = ready(DingSettings::default());
    assert_eq!(office.ok_v1("POST", APP, &ding(&["user1", "user2"], "开会")), json!({}));
    assert_eq!(office.ok_v1("POST", PHONE, &ding(&["user1"], "开会")), json!({ "success": true }));
    office.sent(&office.text(json!({ "userid_list": "user1" })));
    assert_eq!(received(&office, 1)[1..], [urgent("开会", true), urgent("开会", false)]);
    assert_eq!(received(&office, 2), [urgent("开会", false)]);
    assert!(received(&office, 3).is_empty());
    let urgent = |member| {
        let of = office.store.read_blocking(&office.corp, |tx| {
            carillon_domain::inbox::conversations(tx, &office.corp, carillon_model::id::MemberNo(member))
        });
        of.unwrap()[0].urgent
    };
    assert_eq!((urgent(1), urgent(2), urgent(3)), (true, true, false));
    let account = office.unionid.as_str().into();
    office
        .write_earlier(0, move |tx, _, corp| {
            let no = carillon_model::id::MemberNo(2);
            let seen = carillon_domain::inbox::messages(tx, corp, no, &account, None, 9)?.iter().collect();
            carillon_domain::inbox::mark_read(tx, corp, no, &account, &seen)
        })
        .unwrap();
    assert!(!urgent(2));
    // No mass send, and no entry of their record.
    assert_eq!(crate::record::records(&office, json!({ "msg_source": 0 }))["total_count"], 1);
}

#[test]
fn it_is_agreed_to_and_comes_from_a_chosen_account() {
    let office = Office::open();
    let set = |signed: bool, app: &str, phone: &str| {
        let request = json!({ "agreement_signed": signed, "app_unionid": app, "phone_unionid": phone });
        office.ok_v1("PUT", SETTINGS, &request);
    };
    let request = ding(&["user1"], "开会");
    for path in [APP, PHONE] {
        office.refuses_v1("POST", path, &request, "assign.lack", &["管理员未签署协议"]);
    }
    set(true, "", "");
    for path in [APP, PHONE] {
        office.refuses_v1("POST", path, &request, "publisher.notexist", &["服务号不存在"]);
    }
    set(true, &office.unionid, "");
    office.refuses_v1("POST", PHONE, &request, "publisher.notexist", &[]);
    office.ok_v1("POST", APP, &request);
    set(false, &office.unionid, &office.unionid);
    office.refuses_v1("POST", PHONE, &request, "assign.lack", &[]);
    set(true, &office.unionid, &office.unionid);
    office.ok_v1("POST", PHONE, &request);
    office.ok("/topapi/serviceaccount/update", &json!({ "unionid": office.unionid, "status": "disabled" }));
    office.refuses_v1("POST", APP, &ding(&["user1"], "又"), "publisher.notexist", &[]);
    let unknown = json!({ "agreement_signed": true, "app_unionid": "nobody" });
    office.refuses_v1("PUT", SETTINGS, &unknown, "invalid.unionid", &[]);
    office.refuses_v1("PUT", SETTINGS, &json!({}), "param.illegal", &["agreement_signed"]);
}

#[test]
fn bad_parameters_are_refused() {
    let office = ready(DingSettings::default());
    let path = format!("/v1.0/carillon/service-accounts/{}/blocked-members", office.unionid);
    office.ok_v1("PUT", &path, &json!({ "black_user_id_list": ["user4"] }));
    for host in [APP, PHONE] {
        for (request, named) in [
            (json!({ "content": "开会" }), "userids"),
            (ding(&[], "开会"), "userids"),
            (ding(&["user1"], " "), "content"),
            (ding(&["user1"], &"长".repeat(5_001)), "content"),
            (ding(&["user1", "nobody"], "开会"), "nobody"),
            (ding(&["user4"], "开会"), "参数不合法"),
        ] {
            office.refuses_v1("POST", host, &request, "param.illegal", &[named]);
        }
        office.ok_v1("POST", host, &ding(&["user1"], &"长".repeat(5_000)));
    }
    office.ok_v1("POST", PHONE, &ding(&["user1"; 20], "二十"));
    office.refuses_v1("POST", PHONE, &ding(&["user1"; 21], "二十一"), "batch.toolarge", &["userids"]);
    office.ok_v1("POST", APP, &ding(&["user1"; 1_000], "一千"));
    office.refuses_v1("POST", APP, &ding(&["user1"; 1_001], "多"), "param.illegal", &["userids"]);
}

#[test]
fn the_same_again_is_refused_for_a_day() {
    let office = ready(DingSettings::default());
    for (path, other) in [(APP, "别的"), (PHONE, "别的")] {
        office.ok_v1("POST", path, &ding(&["user1"], "开会"));
        office.refuses_v1(
            "POST",
            path,
            &ding(&["user2", "user1"], "开会"),
            "message.duplicate",
            &["重复内容"],
        );
        office.ok_v1("POST", path, &ding(&["user2"], "开会"));
        office.ok_v1("POST", path, &ding(&["user1"], other));
    }
    let office = ready(DingSettings { duplicate_hours: 0, ..DingSettings::default() });
    for _ in 0..2 {
        office.ok_v1("POST", APP, &ding(&["user1"], "开会"));
    }
}

#[test]
fn quotas_hold_at_the_boundary() {
    let office = ready(DingSettings { app_daily: 3, phone_daily: 3, ..DingSettings::default() });
    for (path, says) in [(APP, "额度不足"), (PHONE, "电话DING额度不足")] {
        office.ok_v1("POST", path, &ding(&["user1", "user2"], "一"));
        office.refuses_v1("POST", path, &ding(&["user1", "user2"], "二"), "volume.lack", &[says]);
        office.ok_v1("POST", path, &ding(&["user1"], "三"));
        office.refuses_v1("POST", path, &ding(&["user1"], "四"), "volume.lack", &[says]);
    }
    let office = ready(DingSettings { phone_daily_to_user: 1, ..DingSettings::default() });
    office.ok_v1("POST", PHONE, &ding(&["user1"], "一"));
    office.refuses_v1("POST", PHONE, &ding(&["user2", "user1"], "二"), "phoneding.reachlimit", &["已达上限"]);
    office.ok_v1("POST", PHONE, &ding(&["user2"], "二"));
    office.ok_v1("POST", APP, &ding(&["user1"], "二"));
}

#[test]
fn phone_dings_keep_a_distance() {
    let mut settings = Settings::default();
    settings.ding.phone_min_interval_ms = 1_000;
    let office = ready(settings.ding.clone());
    let at = |ms: i64, content: &'static str| {
        let settings = settings.clone();
        office.write_earlier(-ms, move |tx, env, corp| {
            let env = env.with_settings(settings);
            let channel = carillon_domain::ding::Channel::Phone;
            let users = vec!["user1".into()];
            carillon_domain::ding::send(tx, &env, corp, &"app".into(), channel, users, content.to_owned())
        })
    };
    office.ok_v1("POST", PHONE, &ding(&["user1"], "一"));
    office.refuses_v1("POST", PHONE, &ding(&["user1"], "二"), "send.toofast", &["发送频繁"]);
    assert!(at(999, "二").is_err());
    at(1_000, "二").unwrap();
    office.ok_v1("POST", APP, &ding(&["user1"], "二"));
}
