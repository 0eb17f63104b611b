use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::TestServer;

/// Two departments, three members, and a role that the first two have.
fn organisation() -> (TestServer, i64) {
    let server = TestServer::start();
    add_department(&server, "甲", 1);
    add_department(&server, "乙", 1);
    for number in 1..=3 {
        add_member(&server, number, json!({}));
    }
    let group = add_group(&server, "团队");
    let role = add_role(&server, group, "编辑");
    server.ok(GRANT_ROLES, &json!({ "roleIds": role, "userIds": "u1,u2" }));
    (server, role)
}

fn members(server: &TestServer, role: i64) -> Value {
    server.ok(ROLE_MEMBERS, &json!({ "role_id": role }))["result"]["list"].clone()
}

fn member_row(number: u32) -> Value {
    json!({ "userid": format!("u{number}"), "name": format!("成员{number}") })
}

#[test]
fn a_scope_is_stored_returned_and_replaced() {
    let (server, role) = organisation();
    let set = |departments: Value| {
        server.ok(SCOPE, &json!({ "userid": "u1", "role_id": role, "dept_ids": departments }));
        members(&server, role)
    };
    let first = json!({ "dept_id": 2, "name": "甲" });
    let second = json!({ "dept_id": 3, "name": "乙" });
    let scoped = |departments: Value| {
        json!([with(member_row(1), json!({ "manageScopes": departments })), member_row(2)])
    };
    assert_eq!(members(&server, role), json!([member_row(1), member_row(2)]));
    assert_eq!(set(json!("3, 2,3")), scoped(json!([first, second])));
    assert_eq!(set(json!([3])), scoped(json!([second])));
    // A scope whose last department is deleted is empty. It does not become everybody.
    server.ok(DEPT_DELETE, &json!({ "dept_id": 3 }));
    assert_eq!(members(&server, role), scoped(json!([])));
    assert_eq!(set(json!(2)), scoped(json!([first])));
    assert_eq!(set(json!(null)), json!([member_row(1), member_row(2)]));
    // A role that is granted again has no scope from before.
    set(json!(2));
    server.ok(REVOKE_ROLES, &json!({ "roleIds": role, "userIds": "u1" }));
    server.ok(GRANT_ROLES, &json!({ "roleIds": role, "userIds": "u1" }));
    assert_eq!(members(&server, role), json!([member_row(1), member_row(2)]));
}

#[test]
fn scopes_have_their_documented_errors() {
    let (server, role) = organisation();
    let good = json!({ "userid": "u1", "role_id": role, "dept_ids": "2" });
    for (fields, code, field) in [
        (json!({ "userid": null }), 40_003, "userid"),
        (json!({ "userid": " " }), 40_003, "userid"),
        (json!({ "userid": "u".repeat(65) }), 40_003, "userid"),
        (json!({ "userid": "nobody" }), 46_004, "nobody"),
        (json!({ "role_id": null }), 34_018, "role_id"),
        (json!({ "role_id": "editor" }), 60_301, "role_id"),
        (json!({ "role_id": 99 }), 60_301, "role_id"),
        (json!({ "userid": "u3" }), 60_301, "role_id"),
        (json!({ "dept_ids": "2,99" }), 60_003, "99"),
        (json!({ "dept_ids": "two" }), 400_002, "dept_ids"),
        (json!({ "dept_ids": vec![2; 51] }), 400_002, "dept_ids"),
    ] {
        refused(&server, SCOPE, &with(good.clone(), fields), code, field);
    }
    assert_eq!(members(&server, role), json!([member_row(1), member_row(2)]));
    server.ok(SCOPE, &with(good, json!({ "dept_ids": vec![2; 50] })));
}

#[test]
fn a_role_is_renamed() {
    let (server, role) = organisation();
    let other = add_role(&server, 2, "作者");
    let default = add_role(&server, 1, "主管");
    for _ in 0..2 {
        server.ok(ROLE_UPDATE, &json!({ "roleId": role.to_string(), "roleName": "主编" }));
        let detail = server.ok(ROLE_GET, &json!({ "roleId": role }));
        assert_eq!(detail["role"], json!({ "name": "主编", "groupId": 2 }));
    }
    // In another group the name is free.
    server.ok(ROLE_UPDATE, &json!({ "roleId": other, "roleName": "主管" }));
    for (request, code, field) in [
        (json!({ "roleName": "新" }), 660_000, "roleId"),
        (json!({ "roleId": role }), 660_000, "roleName"),
        (json!({ "roleId": role, "roleName": " " }), 660_000, "roleName"),
        (json!({ "roleId": "x", "roleName": "新" }), 33_011, "roleId"),
        (json!({ "roleId": 99, "roleName": "新" }), 33_011, "roleId"),
        (json!({ "roleId": default, "roleName": "新" }), 33_011, "roleId"),
        (json!({ "roleId": role, "roleName": "主管" }), 34_021, "已存在"),
    ] {
        refused(&server, ROLE_UPDATE, &request, code, field);
    }
}

#[test]
fn only_a_role_without_members_is_deleted() {
    let (server, role) = organisation();
    server.ok(SCOPE, &json!({ "userid": "u1", "role_id": role, "dept_ids": "2" }));
    let default = add_role(&server, 1, "主管");
    for (request, code) in [
        (json!({ "role_id": 99 }), 33_011),
        (json!({}), 33_011),
        (json!({ "role_id": "x" }), 33_011),
        (json!({ "role_id": default }), 23_004),
        (json!({ "role_id": role }), 23_004),
    ] {
        assert_eq!(server.code(ROLE_DELETE, &request), code, "{request}");
    }
    server.ok(REVOKE_ROLES, &json!({ "roleIds": role, "userIds": "u1,u2" }));
    server.ok(ROLE_DELETE, &json!({ "role_id": role }));
    assert_eq!(server.code(ROLE_GET, &json!({ "roleId": role })), 33_011);
    assert_eq!(server.code(GRANT_ROLES, &json!({ "roleIds": role, "userIds": "u1" })), 33_011);
    // The name is free again, but the id is not reused.
    assert!(add_role(&server, 2, "编辑") > role);
}
