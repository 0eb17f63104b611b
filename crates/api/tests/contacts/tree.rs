use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::TestServer;

fn detail(server: &TestServer, dept: i64) -> Value {
    server.ok(DEPT_GET, &json!({ "dept_id": dept }))["result"].clone()
}

fn update(server: &TestServer, dept: i64, fields: Value) -> Value {
    server.ok(DEPT_UPDATE, &with(json!({ "dept_id": dept }), fields));
    detail(server, dept)
}

fn children(server: &TestServer, dept: i64) -> Value {
    server.ok(DEPT_LIST_SUB_ID, &json!({ "dept_id": dept }))["result"]["dept_id_list"].clone()
}

fn parents(server: &TestServer, dept: i64) -> Value {
    server.ok(DEPT_PARENTS, &json!({ "dept_id": dept }))["result"]["parent_id_list"].clone()
}

#[test]
fn only_the_fields_of_a_department_request_change() {
    let server = TestServer::start();
    let dept = add_department(&server, "旧", 1);
    add_member(&server, 1, json!({ "dept_id_list": [dept] }));
    let mut expected = detail(&server, dept);
    assert_eq!(update(&server, dept, json!({ "language": "en_US" })), expected);
    for (field, value) in [
        ("name", json!("新")),
        ("order", json!(3)),
        ("source_identifier", json!("HR")),
        ("create_dept_group", json!(true)),
        ("auto_add_user", json!(true)),
        ("auto_approve_apply", json!(true)),
        ("group_contain_sub_dept", json!(true)),
        ("org_dept_owner", json!("u1")),
        ("code", json!("10000")),
        ("brief", json!("介绍")),
        ("telephone", json!("010")),
    ] {
        expected[field] = value.clone();
        assert_eq!(update(&server, dept, json!({ field: value })), expected, "{field}");
    }
    for field in ["group_contain_outer_dept", "group_contain_hidden_dept", "outer_dept_only_self"] {
        assert_eq!(update(&server, dept, json!({ field: "true" })), expected, "{field} is shown nowhere");
    }
    expected["extention"] = json!("{}");
    assert_eq!(update(&server, dept, json!({ "extension": "{}" })), expected);
    assert_eq!(server.ok(DEPT_LIST_SUB, &json!({}))["result"][0]["auto_add_user"], true);

    // The lists of who may see the department show only while their switch is on, but are stored while it is off.
    update(&server, dept, json!({ "dept_permits": "1", "user_permits": ["u1"], "outer_permit_users": "u1" }));
    assert_eq!(detail(&server, dept), expected);
    let hidden = json!({ "hide_dept": true, "dept_permits": [1], "user_permits": ["u1"] });
    let outer = json!({ "outer_dept": true, "outer_permit_users": ["u1"], "outer_permit_depts": [] });
    let expected_lists = with(with(expected.clone(), hidden), outer);
    assert_eq!(update(&server, dept, json!({ "hide_dept": 1, "outer_dept": "1" })), expected_lists);
    assert_eq!(update(&server, dept, json!({ "hide_dept": false, "outer_dept": false })), expected);
    for field in ["code", "brief", "telephone", "org_dept_owner", "source_identifier"] {
        expected.as_object_mut().unwrap().remove(field);
        assert_eq!(update(&server, dept, json!({ field: "" })), expected, "an empty {field} empties it");
    }
}

