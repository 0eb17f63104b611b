use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::TestServer;

/// Each number in several spellings.
const NUMBERS: [&[&str]; 3] = [
    &[
        "13800138000",
        "+86-13800138000",
        "+8613800138000",
        "86-13800138000",
        "8613800138000",
        "+86 138 0013 8000",
    ],
    &["+852-61234567", "+85261234567", "+852 6123 4567"],
    &["+1-2125550100", "+1-212-555-0100", "+12125550100"],
];

#[test]
fn all_spellings_of_a_number_are_the_same() {
    for spellings in NUMBERS {
        for spelling in spellings {
            let server = TestServer::start();
            add_member(&server, 2, json!({}));
            add_member(&server, 1, json!({ "mobile": spelling }));
            let known = member_detail(&server, "u1");
            assert_eq!(
                format!("{}{}", known["state_code"].as_str().unwrap(), known["mobile"].as_str().unwrap()),
                format!("{}{}", if spellings[0].starts_with('+') { "" } else { "86" }, spellings[0])
                    .replace(['+', '-'], ""),
            );
            for other in spellings {
                assert_eq!(
                    server.code(CREATE, &with(new_member(3), json!({ "mobile": other }))),
                    60_104,
                    "{other}"
                );
                assert_eq!(
                    server.code(UPDATE, &json!({ "userid": "u2", "mobile": other })),
                    60_104,
                    "{other}"
                );
                server.ok(UPDATE, &json!({ "userid": "u1", "mobile": other }));
                assert_eq!(member_detail(&server, "u1"), known, "{spelling} and {other}");
                if other.len() <= 15 {
                    let found = server.ok(BY_MOBILE, &json!({ "mobile": other }));
                    assert_eq!(found["result"]["userid"], "u1", "{other}");
                }
            }
        }
    }
}

#[test]
fn numbers_of_owned_accounts_are_found_in_any_spelling() {
    let server = TestServer::start();
    let own = |fields: Value| {
        with(
            json!({ "dept_id_list": 1, "name": "专", "exclusive_account": true, "exclusive_account_type": "sso" }),
            fields,
        )
    };
    // Several such accounts may share a number.
    for (userid, number) in [("a", "+86-13412341234"), ("b", "13412341234"), ("c", "+85261234567")] {
        server.ok(CREATE, &own(json!({ "userid": userid, "exclusive_mobile": number })));
    }
    let owned = |number: &str| {
        let request = json!({ "mobile": number, "support_exclusive_account_search": true });
        server.ok(BY_MOBILE, &request)["result"]["exclusive_account_userid_list"].clone()
    };
    assert_eq!(owned("13412341234"), json!(["a", "b"]));
    assert_eq!(owned("+86-13412341234"), json!(["a", "b"]));
    assert_eq!(owned("+852-61234567"), json!(["c"]));
    for wrong in ["12", "+86-12345", "one"] {
        assert_eq!(
            server.code(CREATE, &own(json!({ "userid": "d", "exclusive_mobile": wrong }))),
            60_103,
            "{wrong}"
        );
        assert_eq!(
            server.code(UPDATE, &json!({ "userid": "a", "exclusive_mobile": wrong })),
            60_103,
            "{wrong}"
        );
        assert_eq!(server.code(CREATE, &own(json!({ "userid": "d", "mobile": wrong }))), 60_103, "{wrong}");
    }
    server.ok(UPDATE, &json!({ "userid": "a", "exclusive_mobile": "" }));
    assert_eq!(owned("13412341234"), json!(["b"]));
}

#[test]
fn an_invalid_number_is_refused_everywhere() {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    for wrong in [
        "",
        "1",
        "1380000000",
        "138000000000",
        "+86-12345",
        "+86-1380000000",
        "12345678901",
        "010-86123456",
        "85261234567",
        "+852-1",
        "+999-12345678",
        "+86--13800000000",
        "１３８００００００００",
    ] {
        assert_eq!(server.code(CREATE, &with(new_member(2), json!({ "mobile": wrong }))), 60_103, "{wrong}");
        assert_eq!(server.code(UPDATE, &json!({ "userid": "u1", "mobile": wrong })), 60_103, "{wrong}");
        if !wrong.is_empty() {
            let code = if wrong.chars().count() > 15 { 400_002 } else { 40_104 };
            assert_eq!(server.code(BY_MOBILE, &json!({ "mobile": wrong })), code, "{wrong}");
        }
    }
}

#[test]
fn mail_addresses_differ_by_more_than_case() {
    let server = TestServer::start();
    add_member(&server, 1, json!({ "email": "Ann@Example.com", "org_email": "Ann@Example.com" }));
    assert_eq!(member_detail(&server, "u1")["email"], "Ann@Example.com", "it is shown as it was given");
    for other in ["ann@example.com", "ANN@EXAMPLE.COM", "Ann@Example.com"] {
        assert_eq!(server.code(CREATE, &with(new_member(2), json!({ "email": other }))), 60_106, "{other}");
        server.ok(UPDATE, &json!({ "userid": "u1", "email": other }));
        assert_eq!(member_detail(&server, "u1")["email"], other);
    }
    add_member(&server, 2, json!({ "email": "ann@example.org", "org_email": "ann@example.com" }));
    for wrong in ["a b@x", "not-an-email", "@", "a@", "a@b", "a@example..com", "<a@example.com>", " "] {
        for field in ["email", "org_email", "login_email"] {
            refused(&server, CREATE, &with(new_member(3), json!({ field: wrong })), 60_105, field);
        }
        for field in ["email", "org_email"] {
            refused(&server, UPDATE, &json!({ "userid": "u1", field: wrong }), 60_105, field);
        }
    }
}
