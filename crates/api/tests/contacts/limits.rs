use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::TestServer;

fn characters(count: usize) -> Value {
    json!("字".repeat(count))
}

#[test]
fn texts_have_their_documented_lengths() {
    let server = TestServer::start();
    add_member(&server, 1, json!({}));
    for (number, (field, most, code)) in (10..).zip([
        ("name", 80, 60_112),
        ("userid", 64, 33_012),
        ("telephone", 50, 40_063),
        ("job_number", 50, 60_123),
        ("title", 200, 60_119),
        ("email", 50, 60_105),
        ("org_email", 100, 60_105),
        ("work_place", 100, 40_064),
        ("remark", 2_000, 40_065),
        ("login_email", 64, 60_105),
    ]) {
        let of_length = |character: &str, length: usize| match field.ends_with("email") {
            // Only the host of an address can be this long, in labels of at most 63 bytes.
            true => {
                let host = format!("{}.{}", character.repeat(10), "c".repeat(20)).repeat(9);
                json!(format!("a@{}", host.chars().take(length - 2).collect::<String>()))
            }
            false => json!(character.repeat(length)),
        };
        let long = json!({ field: of_length("字", most + 1) });
        refused(&server, CREATE, &with(new_member(number), long), code, field);
        add_member(&server, number, json!({ field: of_length("字", most) }));
        if !matches!(field, "userid" | "login_email") {
            let long = json!({ "userid": "u1", field: of_length("字", most + 1) });
            refused(&server, UPDATE, &long, code, field);
            // Some values must be unique in the organisation.
            let limit = json!({ "userid": "u1", field: of_length("他", most) });
            server.ok(UPDATE, &limit);
        }
    }
    for path in [GET, UPDATE, DELETE, USER_PARENTS] {
        refused(&server, path, &json!({ "userid": characters(65) }), 33_012, "userid");
    }
    // `{"a":""}` has eight characters.
    let attributes = |count: usize| json!({ "extension": { "a": "x".repeat(count - 8) } });
    refused(&server, CREATE, &with(new_member(30), attributes(2_001)), 60_122, "extension");
    add_member(&server, 30, attributes(2_000));
    for (field, wrong, code) in [
        ("userid", json!(""), 33_012),
        ("name", json!(" "), 40_035),
        ("hired_date", json!(0), 40_035),
        ("org_email_type", json!("gold"), 40_035),
        ("exclusive_account_type", json!("other"), 40_035),
        ("hide_mobile", json!("perhaps"), 40_035),
        ("dept_order_list", json!([{ "order": 1 }]), 40_035),
        ("dept_order_list", json!([{ "dept_id": 1, "order": "first" }]), 40_011),
        ("dept_order_list", json!([{ "dept_id": 1 }]), 40_011),
        ("dept_id_list", json!("one"), 40_066),
    ] {
        refused(&server, CREATE, &with(new_member(31), json!({ field: wrong })), code, field);
    }
    for field in ["name", "dept_id_list"] {
        refused(&server, CREATE, &without(new_member(31), field), 40_035, field);
    }
    let without_mobile = without(new_member(31), "mobile");
    assert_eq!(server.code(CREATE, &without_mobile), 60_113);
    assert_eq!(server.code(CREATE, &with(without_mobile.clone(), json!({ "email": "" }))), 60_113);
    refused(&server, CREATE, &with(without_mobile, json!({ "email": "d@example.com" })), 40_035, "mobile");
}

#[test]
fn lists_have_their_documented_lengths() {
    let server = TestServer::start();
    let departments: Vec<i64> =
        (0..301).map(|number| add_department(&server, &format!("部门{number}"), 1)).collect();
    refused(
        &server,
        CREATE,
        &with(new_member(1), json!({ "dept_id_list": departments[..101] })),
        60_110,
        "dept_id_list",
    );
    add_member(&server, 1, json!({ "dept_id_list": departments[..100] }));
    assert_eq!(member_detail(&server, "u1")["dept_id_list"], json!(departments[..100]));
    let update = |fields: Value| with(json!({ "userid": "u1" }), fields);
    refused(&server, UPDATE, &update(json!({ "dept_id_list": departments })), 60_110, "dept_id_list");
    server.ok(UPDATE, &update(json!({ "dept_id_list": departments[..300] })));
    let each = |count: usize| {
        let membership = |dept: &i64| json!({ "dept_id": dept, "order": 1, "title": "长" });
        departments.iter().cycle().take(count).map(membership).collect::<Value>()
    };
    for (field, most) in [("dept_order_list", 100), ("dept_title_list", 100)] {
        refused(&server, UPDATE, &update(json!({ field: each(most + 1) })), 40_035, field);
        server.ok(UPDATE, &update(json!({ field: each(most) })));
    }
    server.ok(UPDATE, &update(json!({ "dept_id_list": departments[..300] })));
    let positions: Value = (0..1_000).map(|_| json!({ "dept_id": departments[0] })).collect();
    refused(
        &server,
        UPDATE,
        &update(json!({ "dept_position_list": positions })),
        40_035,
        "dept_position_list",
    );
    let positions: Value = (0..999).map(|_| json!({ "dept_id": departments[0] })).collect();
    server.ok(UPDATE, &update(json!({ "dept_position_list": positions })));
}