#[test]
fn a_department_moves_with_its_members_and_descendants() {
    let server = TestServer::start();
    let (a, b) = (add_department(&server, "甲", 1), add_department(&server, "乙", 1));
    let moving = add_department(&server, "动", a);
    let below = add_department(&server, "下", moving);
    add_member(&server, 1, json!({ "dept_id_list": [moving] }));
    add_member(&server, 2, json!({ "dept_id_list": [below] }));
    add_member(&server, 3, json!({ "dept_id_list": [a] }));
    assert_eq!(parents(&server, below), json!([below, moving, a, 1]));

    update(&server, moving, json!({ "parent_id": b }));
    assert_eq!(parents(&server, below), json!([below, moving, b, 1]));
    assert_eq!((children(&server, a), children(&server, b)), (json!([]), json!([moving])));
    for (dept, count) in [(1, 3), (a, 1), (b, 2), (moving, 2)] {
        assert_eq!(detail(&server, dept)["member_count"], count, "{dept}");
    }
    // Sends to departments follow the present tree.
    let unionid = server.account("新闻");
    let receivers = |dept: i64, uuid: &str| {
        let send = json!({ "unionid": unionid, "is_to_all": false, "dep_id_list": dept.to_string(), "msg_type": "text",
                           "text_content": uuid, "uuid": uuid });
        let task = server.ok("/topapi/message/mass/send", &send)["task_id"].clone();
        let progress = json!({ "unionid": unionid, "task_id": task });
        server.call_v1("/v1.0/carillon/message/mass/progress", &progress).1["receivers"].clone()
    };
    assert_eq!((receivers(a, "1"), receivers(b, "2")), (json!(1), json!(2)));
    update(&server, b, json!({ "parent_id": a }));
    assert_eq!(receivers(a, "3"), 3);
    let lineage = |userid: &str| server.ok(USER_PARENTS, &json!({ "userid": userid }))["result"].clone();
    assert_eq!(
        lineage("u2"),
        json!({ "parent_list": [{ "parent_dept_id_list": [below, moving, b, a, 1] }] })
    );
    server.ok(UPDATE, &json!({ "userid": "u2", "dept_id_list": [1, b] }));
    assert_eq!(
        lineage("u2"),
        json!({ "parent_list": [{ "parent_dept_id_list": [1] }, { "parent_dept_id_list": [b, a, 1] }] })
    );
}

#[test]
fn children_stay_in_their_order() {
    let server = TestServer::start();
    let ids: Vec<i64> = (0..4).map(|number| add_department(&server, &number.to_string(), 1)).collect();
    assert_eq!(children(&server, 1), json!(ids));
    for id in &ids {
        update(&server, *id, json!({ "order": 2 }));
    }
    update(&server, ids[3], json!({ "order": 1 }));
    assert_eq!(children(&server, 1), json!([ids[3], ids[0], ids[1], ids[2]]));
    update(&server, ids[0], json!({ "order": 5 }));
    assert_eq!(children(&server, 1), json!([ids[3], ids[1], ids[2], ids[0]]));
    update(&server, ids[1], json!({ "parent_id": ids[0], "order": 9 }));
    update(&server, ids[2], json!({ "parent_id": ids[0] }));
    assert_eq!(children(&server, ids[0]), json!([ids[2], ids[1]]));
    update(&server, ids[1], json!({ "parent_id": 1 }));
    assert_eq!(children(&server, 1), json!([ids[3], ids[0], ids[1]]));
}

#[test]
fn leaders_and_owners_belong_to_the_department() {
    let server = TestServer::start();
    let dept = add_department(&server, "部", 1);
    let below = add_department(&server, "下", dept);
    for (number, dept_id) in [(1, dept), (2, dept), (3, dept), (4, below)] {
        add_member(&server, number, json!({ "dept_id_list": [dept_id, 1] }));
    }
    let leaders = |fields: Value| update(&server, dept, fields)["dept_manager_userid_list"].clone();
    assert_eq!(leaders(json!({ "dept_manager_userid_list": "u2, u1,u2" })), json!(["u1", "u2"]));
    assert_eq!(member_detail(&server, "u1")["leader_in_dept"][1], json!({ "dept_id": dept, "leader": true }));
    assert_eq!(leaders(json!({ "dept_manager_userid_list": ["u3"] })), json!(["u3"]));
    assert_eq!(
        member_detail(&server, "u1")["leader_in_dept"][1],
        json!({ "dept_id": dept, "leader": false })
    );
    assert_eq!(leaders(json!({ "name": "处" })), json!(["u3"]));
    assert_eq!(leaders(json!({ "dept_manager_userid_list": [] })), json!(["u3"]), "an empty list is absent");
    let both = json!({ "dept_manager_userid_list": "u1", "force_update_fields": "dept_manager_userid_list" });
    assert_eq!(leaders(both), json!(["u1"]));
    for name in ["dept_manager_userid_list", "manager_userid"] {
        leaders(json!({ "dept_manager_userid_list": "u1" }));
        assert_eq!(leaders(json!({ "force_update_fields": name })), json!([]), "{name}");
    }
    for stranger in ["u4", "nobody", "u1,u4"] {
        let request = json!({ "dept_id": dept, "dept_manager_userid_list": stranger });
        assert_eq!(server.code(DEPT_UPDATE, &request), 40_031, "{stranger}");
        let request = json!({ "dept_id": dept, "org_dept_owner": stranger });
        assert_eq!(server.code(DEPT_UPDATE, &request), 40_093, "{stranger}");
    }
    let owner = || detail(&server, dept).get("org_dept_owner").cloned();
    // A member who leaves the department or the organisation no longer owns its group.
    for leave in [UPDATE, DELETE] {
        update(&server, dept, json!({ "org_dept_owner": "u2" }));
        server.ok(UPDATE, &json!({ "userid": "u2", "title": "长" }));
        assert_eq!(owner(), Some(json!("u2")));
        server.ok(leave, &json!({ "userid": "u2", "dept_id_list": [1] }));
        assert_eq!(owner(), None);
        if leave == UPDATE {
            server.ok(UPDATE, &json!({ "userid": "u2", "dept_id_list": [1, dept] }));
        }
    }
}

