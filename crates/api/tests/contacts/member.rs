use carillon_domain::{contact::user, password};
use carillon_model::{
    audit::Signature,
    id::{MemberNo, UserId},
    time::Timestamp,
};
use carillon_store::{Session, Tx};
use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::{NOW, TestServer};

/// A request for a member with every field, in departments 2 and 3.
fn full_request() -> Value {
    json!({
        "userid": "full",
        "name": "全",
        "mobile": "+852-61234567",
        "hide_mobile": true,
        "telephone": "010-1",
        "job_number": "7",
        "title": "工程师",
        "email": "a@example.com",
        "org_email": "b@example.com",
        "org_email_type": "base",
        "work_place": "三楼",
        "remark": "备注",
        "dept_id_list": [2, 3],
        "dept_order_list": [{ "dept_id": 2, "order": 5 }],
        "dept_title_list": [{ "dept_id": 2, "title": "组长" }],
        "dept_position_list": [{ "dept_id": 3, "is_main": true, "title": "顾问", "work_place": "北京", "extension_i18n": { "en_US": { "a": "A" } } }],
        "extension": { "爱好": "棋" },
        "senior_mode": true,
        "hired_date": 1_500_000_000_000_i64,
        "manager_userid": "u1",
        "login_email": "c@example.com",
        "exclusive_account": true,
        "exclusive_account_type": "sso",
        "login_id": "login",
        "exclusive_mobile": "+852-69999999",
        "exclusive_mobile_verify_status": "verified",
        "outer_exclusive_corpid": "dingother",
        "outer_exclusive_userid": "there",
        "init_password": "secret 密码",
    })
}

/// The response about such a member.
fn expected(unionid: &Value) -> Value {
    json!({
        "userid": "full",
        "unionid": unionid,
        "name": "全",
        "avatar": "",
        "state_code": "852",
        "mobile": "61234567",
        "hide_mobile": true,
        "telephone": "010-1",
        "job_number": "7",
        "title": "工程师",
        "email": "a@example.com",
        "org_email": "b@example.com",
        "org_email_type": "base",
        "work_place": "三楼",
        "remark": "备注",
        "dept_id_list": [2, 3],
        "dept_order_list": [{ "dept_id": 2, "order": 5 }, { "dept_id": 3, "order": 0 }],
        "dept_position_list": [
            { "dept_id": 2, "is_main": false, "title": "组长" },
            { "dept_id": 3, "is_main": true, "title": "顾问", "work_place": "北京", "extension_i18n": { "en_US": { "a": "A" } } },
        ],
        "leader_in_dept": [{ "dept_id": 2, "leader": false }, { "dept_id": 3, "leader": false }],
        "role_list": [],
        "extension": "{\"爱好\":\"棋\"}",
        "senior": true,
        "hired_date": 1_500_000_000_000_i64,
        "manager_userid": "u1",
        "active": false,
        "admin": false,
        "boss": false,
        "real_authed": false,
        "exclusive_account": true,
        "exclusive_account_type": "sso",
        "login_id": "login",
    })
}

/// A server with a manager and two departments.
fn server_with_departments() -> TestServer {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    assert_eq!(add_department(&server, "甲", 1), 2);
    assert_eq!(add_department(&server, "乙", 1), 3);
    server
}

#[test]
fn a_member_comes_back_with_every_field() {
    let server = server_with_departments();
    let created = server.ok(CREATE, &full_request())["result"].clone();
    assert_eq!(created["userid"], "full");
    assert_eq!(created.as_object().unwrap().len(), 2, "{created}");
    assert_eq!(member_detail(&server, "full"), expected(&created["unionId"]));

    let hash = server
        .store
        .read_blocking(&server.corp, |tx| {
            let member = user::get(tx, &server.corp, &UserId::from("full"))?;
            assert_eq!(member.profile.login_email, "c@example.com");
            tx.password_hash(&server.corp, member.no)
        })
        .unwrap();
    assert!(password::verify(&hash, "secret 密码").unwrap());
}

