use carillon_domain::{app, contact::admin};
use carillon_model::{app::field_permission, audit::Signature, contact::AdminLevel, id::UserId};
use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::TestServer;

/// Five members of the root department, in the order u3, u1, u2, u4, u5.
fn five_members() -> TestServer {
    let server = TestServer::start();
    for number in 1..=5 {
        let order = match number {
            3 => 9,
            1 => 5,
            _ => 0,
        };
        add_member(&server, number, json!({ "dept_order_list": [{ "dept_id": 1, "order": order }] }));
    }
    server
}

fn userids(page: &Value) -> Vec<&str> {
    page["list"].as_array().unwrap().iter().map(|item| item["userid"].as_str().unwrap()).collect()
}

#[test]
fn pages_of_members_follow_their_cursor() {
    let server = five_members();
    assert_eq!(
        server.ok(LIST_ID, &json!({ "dept_id": 1 }))["result"],
        json!({ "userid_list": ["u3", "u1", "u2", "u4", "u5"] })
    );
    for path in [LIST, LIST_SIMPLE] {
        let mut cursor = json!(0);
        for (users, more) in [(&["u3", "u1"][..], true), (&["u2", "u4"], true), (&["u5"], false)] {
            let request =
                json!({ "dept_id": "1", "cursor": cursor, "size": "2", "contain_access_limit": true });
            let page = server.ok(path, &request)["result"].clone();
            assert_eq!((userids(&page), &page["has_more"]), (users.to_vec(), &json!(more)), "{path}");
            assert_eq!(page.get("next_cursor").is_some(), more, "{page}");
            cursor = page["next_cursor"].clone();
        }
        for (order, users) in [
            ("custom", ["u3", "u1", "u2", "u4", "u5"]),
            ("entry_asc", ["u1", "u2", "u3", "u4", "u5"]),
            ("entry_desc", ["u5", "u4", "u3", "u2", "u1"]),
            ("modify_asc", ["u1", "u2", "u3", "u4", "u5"]),
            ("modify_desc", ["u5", "u4", "u3", "u2", "u1"]),
        ] {
            let request =
                json!({ "dept_id": 1, "cursor": 0, "size": 5, "order_field": order, "language": "en_US" });
            let page = server.ok(path, &request)["result"].clone();
            assert_eq!(
                (userids(&page), &page["has_more"]),
                (users.to_vec(), &json!(false)),
                "{path} {order}"
            );
        }
        let empty = server.ok(path, &json!({ "dept_id": 1, "cursor": 100_000, "size": 100 }));
        assert_eq!(empty["result"], json!({ "has_more": false, "list": [] }));
    }
    let simple = server.ok(LIST_SIMPLE, &json!({ "dept_id": 1, "cursor": 0, "size": 1 }));
    assert_eq!(simple["result"]["list"], json!([{ "userid": "u3", "name": "成员3" }]));
}

