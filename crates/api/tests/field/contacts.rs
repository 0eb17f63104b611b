//! Directories that programs copy.

use serde_json::json;
use testkit::server::TestServer;

use crate::contacts::requests::*;

/// Orders as real responses have them. A client that reads them as floating-point numbers gets others.
const ORDERS: [i64; 2] = [176_332_680_479_820_512, 179_997_318_850_453_160];

#[test]
fn an_order_beyond_the_integers_of_a_float_stays_exact() {
    let server = TestServer::start();
    let dept = add_department(&server, "部", 1);
    let orders =
        format!(r#"[{{"dept_id":1,"order":{}}},{{"dept_id":{dept},"order":"{}"}}]"#, ORDERS[0], ORDERS[1]);
    add_member(&server, 1, json!({ "dept_id_list": format!("1,{dept}"), "dept_order_list": orders }));
    let detail = server.ok(GET, &json!({ "userid": "u1" }));
    let expected = json!([{ "dept_id": 1, "order": ORDERS[0] }, { "dept_id": dept, "order": ORDERS[1] }]);
    assert_eq!(detail["result"]["dept_order_list"], expected);
    let page = server.ok(LIST, &json!({ "dept_id": dept.to_string(), "cursor": 0, "size": 10 }));
    assert_eq!(page["result"]["list"][0]["dept_order"], ORDERS[1]);
}

#[test]
fn a_search_by_mobile_always_lists_owned_accounts() {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    for search in [
        json!({}),
        json!({ "support_exclusive_account_search": false }),
        json!({ "support_exclusive_account_search": true }),
    ] {
        let found = server.ok(BY_MOBILE, &with(json!({ "mobile": "13800000001" }), search));
        assert_eq!(found["result"], json!({ "exclusive_account_userid_list": [], "userid": "u1" }));
    }
}

#[test]
fn a_size_as_text_and_a_name_with_a_tab_are_accepted() {
    let server = TestServer::start();
    let group = add_group(&server, "组");
    for name in ["甲", "乙"] {
        add_role(&server, group, name);
    }
    // The tab is an error of the program. The field is unknown, so the list starts at its beginning.
    let first = server.ok(ROLE_LIST, &json!({ "size": "200", "offset\t": "0" }));
    let names: Vec<&str> = first["result"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| group["name"] == "组")
        .flat_map(|group| group["roles"].as_array().unwrap())
        .map(|role| role["name"].as_str().unwrap())
        .collect();
    assert_eq!((names.len(), &first["result"]["hasMore"]), (2, &json!(false)), "{first}");
    assert_eq!(server.code(ROLE_LIST, &json!({ "size": "201", "offset": "0" })), 40_069);
}

#[test]
fn a_member_with_the_default_picture_has_an_empty_avatar() {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    assert_eq!(server.ok(GET, &json!({ "userid": "u1" }))["result"]["avatar"], "");
    let page = server.ok(LIST, &json!({ "dept_id": 1, "cursor": 0, "size": 10 }));
    assert_eq!(page["result"]["list"][0]["avatar"], "");
}