#[test]
fn updates_have_their_documented_errors() {
    let server = TestServer::start();
    let top = add_department(&server, "上", 1);
    let below = add_department(&server, "下", top);
    add_department(&server, "邻", 1);
    for number in 1..=51 {
        add_member(&server, number, json!({}));
    }
    let before = (detail(&server, top), detail(&server, below));
    let members = |count: usize| (1..=count).map(|number| format!("u{number}")).collect::<Vec<_>>();
    for (fields, code, field) in [
        (json!({ "dept_id": null }), 40_009, "dept_id"),
        (json!({ "dept_id": "one" }), 40_009, "dept_id"),
        (json!({ "dept_id": -7 }), 40_009, "dept_id"),
        (json!({ "dept_id": 1 }), 60_018, ""),
        (json!({ "dept_id": 99 }), 60_003, ""),
        (json!({ "name": "字".repeat(65) }), 60_001, "name"),
        (json!({ "name": "" }), 60_001, "name"),
        (json!({ "name": " " }), 60_001, "name"),
        (json!({ "name": "a-b" }), 60_001, ""),
        (json!({ "name": "a,b" }), 60_001, ""),
        (json!({ "name": "邻" }), 60_021, ""),
        (json!({ "order": "first" }), 40_011, "order"),
        (json!({ "parent_id": 99 }), 60_004, ""),
        (json!({ "parent_id": top }), 60_010, ""),
        (json!({ "parent_id": below }), 60_010, ""),
        (json!({ "dept_permits": "1,99" }), 60_109, "dept_permits"),
        (json!({ "outer_permit_depts": 99 }), 60_109, "outer_permit_depts"),
        (json!({ "user_permits": "u1,nobody" }), 60_109, "user_permits"),
        (json!({ "outer_permit_users": "nobody" }), 60_109, "outer_permit_users"),
        (json!({ "dept_permits": "one" }), 60_109, "dept_permits"),
        (json!({ "order": -1 }), 40_011, "order"),
        (json!({ "parent_id": "one" }), 40_010, "parent_id"),
        (json!({ "dept_permits": vec![1; 201] }), 60_109, "dept_permits"),
        (json!({ "user_permits": members(51) }), 60_510, "user_permits"),
        (json!({ "user_permits": members(50), "dept_permits": 1 }), 60_510, "user_permits"),
        (json!({ "outer_permit_users": members(50), "outer_permit_depts": 1 }), 60_510, "outer_permit_users"),
        (json!({ "dept_manager_userid_list": vec!["u1"; 1000] }), 40_031, "dept_manager_userid_list"),
        (json!({ "org_dept_owner": "u1" }), 40_093, "u1"),
        (json!({ "force_update_fields": "dept_manager_userid_list,name" }), 40_035, "force_update_fields"),
        (json!({ "code": "1".repeat(31) }), 40_035, "code"),
        (json!({ "brief": "字".repeat(256) }), 40_035, "brief"),
        (json!({ "telephone": "1".repeat(51) }), 40_035, "telephone"),
        (json!({ "language": "fr_FR" }), 40_035, "language"),
        (json!({ "hide_dept": "perhaps" }), 40_035, "hide_dept"),
    ] {
        refused(&server, DEPT_UPDATE, &with(json!({ "dept_id": top }), fields), code, field);
    }
    assert_eq!((detail(&server, top), detail(&server, below)), before, "what is refused changes nothing");
    // The name must be unique among the siblings at the destination too.
    let twin = add_department(&server, "下", 1);
    assert_eq!(server.code(DEPT_UPDATE, &json!({ "dept_id": twin, "parent_id": top })), 60_021);
    server.ok(DEPT_UPDATE, &json!({ "dept_id": twin, "parent_id": top, "name": "另" }));
    for fields in [
        json!({ "name": "字".repeat(64), "code": "1".repeat(30), "brief": "字".repeat(255), "telephone": "1".repeat(50) }),
        json!({ "user_permits": members(49), "dept_permits": 1 }),
        json!({ "outer_permit_users": members(50) }),
    ] {
        update(&server, top, fields);
    }
    // Lists from creation, where each may have 50 entries, do not prevent another change.
    let full =
        json!({ "name": "满", "parent_id": 1, "dept_permits": vec![1; 50], "user_permits": members(50) });
    let full = server.ok(DEPT_CREATE, &full)["result"]["dept_id"].as_i64().unwrap();
    update(&server, full, json!({ "name": "盈" }));
}

