//! For each code of the global list, of the page of common errors and of the pages of contacts: a request that
//! gets it. `docs/WIRE.md` has the same codes.

use std::collections::BTreeSet;

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};

use crate::contacts::requests::*;
use crate::operator;
use testkit::server::TestServer;

/// Two nested departments, two members, a role that one of them has, and a role of the default group.
struct Fixture {
    server: TestServer,
    group: i64,
    role: i64,
    other_role: i64,
    system_role: i64,
}

fn fixture() -> Fixture {
    let server = TestServer::start();
    assert_eq!((add_department(&server, "甲", 1), add_department(&server, "乙", 2)), (2, 3));
    add_member(
        &server,
        1,
        json!({ "dept_id_list": 3, "email": "a@example.com", "telephone": "1", "job_number": "1" }),
    );
    add_member(&server, 2, json!({}));
    let group = add_group(&server, "组");
    let (role, other_role) = (add_role(&server, group, "编辑"), add_role(&server, group, "作者"));
    let system_role = add_role(&server, 1, "主管");
    server.ok(GRANT_ROLES, &json!({ "roleIds": role, "userIds": "u1" }));
    operator::set_roles(&server, "operator", [(OperatorRole::Auditor, AccountScope::All)]);
    Fixture { server, group, role, other_role, system_role }
}