#[test]
fn a_form_of_texts_creates_the_same_member() {
    let server = server_with_departments();
    let mut form = Vec::new();
    for (name, value) in full_request().as_object().unwrap() {
        let text = match value {
            Value::String(text) => text.clone(),
            _ if name == "dept_id_list" => "2,3".to_owned(),
            other => other.to_string(),
        };
        form.push(format!("{name}={}", escaped(&text)));
    }
    let created = server.post(CREATE, "application/x-www-form-urlencoded", form.join("&").as_bytes());
    assert_eq!(created["errcode"], 0, "{created}");
    assert_eq!(member_detail(&server, "full"), expected(&created["result"]["unionId"]));
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn unset_fields_are_absent() {
    let server = TestServer::start();
    let created = server.ok(CREATE, &without(new_member(1), "userid"))["result"].clone();
    let userid = created["userid"].as_str().unwrap();
    assert!(!userid.is_empty());
    let expected = json!({
        "userid": userid,
        "unionid": created["unionId"],
        "name": "成员1",
        "avatar": "",
        "state_code": "86",
        "mobile": "13800000001",
        "hide_mobile": false,
        "dept_id_list": [1],
        "dept_order_list": [{ "dept_id": 1, "order": 0 }],
        "dept_position_list": [{ "dept_id": 1, "is_main": false }],
        "leader_in_dept": [{ "dept_id": 1, "leader": false }],
        "role_list": [],
        "senior": false,
        "active": false,
        "admin": false,
        "boss": false,
        "real_authed": false,
        "exclusive_account": false,
    });
    assert_eq!(member_detail(&server, userid), expected);

    let exclusive = json!({ "userid": "own", "name": "专", "dept_id_list": 1, "exclusive_account": true });
    server.ok(CREATE, &exclusive);
    let own = member_detail(&server, "own");
    assert!(own.get("mobile").is_none() && own.get("state_code").is_none(), "{own}");
}

#[test]
fn each_broken_rule_has_its_code() {
    let server = TestServer::start();
    let keys = json!({ "email": "a@example.com", "telephone": "1", "job_number": "1" });
    add_member(&server, 1, keys);
    for (fields, code) in [
        (json!({ "userid": "u1" }), 60_102),
        (json!({ "mobile": "13800000001" }), 60_104),
        (json!({ "mobile": "12" }), 60_103),
        (json!({ "mobile": "" }), 60_103),
        (json!({ "mobile": "+852" }), 60_103),
        (json!({ "email": "a@example.com" }), 60_106),
        (json!({ "telephone": "1" }), 40_100),
        (json!({ "job_number": "1" }), 60_123),
        (json!({ "manager_userid": "nobody" }), 60_128),
        (json!({ "dept_id_list": "1,99" }), 60_003),
    ] {
        let request = with(new_member(2), fields);
        assert_eq!(server.code(CREATE, &request), code, "{request}");
    }
    add_member(&server, 2, json!({}));
    for (fields, code) in [
        (json!({ "mobile": "13800000001" }), 60_104),
        (json!({ "mobile": "12" }), 60_103),
        (json!({ "email": "a@example.com" }), 60_106),
        (json!({ "telephone": "1" }), 40_100),
        (json!({ "job_number": "1" }), 60_123),
        (json!({ "manager_userid": "nobody" }), 60_128),
        (json!({ "dept_id_list": "99" }), 60_003),
        (json!({ "userid": "nobody" }), 60_121),
    ] {
        let request = with(json!({ "userid": "u2" }), fields);
        assert_eq!(server.code(UPDATE, &request), code, "{request}");
    }
    for path in [GET, DELETE] {
        assert_eq!(server.code(path, &json!({ "userid": "nobody" })), 60_121);
        for missing in [json!({}), json!({ "userid": "" })] {
            refused(&server, path, &missing, 400_002, "userid");
        }
    }
    refused(&server, GET, &json!({ "userid": "u1", "language": "fr_FR" }), 400_002, "language");
    server.ok(GET, &json!({ "userid": "u1", "language": "en_US" }));
}

#[test]
fn a_deleted_member_leaves_nothing_behind() {
    let server = server_with_departments();
    server.ok(CREATE, &full_request());
    add_member(&server, 2, json!({ "manager_userid": "full" }));
    let hidden = json!({ "name": "隐", "parent_id": 1, "hide_dept": true, "user_permits": "u1,full" });
    let hidden = server.ok(DEPT_CREATE, &hidden)["result"]["dept_id"].clone();
    let group = add_group(&server, "组");
    let role = add_role(&server, group, "编辑");
    server.ok(GRANT_ROLES, &json!({ "roleIds": role, "userIds": "full" }));
    let (corp, no) = (server.corp.clone(), number(&server, "full"));
    let session = Session::new(corp, no, Timestamp(NOW), Timestamp(NOW + 1_000));
    let signature = Signature::server(&server.env, "test");
    let insert = move |tx: &mut Tx<'_>| tx.insert_session(&[1; 32], &session);
    server.store.write_blocking(&server.corp, signature, insert).unwrap();

    server.ok(DELETE, &json!({ "userid": "full" }));
    assert_eq!(server.code(GET, &json!({ "userid": "full" })), 60_121);
    assert_eq!(server.ok(ROLE_MEMBERS, &json!({ "role_id": role }))["result"]["list"], json!([]));
    assert_eq!(server.ok(LIST_ID, &json!({ "dept_id": 2 }))["result"]["userid_list"], json!([]));
    let sessions = |tx: &mut Tx<'_>| tx.sessions_of(&server.corp, no, Timestamp(NOW), 1);
    assert!(server.store.read_blocking(&server.corp, sessions).unwrap().is_empty());
    let state = server.store.state();
    let state = state.corp(&server.corp).unwrap();
    assert!(
        !state.everyone.contains(no) && state.departments.values().all(|node| !node.members.contains(no))
    );
    assert!(state.role_members.values().all(|members| !members.contains(no)));

    assert!(member_detail(&server, "u2").get("manager_userid").is_none());
    server.ok(UPDATE, &json!({ "userid": "u2", "name": "新" }));
    let permits = server.ok(DEPT_GET, &json!({ "dept_id": hidden }))["result"]["user_permits"].clone();
    assert_eq!(permits, json!(["u1"]));

    server.ok(CREATE, &with(full_request(), json!({ "manager_userid": "" })));
    assert!(number(&server, "full") > no, "numbers are never given again");
    assert_eq!(member_detail(&server, "full")["role_list"], json!([]));
}

#[test]
fn a_new_password_ends_sessions() {
    let server = TestServer::start();
    add_member(&server, 1, json!({ "init_password": "old-password" }));
    let (corp, no) = (server.corp.clone(), number(&server, "u1"));
    let session = Session::new(corp, no, Timestamp(NOW), Timestamp(NOW + 1_000));
    let signature = Signature::server(&server.env, "test");
    let insert = move |tx: &mut Tx<'_>| tx.insert_session(&[1; 32], &session);
    server.store.write_blocking(&server.corp, signature, insert).unwrap();
    let read = |tx: &mut Tx<'_>| {
        Ok((tx.password_hash(&server.corp, no)?, tx.signed_in_member(&[1; 32], Timestamp(NOW))?.is_some()))
    };
    server.ok(UPDATE, &json!({ "userid": "u1", "name": "新", "init_password": "" }));
    let (hash, session) = server.store.read_blocking(&server.corp, read).unwrap();
    assert!(password::verify(&hash, "old-password").unwrap() && session);
    server.ok(UPDATE, &json!({ "userid": "u1", "init_password": "new-password" }));
    let (hash, session) = server.store.read_blocking(&server.corp, read).unwrap();
    assert!(password::verify(&hash, "new-password").unwrap() && !session);
}

#[test]
fn a_password_has_length_limits_and_mixed_characters() {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    for bad in ["1", "a234567", "abcdefgh", "12345678", &"a1".repeat(65)] {
        refused(&server, UPDATE, &json!({ "userid": "u1", "init_password": bad }), 40_035, "init_password");
    }
    server.ok(UPDATE, &json!({ "userid": "u1", "init_password": "init_password220" }));
}

fn number(server: &TestServer, userid: &str) -> MemberNo {
    let userid = UserId::from(userid);
    server.store.read_blocking(&server.corp, |tx| tx.member_no(&server.corp, &userid)).unwrap().unwrap()
}