#[test]
fn only_an_empty_department_is_deleted() {
    let server = TestServer::start();
    let top = add_department(&server, "上", 1);
    let below = add_department(&server, "下", top);
    let other = json!({ "name": "邻", "parent_id": 1, "hide_dept": true, "dept_permits": [top, below], "outer_dept": true,
                        "outer_permit_depts": [below] });
    let other = server.ok(DEPT_CREATE, &other)["result"]["dept_id"].as_i64().unwrap();
    add_member(&server, 1, json!({ "dept_id_list": [below] }));
    for (request, code) in [
        (json!({}), 400_002),
        (json!({ "dept_id": "x" }), 40_009),
        (json!({ "dept_id": -7 }), 40_009),
        (json!({ "dept_id": 99 }), 60_003),
        (json!({ "dept_id": 1 }), 60_007),
        (json!({ "dept_id": top }), 60_006),
        (json!({ "dept_id": below }), 60_005),
    ] {
        assert_eq!(server.code(DEPT_DELETE, &request), code, "{request}");
    }
    server.ok(UPDATE, &json!({ "userid": "u1", "dept_id_list": [1] }));
    server.ok(DEPT_DELETE, &json!({ "dept_id": below }));
    assert_eq!(server.code(DEPT_DELETE, &json!({ "dept_id": below })), 60_003);
    assert_eq!(children(&server, top), json!([]));
    // Nothing refers to it any more, and its id is not reused.
    let expected_lists = detail(&server, other);
    assert_eq!(
        (&expected_lists["dept_permits"], &expected_lists["outer_permit_depts"]),
        (&json!([top]), &json!([]))
    );
    assert!(add_department(&server, "下", top) > below);
}

#[test]
fn parents_have_their_documented_errors() {
    let server = TestServer::start();
    assert_eq!(parents(&server, 1), json!([1]));
    assert_eq!(server.code(DEPT_PARENTS, &json!({ "dept_id": 99 })), 60_003);
    refused(&server, DEPT_PARENTS, &json!({}), 400_002, "dept_id");
    refused(&server, DEPT_PARENTS, &json!({ "dept_id": -7 }), 40_009, "dept_id");
    assert_eq!(server.code(USER_PARENTS, &json!({ "userid": "nobody" })), 33_012);
    refused(&server, USER_PARENTS, &json!({ "userid": " " }), 400_002, "userid");
}