fn rows(fixture: &Fixture) -> Vec<(i64, &'static str, Value)> {
    let Fixture { group, role, other_role, system_role, .. } = fixture;
    let new = |fields: Value| with(new_member(9), fields);
    let change = |fields: Value| with(json!({ "userid": "u2" }), fields);
    let dept = |fields: Value| with(json!({ "dept_id": 2 }), fields);
    let new_dept = |fields: Value| with(json!({ "name": "丙", "parent_id": 1 }), fields);
    let long = |length: usize| "长".repeat(length);
    let nobody = || json!({ "userid": "nobody" });
    let nowhere = || json!({ "dept_id": 99 });
    let impossible = || json!({ "dept_id": -7 });
    let page = |fields: Value| with(json!({ "dept_id": 1, "cursor": 0, "size": 10 }), fields);
    vec![
        (23_004, ROLE_DELETE, json!({ "role_id": system_role })),
        (23_004, ROLE_DELETE, json!({ "role_id": role })),
        (33_011, ROLE_DELETE, json!({ "role_id": 99 })),
        (33_011, ROLE_UPDATE, json!({ "roleId": 99, "roleName": "新" })),
        (33_011, ROLE_GET, json!({ "roleId": 99 })),
        (33_011, ROLE_MEMBERS, json!({ "role_id": 99 })),
        (33_011, GRANT_ROLES, json!({ "roleIds": "99", "userIds": "u1" })),
        (33_011, REVOKE_ROLES, json!({ "roleIds": "99", "userIds": "u1" })),
        (33_012, GET, json!({ "userid": long(65) })),
        (33_012, UPDATE, json!({ "userid": long(65) })),
        (33_012, DELETE, json!({ "userid": long(65) })),
        (33_012, CREATE, new(json!({ "userid": long(65) }))),
        (33_012, USER_PARENTS, nobody()),
        (33_012, GRANT_ROLES, json!({ "roleIds": role, "userIds": "nobody" })),
        (33_012, REVOKE_ROLES, json!({ "roleIds": role, "userIds": "nobody" })),
        (34_018, ROLE_CREATE, json!({ "groupId": group })),
        (34_018, SCOPE, json!({ "userid": "u1" })),
        (34_020, ROLE_CREATE, json!({ "groupId": 99, "roleName": "新" })),
        (34_021, ROLE_CREATE, json!({ "groupId": group, "roleName": "编辑" })),
        (34_021, ROLE_UPDATE, json!({ "roleId": other_role, "roleName": "编辑" })),
        (40_003, SCOPE, json!({ "userid": "", "role_id": role })),
        (40_009, DEPT_GET, impossible()),
        (40_009, DEPT_UPDATE, impossible()),
        (40_009, DEPT_DELETE, impossible()),
        (40_009, DEPT_LIST_SUB, impossible()),
        (40_009, DEPT_LIST_SUB_ID, impossible()),
        (40_009, DEPT_PARENTS, impossible()),
        (40_009, LIST_ID, impossible()),
        (40_009, LIST_SIMPLE, page(impossible())),
        (40_010, DEPT_CREATE, new_dept(json!({ "parent_id": "上" }))),
        (40_010, DEPT_UPDATE, dept(json!({ "parent_id": "上" }))),
        (40_011, DEPT_CREATE, new_dept(json!({ "order": -1 }))),
        (40_011, DEPT_UPDATE, dept(json!({ "order": "first" }))),
        (40_011, CREATE, new(json!({ "dept_order_list": [{ "dept_id": 1, "order": "first" }] }))),
        (40_031, DEPT_UPDATE, dept(json!({ "dept_manager_userid_list": "u2" }))),
        (40_032, GRANT_ROLES, json!({ "roleIds": role, "userIds": vec!["u1"; 21] })),
        (40_032, REVOKE_ROLES, json!({ "roleIds": role, "userIds": vec!["u1"; 101] })),
        (40_035, CREATE, without(new(json!({})), "name")),
        (40_035, DEPT_CREATE, json!({ "parent_id": 1 })),
        (40_035, LIST, page(json!({ "size": 101 }))),
        (40_035, LIST, page(impossible())),
        (40_035, LIST, page(json!({ "order_field": "name" }))),
        (40_063, CREATE, new(json!({ "telephone": long(51) }))),
        (40_063, UPDATE, change(json!({ "telephone": long(51) }))),
        (40_064, CREATE, new(json!({ "work_place": long(101) }))),
        (40_064, UPDATE, change(json!({ "work_place": long(101) }))),
        (40_065, CREATE, new(json!({ "remark": long(2_001) }))),
        (40_065, UPDATE, change(json!({ "remark": long(2_001) }))),
        (40_066, CREATE, new(json!({ "dept_id_list": "one" }))),
        (40_066, UPDATE, change(json!({ "dept_id_list": "1,1" }))),
        (40_068, LIST_SIMPLE, page(json!({ "cursor": -1 }))),
        (40_068, ROLE_LIST, json!({ "offset": -1, "size": 1 })),
        (40_069, LIST_SIMPLE, page(json!({ "size": 0 }))),
        (40_069, ROLE_MEMBERS, json!({ "role_id": role, "offset": 0, "size": 101 })),
        (40_070, LIST_SIMPLE, page(json!({ "order_field": "name" }))),
        (40_093, DEPT_UPDATE, dept(json!({ "org_dept_owner": "nobody" }))),
        (40_100, CREATE, new(json!({ "telephone": "1" }))),
        (40_100, UPDATE, change(json!({ "telephone": "1" }))),
        (40_104, BY_MOBILE, json!({ "mobile": "+86-12345" })),
        (41_009, UPDATE, json!({ "name": "新" })),
        (46_004, SCOPE, json!({ "userid": "nobody", "role_id": role })),
        (60_001, DEPT_CREATE, new_dept(json!({ "name": long(65) }))),
        (60_001, DEPT_UPDATE, dept(json!({ "name": long(65) }))),
        (60_001, DEPT_UPDATE, dept(json!({ "name": "a-b" }))),
        (60_003, DEPT_GET, nowhere()),
        (60_003, DEPT_UPDATE, nowhere()),
        (60_003, DEPT_DELETE, nowhere()),
        (60_003, DEPT_LIST_SUB, nowhere()),
        (60_003, DEPT_LIST_SUB_ID, nowhere()),
        (60_003, DEPT_PARENTS, nowhere()),
        (60_003, LIST_ID, nowhere()),
        (60_003, LIST_SIMPLE, page(nowhere())),
        (60_003, CREATE, new(json!({ "dept_id_list": "99" }))),
        (60_003, UPDATE, change(json!({ "dept_id_list": "99" }))),
        (60_003, SCOPE, json!({ "userid": "u1", "role_id": role, "dept_ids": "99" })),
        (60_004, DEPT_CREATE, new_dept(json!({ "parent_id": 99 }))),
        (60_004, DEPT_UPDATE, dept(json!({ "parent_id": 99 }))),
        (60_005, DEPT_DELETE, json!({ "dept_id": 3 })),
        (60_006, DEPT_DELETE, json!({ "dept_id": 2 })),
        (60_007, DEPT_DELETE, json!({ "dept_id": 1 })),
        (60_009, DEPT_CREATE, new_dept(json!({ "name": "a,b" }))),
        (60_010, DEPT_UPDATE, dept(json!({ "parent_id": 3 }))),
        (60_018, DEPT_UPDATE, json!({ "dept_id": 1, "name": "根" })),
        (60_019, LIST, page(nowhere())),
        (60_021, DEPT_CREATE, new_dept(json!({ "name": "甲" }))),
        (60_021, DEPT_UPDATE, json!({ "dept_id": 3, "parent_id": 1, "name": "甲" })),
        (60_102, CREATE, new(json!({ "userid": "u1" }))),
        (60_103, CREATE, new(json!({ "mobile": "+86-12345" }))),
        (60_103, UPDATE, change(json!({ "mobile": "85261234567" }))),
        (60_103, UPDATE, change(json!({ "exclusive_mobile": "12" }))),
        (60_104, CREATE, new(json!({ "mobile": "+86-13800000001" }))),
        (60_104, UPDATE, change(json!({ "mobile": "8613800000001" }))),
        (60_105, CREATE, new(json!({ "email": "a b@x" }))),
        (60_105, CREATE, new(json!({ "org_email": "@" }))),
        (60_105, CREATE, new(json!({ "login_email": "not-an-email" }))),
        (60_105, UPDATE, change(json!({ "email": "a@b@example.com" }))),
        (60_105, UPDATE, change(json!({ "org_email": "a@" }))),
        (60_106, CREATE, new(json!({ "email": "a@example.com" }))),
        (60_106, UPDATE, change(json!({ "email": "A@Example.COM" }))),
        (60_109, DEPT_UPDATE, dept(json!({ "user_permits": "nobody" }))),
        (60_109, DEPT_UPDATE, dept(json!({ "outer_permit_depts": "one" }))),
        (60_110, CREATE, new(json!({ "dept_id_list": vec![1; 101] }))),
        (60_110, UPDATE, change(json!({ "dept_id_list": vec![1; 301] }))),
        (60_112, CREATE, new(json!({ "name": long(81) }))),
        (60_112, UPDATE, change(json!({ "name": long(81) }))),
        (60_113, CREATE, without(new(json!({})), "mobile")),
        (60_119, CREATE, new(json!({ "title": long(201) }))),
        (60_119, UPDATE, change(json!({ "title": long(201) }))),
        (50_002, DELETE, json!({ "userid": "operator" })),
        (50_002, UPDATE, json!({ "userid": "operator", "init_password": "long-enough-1" })),
        (60_121, GET, nobody()),
        (60_121, UPDATE, nobody()),
        (60_121, DELETE, nobody()),
        (60_121, BY_MOBILE, json!({ "mobile": "13900000000" })),
        (60_121, BY_UNIONID, json!({ "unionid": "nobody" })),
        (60_122, CREATE, new(json!({ "extension": "text" }))),
        (60_122, UPDATE, change(json!({ "extension": { "a": long(2_000) } }))),
        (60_123, CREATE, new(json!({ "job_number": "1" }))),
        (60_123, UPDATE, change(json!({ "job_number": long(51) }))),
        (60_128, CREATE, new(json!({ "manager_userid": "nobody" }))),
        (60_128, UPDATE, change(json!({ "manager_userid": "nobody" }))),
        (60_301, SCOPE, json!({ "userid": "u2", "role_id": role })),
        (60_301, SCOPE, json!({ "userid": "u1", "role_id": 99 })),
        (60_510, DEPT_UPDATE, dept(json!({ "dept_permits": vec![1; 51] }))),
        (400_002, GET, json!({})),
        (400_002, DELETE, json!({})),
        (400_002, USER_PARENTS, json!({})),
        (400_002, BY_MOBILE, json!({})),
        (400_002, BY_UNIONID, json!({})),
        (400_002, LIST, json!({ "dept_id": 1 })),
        (400_002, LIST_ID, json!({})),
        (400_002, LIST_SIMPLE, json!({ "cursor": 0, "size": 1 })),
        (400_002, COUNT, json!({})),
        (400_002, DEPT_GET, json!({})),
        (400_002, DEPT_DELETE, json!({})),
        (400_002, DEPT_LIST_SUB, json!({ "language": "fr_FR" })),
        (400_002, DEPT_LIST_SUB_ID, json!({})),
        (400_002, DEPT_PARENTS, json!({})),
        (400_002, GROUP_GET, json!({ "group_id": 99 })),
        (400_002, SCOPE, json!({ "userid": "u1", "role_id": role, "dept_ids": vec![1; 51] })),
        (600_109, DEPT_CREATE, new_dept(json!({ "user_permits": "nobody" }))),
        (660_000, ROLE_UPDATE, json!({ "roleId": role })),
    ]
}

