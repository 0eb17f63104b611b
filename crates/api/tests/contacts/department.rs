use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::TestServer;

fn detail(server: &TestServer, dept: i64) -> Value {
    server.ok(DEPT_GET, &json!({ "dept_id": dept, "language": "zh_CN" }))["result"].clone()
}

#[test]
fn a_department_comes_back_with_every_field() {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    assert_eq!(add_department(&server, "甲", 1), 2);
    let new = json!({
        "name": "乙",
        "parent_id": "2",
        "hide_dept": "true",
        "dept_permits": "1,2",
        "user_permits": ["u1"],
        "outer_dept": 1,
        "outer_dept_only_self": true,
        "outer_permit_users": "u1",
        "outer_permit_depts": "[2]",
        "create_dept_group": true,
        "auto_approve_apply": true,
        "order": 7,
        "source_identifier": "HR",
        "brief": "介绍",
        "extension": { "a": 1 },
        "telephone": "010",
    });
    let dept = server.ok(DEPT_CREATE, &new)["result"]["dept_id"].as_i64().unwrap();
    let mut expected = json!({
        "dept_id": dept,
        "name": "乙",
        "parent_id": 2,
        "source_identifier": "HR",
        "create_dept_group": true,
        "auto_add_user": false,
        "from_union_org": false,
        "order": 7,
        "group_contain_sub_dept": false,
        "dept_manager_userid_list": [],
        "outer_dept": true,
        "outer_permit_depts": [2],
        "outer_permit_users": ["u1"],
        "user_permits": ["u1"],
        "hide_dept": true,
        "dept_permits": [1, 2],
        "auto_approve_apply": true,
        "member_count": 0,
        "owning_member_count": 0,
        "brief": "介绍",
        "extention": "{\"a\":1}",
        "telephone": "010",
    });
    assert_eq!(detail(&server, dept), expected);

    let off = with(new, json!({ "name": "丙", "hide_dept": false, "outer_dept": "0", "order": null }));
    let dept = server.ok(DEPT_CREATE, &off)["result"]["dept_id"].as_i64().unwrap();
    expected = with(
        expected,
        json!({ "dept_id": dept, "name": "丙", "order": 0, "hide_dept": false, "outer_dept": false }),
    );
    for list in ["outer_permit_depts", "outer_permit_users", "user_permits", "dept_permits"] {
        expected[list] = json!([]);
    }
    assert_eq!(detail(&server, dept), expected);

    let root = detail(&server, 1);
    assert_eq!((root.get("parent_id"), &root["name"]), (None, &json!("测试")));
    assert_eq!((&root["member_count"], &root["owning_member_count"]), (&json!(1), &json!(1)));
}

#[test]
fn members_are_counted_once() {
    let server = TestServer::start();
    let upper = add_department(&server, "上", 1);
    let lower = add_department(&server, "下", upper);
    add_member(&server, 1, json!({ "dept_id_list": [upper, lower] }));
    add_member(&server, 2, json!({ "dept_id_list": [lower] }));
    add_member(&server, 3, json!({ "dept_id_list": [1, lower] }));
    for (dept, all, own) in [(1, 3, 1), (upper, 3, 1), (lower, 3, 3)] {
        let detail = detail(&server, dept);
        let counts = (&detail["member_count"], &detail["owning_member_count"]);
        assert_eq!(counts, (&json!(all), &json!(own)), "{dept}");
    }
}

#[test]
fn children_are_listed_by_their_order() {
    let server = TestServer::start();
    let add = |name: &str, order: i64| {
        let new = json!({ "name": name, "parent_id": 1, "order": order, "source_identifier": name, "extension": "{}" });
        server.ok(DEPT_CREATE, &new)["result"]["dept_id"].as_i64().unwrap()
    };
    let (last, first, middle) = (add("三", 9), add("一", 0), add("二", 9));
    add_department(&server, "孙", first);
    let ids = json!({ "dept_id_list": [first, last, middle] });
    assert_eq!(server.ok(DEPT_LIST_SUB_ID, &json!({ "dept_id": 1 }))["result"], ids);
    let item = |dept: i64, name: &str| {
        json!({
            "dept_id": dept, "name": name, "parent_id": 1, "create_dept_group": false, "auto_add_user": false,
            "ext": "{}", "from_union_org": false, "source_identifier": name,
        })
    };
    let expected = json!([item(first, "一"), item(last, "三"), item(middle, "二")]);
    for root in [json!({}), json!({ "dept_id": "1" }), json!({ "dept_id": "", "language": "en_US" })] {
        assert_eq!(server.ok(DEPT_LIST_SUB, &root)["result"], expected);
    }
    assert_eq!(server.ok(DEPT_LIST_SUB, &json!({ "dept_id": middle }))["result"], json!([]));
}

#[test]
fn documented_errors_and_limits_hold() {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    let new = |fields: Value| with(json!({ "name": "部", "parent_id": 1 }), fields);
    server.ok(DEPT_CREATE, &new(json!({})));
    for (fields, code) in [
        (json!({}), 60_021),
        (json!({ "parent_id": 99 }), 60_004),
        (json!({ "name": "a-b" }), 60_009),
        (json!({ "name": "a,b" }), 60_009),
        (json!({ "name": "字".repeat(65) }), 60_001),
        (json!({ "name": "" }), 40_035),
        (json!({ "name": null }), 40_035),
        (json!({ "parent_id": null }), 40_035),
        (json!({ "brief": "字".repeat(256) }), 40_035),
        (json!({ "telephone": "1".repeat(51) }), 40_035),
    ] {
        assert_eq!(server.code(DEPT_CREATE, &new(fields.clone())), code, "{fields}");
    }
    let longest = json!({ "name": "字".repeat(64), "brief": "字".repeat(255), "telephone": "1".repeat(50) });
    server.ok(DEPT_CREATE, &new(longest));
    for (list, known, unknown) in [
        ("dept_permits", "2", "99"),
        ("outer_permit_depts", "2", "99"),
        ("user_permits", "u1", "nobody"),
        ("outer_permit_users", "u1", "nobody"),
    ] {
        let named = json!({ "name": list, list: unknown });
        refused(&server, DEPT_CREATE, &new(named), 600_109, list);
        let named = json!({ "name": list, list: vec![known; 51].join(",") });
        refused(&server, DEPT_CREATE, &new(named), 600_109, list);
        let named = json!({ "name": list, list: vec![known; 50].join(",") });
        server.ok(DEPT_CREATE, &new(named));
    }
    for path in [DEPT_GET, DEPT_LIST_SUB, DEPT_LIST_SUB_ID] {
        for unknown in [99, 0, -1] {
            let code = if unknown == 99 { 60_003 } else { 40_009 };
            assert_eq!(server.code(path, &json!({ "dept_id": unknown })), code, "{path}");
        }
        refused(&server, path, &json!({ "dept_id": "one" }), 40_009, "dept_id");
    }
    for path in [DEPT_GET, DEPT_LIST_SUB_ID] {
        refused(&server, path, &json!({}), 400_002, "dept_id");
    }
    for path in [DEPT_GET, DEPT_LIST_SUB] {
        refused(&server, path, &json!({ "dept_id": 1, "language": "fr_FR" }), 400_002, "language");
    }
}
