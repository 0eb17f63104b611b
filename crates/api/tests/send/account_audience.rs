//! Operators, blocked members, and the scope that an account may send to.

use serde_json::{Value, json};

use crate::send::fixture::{Fixture, SEND};
use crate::send::v1::SEND_V1;

fn set(fixture: &Fixture, setting: &str, body: Value) {
    fixture.ok_v1("PUT", &format!("/v1.0/carillon/service-accounts/{}/{setting}", fixture.unionid), &body);
}

fn account(fixture: &Fixture) -> Value {
    fixture.ok("/topapi/serviceaccount/get", &json!({ "unionid": fixture.unionid }))["service_account"]
        .clone()
}

fn receivers_of(fixture: &Fixture, receivers: Value) -> Vec<u32> {
    fixture.audience(&fixture.sent(&fixture.text(receivers)))
}

#[test]
fn settings_are_returned_without_removed_members() {
    let fixture = Fixture::open();
    let new = account(&fixture);
    for list in
        ["operator_user_id_list", "black_user_id_list", "allow_send_user_id_list", "allow_send_dept_id_list"]
    {
        assert_eq!(new[list], json!([]));
    }
    assert_eq!(new["allow_send_to_all"], true);
    set(&fixture, "operators", json!({ "operator_user_id_list": ["user2", "user1", "user2"] }));
    set(&fixture, "blocked-members", json!({ "black_user_id_list": "user3,user1" }));
    let scope = json!({ "allow_send_to_all": false, "allow_send_user_id_list": ["user4", "user1"],
                        "allow_send_dept_id_list": [fixture.below] });
    set(&fixture, "scope", scope);
    let view = account(&fixture);
    assert_eq!(view["operator_user_id_list"], json!(["user1", "user2"]));
    assert_eq!(view["black_user_id_list"], json!(["user1", "user3"]));
    assert_eq!(view["allow_send_user_id_list"], json!(["user1", "user4"]));
    assert_eq!(
        (&view["allow_send_dept_id_list"], &view["allow_send_to_all"]),
        (&json!([fixture.below]), &json!(false))
    );
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "user1" }));
    let view = account(&fixture);
    for (list, left) in [
        ("operator_user_id_list", "user2"),
        ("black_user_id_list", "user3"),
        ("allow_send_user_id_list", "user4"),
    ] {
        assert_eq!(view[list], json!([left]), "{list}");
    }
    set(&fixture, "operators", json!({}));
    set(&fixture, "blocked-members", json!({ "black_user_id_list": [] }));
    set(&fixture, "scope", json!({ "allow_send_to_all": true }));
    assert_eq!(account(&fixture), new);
}

#[test]
fn a_blocked_member_receives_nothing() {
    let fixture = Fixture::open();
    set(&fixture, "blocked-members", json!({ "black_user_id_list": ["user1", "user3"] }));
    assert_eq!(receivers_of(&fixture, json!({ "is_to_all": true })), [2, 4]);
    assert_eq!(receivers_of(&fixture, json!({ "dep_id_list": [fixture.department] })), [2]);
    assert_eq!(receivers_of(&fixture, json!({ "roleIds": [fixture.role] })), [4]);
    assert_eq!(receivers_of(&fixture, json!({ "userid_list": ["user1", "user2"] })), [2]);
    fixture.refuses(SEND, &fixture.text(json!({ "userid_list": "user1" })), 800_019, &["接收人列表为空"]);
    fixture.refuses(
        SEND,
        &fixture.text(json!({ "dep_id_list": [fixture.below] })),
        800_019,
        &["接收人列表为空"],
    );
    let preview = fixture.text(json!({ "userid_list": "user1", "is_preview": true }));
    fixture.refuses(SEND, &preview, 800_019, &[]);
    set(&fixture, "blocked-members", json!({}));
    assert_eq!(receivers_of(&fixture, json!({ "is_to_all": true })), [1, 2, 3, 4]);
}