#[test]
fn each_documented_code_has_a_request_that_gets_it() {
    let fixture = fixture();
    let server = &fixture.server;
    let before = (
        member_detail(server, "u1"),
        member_detail(server, "u2"),
        server.ok(DEPT_LIST_SUB, &json!({}))["result"].clone(),
    );
    let mut wrong = Vec::new();
    for (code, path, request) in rows(&fixture) {
        let answer = server.call(path, &request);
        if answer["errcode"] != code {
            wrong.push(format!("{code} {path} {request}: {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let after = (
        member_detail(server, "u1"),
        member_detail(server, "u2"),
        server.ok(DEPT_LIST_SUB, &json!({}))["result"].clone(),
    );
    assert_eq!(before, after, "what is refused changes nothing");
}

/// The first column of the table in the document.
#[test]
fn the_document_lists_the_same_codes() {
    let document = include_str!("../../../../docs/WIRE.md");
    let table = document.split("### Codes of contacts").nth(1).unwrap();
    let table = table.split("\n#").next().unwrap();
    let first = table.lines().filter_map(|line| line.strip_prefix("| ")?.split('|').next());
    let listed: BTreeSet<i64> =
        first.flat_map(|cell| cell.split(',')).filter_map(|code| code.trim().parse().ok()).collect();
    let provoked: BTreeSet<i64> = rows(&fixture()).into_iter().map(|(code, ..)| code).collect();
    assert_eq!(listed, provoked);
}