/// A page is cached until something on it changes. Each of these changes alters the page.
#[test]
fn a_cached_page_reflects_later_changes() {
    let server = five_members();
    let get_page = |path, cursor| {
        let request = json!({ "dept_id": 1, "cursor": cursor, "size": 2 });
        let [first, again] = [(); 2].map(|()| server.ok(path, &request));
        assert_ne!(first["request_id"], again["request_id"]);
        assert_eq!(first["result"], again["result"]);
        again["result"].clone()
    };
    let (detail, simple, next) = (get_page(LIST, 0), get_page(LIST_SIMPLE, 0), get_page(LIST, 2));
    let on_page = |page: &Value, field: &str| page["list"][0][field].clone();
    assert_eq!(on_page(&detail, "userid"), "u3");

    server.ok(UPDATE, &json!({ "userid": "u3", "name": "改名", "title": "经理" }));
    assert_eq!(
        (on_page(&get_page(LIST, 0), "name"), on_page(&get_page(LIST, 0), "title")),
        ("改名".into(), "经理".into())
    );
    assert_eq!(on_page(&get_page(LIST_SIMPLE, 0), "name"), "改名");
    let env = server.env.clone();
    let sign = || Signature::server(&env, "test");
    let (corp, userid) = (server.corp.clone(), UserId::from("u3"));
    let granting = env.clone();
    let granted = server.store.write_blocking(&server.corp, sign(), move |tx| {
        admin::grant(tx, &granting, &corp, &userid, AdminLevel::Sub)
    });
    granted.unwrap();
    assert_eq!(on_page(&get_page(LIST, 0), "admin"), true);
    // The other pages are unchanged.
    assert_eq!(get_page(LIST, 2), next);

    let key = server.store.state().apps.keys().next().cloned().unwrap();
    let revoking = env.clone();
    let revoked = server.store.write_blocking(&server.corp, sign(), move |tx| {
        app::revoke(tx, &revoking, &key, &[field_permission::MOBILE.to_owned()]).map(drop)
    });
    revoked.unwrap();
    assert_eq!(on_page(&get_page(LIST, 0), "mobile"), Value::Null);

    // New members come onto the page, and there is no further one.
    server.ok(UPDATE, &json!({ "userid": "u5", "dept_order_list": [{ "dept_id": 1, "order": 99 }] }));
    assert_eq!(userids(&get_page(LIST_SIMPLE, 0)), ["u5", "u3"]);
    for userid in ["u1", "u2", "u4"] {
        server.ok(DELETE, &json!({ "userid": userid }));
    }
    let last = get_page(LIST_SIMPLE, 0);
    assert_eq!((userids(&last), &last["has_more"]), (vec!["u5", "u3"], &json!(false)));
    assert_ne!(last, simple);
}

#[test]
fn a_detailed_list_has_the_fields_of_the_membership() {
    let server = five_members();
    let page = server.ok(LIST, &json!({ "dept_id": 1, "cursor": 0, "size": 1 }))["result"].clone();
    let expected = json!({
        "userid": "u3",
        "unionid": member_detail(&server, "u3")["unionid"],
        "name": "成员3",
        "avatar": "",
        "state_code": "86",
        "mobile": "13800000003",
        "hide_mobile": false,
        "dept_id_list": [1],
        "active": false,
        "admin": false,
        "boss": false,
        "exclusive_account": false,
        "dept_order": 9,
        "leader": false,
    });
    assert_eq!(page, json!({ "has_more": true, "next_cursor": 1, "list": [expected] }));
}

#[test]
fn limits_of_pages_have_their_codes() {
    let server = five_members();
    for (path, size, cursor, dept, order, unknown) in [
        (LIST, 40_035, 40_035, 40_035, 40_035, 60_019),
        (LIST_SIMPLE, 40_069, 40_068, 40_009, 40_070, 60_003),
    ] {
        let missing = |code: i64| if path == LIST { 400_002 } else { code };
        let good = json!({ "dept_id": 1, "cursor": 0, "size": 100 });
        server.ok(path, &good);
        for (field, wrong, code) in [
            ("size", json!(101), size),
            ("size", json!(0), size),
            ("size", json!(null), missing(size)),
            ("cursor", json!(100_001), cursor),
            ("cursor", json!(-1), cursor),
            ("cursor", json!(null), missing(cursor)),
            ("dept_id", json!(0), dept),
            ("dept_id", json!(null), 400_002),
            ("order_field", json!("name"), order),
            ("language", json!("fr_FR"), 400_002),
        ] {
            refused(&server, path, &with(good.clone(), json!({ field: wrong })), code, field);
        }
        assert_eq!(server.code(path, &with(good, json!({ "dept_id": 99 }))), unknown);
    }
    assert_eq!(server.code(LIST_ID, &json!({ "dept_id": 99 })), 60_003);
    refused(&server, LIST_ID, &json!({ "dept_id": 0 }), 40_009, "dept_id");
    refused(&server, LIST_ID, &json!({}), 400_002, "dept_id");
}