#[test]
fn a_scope_limits_the_receivers() {
    let fixture = Fixture::open();
    let scope = |all: bool| json!({ "allow_send_to_all": all, "allow_send_user_id_list": ["user4"], "allow_send_dept_id_list": [fixture.below] });
    set(&fixture, "scope", scope(false));
    assert_eq!(receivers_of(&fixture, json!({ "is_to_all": true })), [3, 4]);
    assert_eq!(receivers_of(&fixture, json!({ "dep_id_list": [fixture.department] })), [3]);
    assert_eq!(receivers_of(&fixture, json!({ "roleIds": [fixture.role] })), [4]);
    assert_eq!(receivers_of(&fixture, json!({ "userid_list": ["user3", "user4"] })), [3, 4]);
    let outside = fixture.text(json!({ "userid_list": ["user1", "user4", "user2"], "is_to_all": true }));
    fixture.refuses(SEND, &outside, 800_022, &["userId列表不合法", "user1, user2"]);
    fixture.refuses_v1("POST", SEND_V1, &outside, "invalid.userid.list", &["user1, user2"]);
    set(&fixture, "scope", json!({ "allow_send_to_all": false }));
    fixture.refuses(SEND, &fixture.text(json!({ "is_to_all": true })), 800_019, &["接收人列表为空"]);
    set(&fixture, "scope", scope(true));
    assert_eq!(
        receivers_of(&fixture, json!({ "is_to_all": true })),
        [1, 2, 3, 4],
        "the lists count only when it may not"
    );
}

#[test]
fn a_scope_follows_its_department() {
    let fixture = Fixture::open();
    set(
        &fixture,
        "scope",
        json!({ "allow_send_to_all": false, "allow_send_dept_id_list": [fixture.department] }),
    );
    assert_eq!(receivers_of(&fixture, json!({ "is_to_all": true })), [1, 2, 3]);
    fixture.ok("/topapi/v2/user/update", &json!({ "userid": "user2", "dept_id_list": "1" }));
    assert_eq!(receivers_of(&fixture, json!({ "is_to_all": true })), [1, 3]);
}

#[test]
fn lists_have_limits_and_need_existing_members() {
    let fixture = Fixture::open();
    let path = |setting: &str| format!("/v1.0/carillon/service-accounts/{}/{setting}", fixture.unionid);
    for (setting, field) in [
        ("operators", "operator_user_id_list"),
        ("blocked-members", "black_user_id_list"),
        ("scope", "allow_send_user_id_list"),
    ] {
        let body = |users: Vec<&str>| match setting {
            "scope" => json!({ field: users, "allow_send_to_all": true }),
            _ => json!({ field: users }),
        };
        fixture.ok_v1("PUT", &path(setting), &body(vec!["user1"; 1_000]));
        fixture.refuses_v1(
            "PUT",
            &path(setting),
            &body(vec!["user1"; 1_001]),
            "invalid.userid.list",
            &[field],
        );
        fixture.refuses_v1("PUT", &path(setting), &body(vec!["nobody"]), "invalid.userid.list", &["nobody"]);
        fixture.refuses_v1(
            "PUT",
            &path(setting).replace(&fixture.unionid, "nobody"),
            &body(vec![]),
            "invalid.unionid",
            &[],
        );
    }
    let departments = |ids: Vec<i64>| json!({ "allow_send_to_all": true, "allow_send_dept_id_list": ids });
    fixture.ok_v1("PUT", &path("scope"), &departments(vec![1; 1_000]));
    fixture.refuses_v1(
        "PUT",
        &path("scope"),
        &departments(vec![1; 1_001]),
        "param.illegal",
        &["allow_send_dept_id_list"],
    );
    fixture.refuses_v1(
        "PUT",
        &path("scope"),
        &departments(vec![1, 4711]),
        "param.illegal",
        &["allow_send_dept_id_list[1]"],
    );
    fixture.refuses_v1("PUT", &path("scope"), &json!({}), "param.illegal", &["allow_send_to_all"]);
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.unionid, "status": "disabled" }));
    fixture.refuses_v1("PUT", &path("scope"), &departments(vec![1]), "invalid.unionid", &[]);
}
