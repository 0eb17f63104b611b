use carillon_domain::{activity, contact::user, session};
use carillon_model::{
    audit::Signature,
    env::FixedClock,
    fact::Client,
    id::UserId,
    time::{DAY_MS, Timestamp},
};
use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::{NOW, TestServer};

/// Records a sign-in of a member some days ago. Today is 2025-10-09.
fn sign_in(server: &TestServer, number: u32, days_ago: i64) {
    let env = server.env.with_clock(FixedClock(Timestamp(NOW - days_ago * DAY_MS)));
    let corp = server.corp.clone();
    let begin = move |tx: &mut carillon_store::Tx<'_>| {
        let member = user::get(tx, &corp, &UserId::from(format!("u{number}")))?.no;
        session::begin(tx, &env, &corp, member, Client::Web)
    };
    server.store.write_blocking(&server.corp, Signature::server(&server.env, "test"), begin).unwrap();
}

fn query(server: &TestServer, fields: Value) -> Value {
    let request = json!({ "is_active": false, "offset": 0, "size": 100, "query_date": "20251008" });
    server.ok(INACTIVE, &with(request, fields))["result"].clone()
}

fn complete_list(members: &[&str]) -> Value {
    json!({ "list": members, "has_more": false })
}

#[test]
fn a_day_lists_active_and_inactive_members() {
    let server = TestServer::start();
    let upper = add_department(&server, "上", 1);
    let lower = add_department(&server, "下", upper);
    for (number, dept) in [(1, 1), (2, upper), (3, lower), (4, lower)] {
        add_member(&server, number, json!({ "dept_id_list": [dept] }));
    }
    for number in [2, 4] {
        sign_in(&server, number, 1);
        sign_in(&server, number, 1);
    }
    sign_in(&server, 1, 2);
    sign_in(&server, 3, 0);

    assert_eq!(query(&server, json!({})), complete_list(&["u1", "u3"]));
    assert_eq!(query(&server, json!({ "is_active": "true" })), complete_list(&["u2", "u4"]));
    assert_eq!(query(&server, json!({ "is_active": 1, "query_date": "20251007" })), complete_list(&["u1"]));
    assert_eq!(query(&server, json!({ "is_active": true, "query_date": "20250915" })), complete_list(&[]));
    assert_eq!(query(&server, json!({ "dept_ids": upper.to_string() })), complete_list(&["u3"]));
    assert_eq!(
        query(&server, json!({ "dept_ids": [lower, upper], "is_active": true })),
        complete_list(&["u2", "u4"])
    );
    let page = query(&server, json!({ "size": 1 }));
    assert_eq!(page, json!({ "next_cursor": 1, "list": ["u1"], "has_more": true }));
    assert_eq!(query(&server, json!({ "size": "1", "offset": "1" })), complete_list(&["u3"]));
    assert_eq!(query(&server, json!({ "offset": i64::MAX })), complete_list(&[]));
    // A removed member is in no list.
    server.ok(DELETE, &json!({ "userid": "u4" }));
    assert_eq!(query(&server, json!({ "is_active": true })), complete_list(&["u2"]));
}

#[test]
fn a_member_is_activated_from_the_first_sign_in_on() {
    let server = TestServer::start();
    let count = |only_active: bool| {
        server.ok(COUNT, &json!({ "only_active": only_active }))["result"]["count"].as_i64().unwrap()
    };
    assert_eq!((count(false), count(true)), (0, 0));
    for number in 1..=3 {
        add_member(&server, number, json!({}));
    }
    assert_eq!((count(false), count(true)), (3, 0));
    sign_in(&server, 1, 40);
    sign_in(&server, 2, 0);
    sign_in(&server, 2, 0);
    assert_eq!((count(false), count(true)), (3, 2));
    assert_eq!(
        (&member_detail(&server, "u2")["active"], &member_detail(&server, "u3")["active"]),
        (&json!(true), &json!(false))
    );
    server.ok(UPDATE, &json!({ "userid": "u2", "title": "长" }));
    assert_eq!(count(true), 2, "a change of the profile does not deactivate");
    server.ok(DELETE, &json!({ "userid": "u1" }));
    assert_eq!((count(false), count(true)), (2, 1));
    refused(&server, COUNT, &json!({}), 400_002, "only_active");
    refused(&server, COUNT, &json!({ "only_active": "some" }), 40_035, "only_active");
}

#[test]
fn days_pages_and_departments_have_limits() {
    let server = TestServer::start();
    let good = json!({ "is_active": false, "offset": 0, "size": 1, "query_date": "20251008" });
    for (fields, code, field) in [
        (json!({ "is_active": null }), 400_002, "is_active"),
        (json!({ "query_date": null }), 400_002, "query_date"),
        (json!({ "query_date": "2025-10-08" }), 400_002, "query_date"),
        (json!({ "query_date": "20251032" }), 400_002, "query_date"),
        // Today is not over, and a day more than a month ago is out of range.
        (json!({ "query_date": "20251009" }), 400_002, "query_date"),
        (json!({ "query_date": "20250908" }), 400_002, "query_date"),
        (json!({ "size": 101 }), 40_069, "size"),
        (json!({ "size": 0 }), 40_069, "size"),
        (json!({ "size": null }), 40_069, "size"),
        (json!({ "offset": -1 }), 40_068, "offset"),
        (json!({ "offset": null }), 40_068, "offset"),
        (json!({ "dept_ids": "1,99" }), 400_002, "99"),
        (json!({ "dept_ids": vec![1; 101] }), 400_002, "dept_ids"),
    ] {
        refused(&server, INACTIVE, &with(good.clone(), fields), code, field);
    }
    for fields in [
        json!({ "query_date": "20250909" }),
        json!({ "query_date": 20_251_008 }),
        json!({ "size": 100 }),
        json!({ "dept_ids": vec![1; 100] }),
    ] {
        server.ok(INACTIVE, &with(good.clone(), fields));
    }
}

#[test]
fn folded_days_give_the_same_lists() {
    let server = TestServer::start();
    for number in 0..300 {
        add_member(&server, number, json!({}));
        if number % 100 != 7 {
            sign_in(&server, number, 1);
        }
    }
    let expected = complete_list(&["u7", "u107", "u207"]);
    assert_eq!(query(&server, json!({})), expected);
    let corp = server.corp.clone();
    for day in server.store.read_blocking(&corp, |tx| activity::days_to_fold(tx, &corp)).unwrap() {
        let (of, signature) = (corp.clone(), Signature::server(&server.env, "test"));
        let more = server.store.write_blocking(&corp, signature, move |tx| activity::fold(tx, &of, day));
        assert!(!more.unwrap(), "nothing more");
    }
    assert!(server.store.read_blocking(&corp, |tx| activity::days_to_fold(tx, &corp)).unwrap().is_empty());
    assert_eq!(query(&server, json!({})), expected);
    sign_in(&server, 7, 1);
    assert_eq!(query(&server, json!({})), complete_list(&["u107", "u207"]));
}
