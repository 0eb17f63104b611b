//! Operators, blocked members, and the scope that an account may send to.

use serde_json::{Value, json};

use crate::{
    office::{Office, SEND},
    v1::SEND_V1,
};

fn set(office: &Office, what: &str, body: Value) {
    office.ok_v1("PUT", &format!("/v1.0/carillon/service-accounts/{}/{what}", office.unionid), &body);
}

fn account(office: &Office) -> Value {
    office.ok("/topapi/serviceaccount/get", &json!({ "unionid": office.unionid }))["service_account"].clone()
}

fn reached(office: &Office, receivers: Value) -> Vec<u32> {
    office.audience(&office.sent(&office.text(receivers)))
}

#[test]
fn what_is_set_is_returned_and_removed_members_vanish() {
    let office = Office::open();
    let new = account(&office);
    for list in
        ["operator_user_id_list", "black_user_id_list", "allow_send_user_id_list", "allow_send_dept_id_list"]
    {
        assert_eq!(new[list], json!([]));
    }
    assert_eq!(new["allow_send_to_all"], true);
    set(&office, "operators", json!({ "operator_user_id_list": ["user2", "user1", "user2"] }));
    set(&office, "blocked-members", json!({ "black_user_id_list": "user3,user1" }));
    let scope = json!({ "allow_send_to_all": false, "allow_send_user_id_list": ["user4", "user1"],
                        "allow_send_dept_id_list": [office.below] });
    set(&office, "scope", scope);
    let told = account(&office);
    assert_eq!(told["operator_user_id_list"], json!(["user1", "user2"]));
    assert_eq!(told["black_user_id_list"], json!(["user1", "user3"]));
    assert_eq!(told["allow_send_user_id_list"], json!(["user1", "user4"]));
    assert_eq!(
        (&told["allow_send_dept_id_list"], &told["allow_send_to_all"]),
        (&json!([office.below]), &json!(false))
    );
    office.ok("/topapi/v2/user/delete", &json!({ "userid": "user1" }));
    let told = account(&office);
    for (list, left) in [
        ("operator_user_id_list", "user2"),
        ("black_user_id_list", "user3"),
        ("allow_send_user_id_list", "user4"),
    ] {
        assert_eq!(told[list], json!([left]), "{list}");
    }
    set(&office, "operators", json!({}));
    set(&office, "blocked-members", json!({ "black_user_id_list": [] }));
    set(&office, "scope", json!({ "allow_send_to_all": true }));
    assert_eq!(account(&office), new);
}

#[test]
fn a_blocked_member_is_left_out() {
    let office = Office::open();
    set(&office, "blocked-members", json!({ "black_user_id_list": ["user1", "user3"] }));
    assert_eq!(reached(&office, json!({ "is_to_all": true })), [2, 4]);
    assert_eq!(reached(&office, json!({ "dep_id_list": [office.department] })), [2]);
    assert_eq!(reached(&office, json!({ "roleIds": [office.role] })), [4]);
    assert_eq!(reached(&office, json!({ "userid_list": ["user1", "user2"] })), [2]);
    office.refuses(SEND, &office.text(json!({ "userid_list": "user1" })), 800_019, &["接收人列表为空"]);
    office.refuses(
        SEND,
        &office.text(json!({ "dep_id_list": [office.below] })),
        800_019,
        &["接收人列表为空"],
    );
    let preview = office.text(json!({ "userid_list": "user1", "is_preview": true }));
    office.refuses(SEND, &preview, 800_019, &[]);
    set(&office, "blocked-members", json!({}));
    assert_eq!(reached(&office, json!({ "is_to_all": true })), [1, 2, 3, 4]);
}

#[test]
fn a_scope_holds() {
    let office = Office::open();
    let scope = |all: bool| json!({ "allow_send_to_all": all, "allow_send_user_id_list": ["user4"], "allow_send_dept_id_list": [office.below] });
    set(&office, "scope", scope(false));
    assert_eq!(reached(&office, json!({ "is_to_all": true })), [3, 4]);
    assert_eq!(reached(&office, json!({ "dep_id_list": [office.department] })), [3]);
    assert_eq!(reached(&office, json!({ "roleIds": [office.role] })), [4]);
    assert_eq!(reached(&office, json!({ "userid_list": ["user3", "user4"] })), [3, 4]);
    let outside = office.text(json!({ "userid_list": ["user1", "user4", "user2"], "is_to_all": true }));
    office.refuses(SEND, &outside, 800_022, &["userId列表不合法", "user1, user2"]);
    office.refuses_v1("POST", SEND_V1, &outside, "invalid.userid.list", &["user1, user2"]);
    set(&office, "scope", json!({ "allow_send_to_all": false }));
    office.refuses(SEND, &office.text(json!({ "is_to_all": true })), 800_019, &["接收人列表为空"]);
    set(&office, "scope", scope(true));
    assert_eq!(
        reached(&office, json!({ "is_to_all": true })),
        [1, 2, 3, 4],
        "the lists count only when it may not"
    );
}

#[test]
fn a_scope_follows_its_department() {
    let office = Office::open();
    set(
        &office,
        "scope",
        json!({ "allow_send_to_all": false, "allow_send_dept_id_list": [office.department] }),
    );
    assert_eq!(reached(&office, json!({ "is_to_all": true })), [1, 2, 3]);
    office.ok("/topapi/v2/user/update", &json!({ "userid": "user2", "dept_id_list": "1" }));
    assert_eq!(reached(&office, json!({ "is_to_all": true })), [1, 3]);
}

#[test]
fn lists_have_limits_and_name_what_exists() {
    let office = Office::open();
    let path = |what: &str| format!("/v1.0/carillon/service-accounts/{}/{what}", office.unionid);
    for (what, field) in [
        ("operators", "operator_user_id_list"),
        ("blocked-members", "black_user_id_list"),
        ("scope", "allow_send_user_id_list"),
    ] {
        let body = |users: Vec<&str>| json!({ field: users, "allow_send_to_all": true });
        office.ok_v1("PUT", &path(what), &body(vec!["user1"; 1_000]));
        office.refuses_v1("PUT", &path(what), &body(vec!["user1"; 1_001]), "invalid.userid.list", &[field]);
        office.refuses_v1("PUT", &path(what), &body(vec!["nobody"]), "invalid.userid.list", &["nobody"]);
        office.refuses_v1(
            "PUT",
            &path(what).replace(&office.unionid, "nobody"),
            &body(vec![]),
            "invalid.unionid",
            &[],
        );
    }
    let departments = |ids: Vec<i64>| json!({ "allow_send_to_all": true, "allow_send_dept_id_list": ids });
    office.ok_v1("PUT", &path("scope"), &departments(vec![1; 1_000]));
    office.refuses_v1(
        "PUT",
        &path("scope"),
        &departments(vec![1; 1_001]),
        "param.illegal",
        &["allow_send_dept_id_list"],
    );
    office.refuses_v1(
        "PUT",
        &path("scope"),
        &departments(vec![1, 4711]),
        "param.illegal",
        &["allow_send_dept_id_list[1]"],
    );
    office.refuses_v1("PUT", &path("scope"), &json!({}), "param.illegal", &["allow_send_to_all"]);
    office.ok("/topapi/serviceaccount/update", &json!({ "unionid": office.unionid, "status": "disabled" }));
    office.refuses_v1("PUT", &path("scope"), &departments(vec![1]), "invalid.unionid", &[]);
}
