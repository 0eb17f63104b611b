use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::TestServer;

#[test]
fn roles_and_groups_come_back() {
    let server = TestServer::start();
    let group = add_group(&server, "团队");
    let (editor, author) = (add_role(&server, group, "编辑"), add_role(&server, group, "作者"));
    assert_eq!(
        server.ok(ROLE_GET, &json!({ "roleId": editor }))["role"],
        json!({ "name": "编辑", "groupId": group })
    );
    let roles =
        json!([{ "role_id": editor, "role_name": "编辑" }, { "role_id": author, "role_name": "作者" }]);
    assert_eq!(
        server.ok(GROUP_GET, &json!({ "group_id": group.to_string() }))["role_group"],
        json!({ "roles": roles, "group_name": "团队" })
    );
    let default = json!({ "name": "默认", "groupId": 1, "roles": [] });
    let team = json!({
        "name": "团队",
        "groupId": group,
        "roles": [{ "name": "编辑", "id": editor }, { "name": "作者", "id": author }],
    });
    let list = |request: Value| server.ok(ROLE_LIST, &request)["result"].clone();
    assert_eq!(list(json!({})), json!({ "hasMore": false, "list": [default, team] }));
    assert_eq!(list(json!({ "size": 1 })), json!({ "hasMore": true, "nextCursor": 1, "list": [default] }));
    assert_eq!(list(json!({ "size": "1", "offset": "1" })), json!({ "hasMore": false, "list": [team] }));
    assert_eq!(list(json!({ "offset": i64::MAX })), json!({ "hasMore": false, "list": [] }));
}

#[test]
fn roles_are_granted_and_revoked() {
    let server = TestServer::start();
    let group = add_group(&server, "团队");
    let roles = [add_role(&server, group, "编辑"), add_role(&server, group, "作者")];
    for number in 1..=3 {
        add_member(&server, number, json!({}));
    }
    for _ in 0..2 {
        server
            .ok(GRANT_ROLES, &json!({ "roleIds": format!("{},{}", roles[0], roles[1]), "userIds": "u3,u1" }));
    }
    server.ok(GRANT_ROLES, &json!({ "roleIds": [roles[0]], "userIds": ["u2"] }));
    let held = |id: i64, name: &str| json!({ "id": id, "name": name, "group_name": "团队" });
    assert_eq!(
        member_detail(&server, "u1")["role_list"],
        json!([held(roles[0], "编辑"), held(roles[1], "作者")])
    );
    let page = |request: Value| server.ok(ROLE_MEMBERS, &request)["result"].clone();
    let named = |number: u32| json!({ "userid": format!("u{number}"), "name": format!("成员{number}") });
    assert_eq!(
        page(json!({ "role_id": roles[0] })),
        json!({ "hasMore": false, "list": [named(1), named(2), named(3)] })
    );
    assert_eq!(
        page(json!({ "role_id": roles[0], "size": 1, "offset": "1" })),
        json!({ "hasMore": true, "nextCursor": 2, "list": [named(2)] })
    );
    server.ok(REVOKE_ROLES, &json!({ "roleIds": roles[0], "userIds": "u1,u2" }));
    server.ok(REVOKE_ROLES, &json!({ "roleIds": roles, "userIds": "u2" }));
    assert_eq!(page(json!({ "role_id": roles[0] })), json!({ "hasMore": false, "list": [named(3)] }));
    assert_eq!(member_detail(&server, "u1")["role_list"], json!([held(roles[1], "作者")]));
    assert_eq!(member_detail(&server, "u2")["role_list"], json!([]));
}

#[test]
fn documented_errors_hold() {
    let server = TestServer::start();
    let group = add_group(&server, "团队");
    add_role(&server, group, "编辑");
    for (request, code) in [
        (json!({ "groupId": group }), 34_018),
        (json!({ "roleName": " ", "groupId": group }), 34_018),
        (json!({ "roleName": "新" }), 34_018),
        (json!({ "roleName": "新", "groupId": 99 }), 34_020),
        (json!({ "roleName": "编辑", "groupId": group }), 34_021),
    ] {
        assert_eq!(server.code(ROLE_CREATE, &request), code, "{request}");
    }
    add_role(&server, add_group(&server, "另一组"), "编辑");
    refused(&server, GROUP_CREATE, &json!({}), 40_035, "name");
    assert_eq!(server.code(GROUP_CREATE, &json!({ "name": "团队" })), 34_021);
    for (path, field) in [(ROLE_GET, "roleId"), (ROLE_MEMBERS, "role_id")] {
        assert_eq!(server.code(path, &json!({ field: 99 })), 33_011);
        refused(&server, path, &json!({}), 33_011, field);
    }
    assert_eq!(server.code(GROUP_GET, &json!({ "group_id": 99 })), 400_002);
    refused(&server, GROUP_GET, &json!({}), 400_002, "group_id");
    for (path, most) in [(ROLE_LIST, 200), (ROLE_MEMBERS, 100)] {
        let request = |size: i64, offset: i64| json!({ "role_id": 1, "size": size, "offset": offset });
        server.ok(path, &request(most, 0));
        refused(&server, path, &request(most + 1, 0), 40_069, "size");
        refused(&server, path, &request(0, 0), 40_069, "size");
        refused(&server, path, &request(1, -1), 40_068, "offset");
    }
}

#[test]
fn lists_of_roles_and_members_have_limits() {
    let server = TestServer::start();
    let group = add_group(&server, "团队");
    let roles: Vec<i64> = (0..21).map(|number| add_role(&server, group, &format!("角色{number}"))).collect();
    let users: Vec<String> = (1..=101).map(|number| format!("u{number}")).collect();
    for number in 1..=101 {
        add_member(&server, number, json!({}));
    }
    for (path, most) in [(GRANT_ROLES, 20), (REVOKE_ROLES, 100)] {
        let request =
            |roles: &[i64], users: &[String]| json!({ "roleIds": roles, "userIds": users.join(",") });
        server.ok(path, &request(&roles[..20], &users[..most]));
        refused(&server, path, &request(&roles, &users[..1]), 33_011, "roleIds");
        refused(&server, path, &request(&roles[..1], &users[..most + 1]), 40_032, "userIds");
        assert_eq!(server.code(path, &json!({ "roleIds": [roles[0], 99], "userIds": "u1" })), 33_011);
        assert_eq!(server.code(path, &json!({ "roleIds": roles[0], "userIds": "u1,nobody" })), 33_012);
        refused(&server, path, &json!({ "roleIds": roles[0] }), 33_012, "userIds");
        refused(&server, path, &json!({ "userIds": "u1" }), 33_011, "roleIds");
        let default = add_role(&server, 1, path);
        assert_eq!(server.code(path, &json!({ "roleIds": default, "userIds": "u1" })), 33_011);
    }
}
