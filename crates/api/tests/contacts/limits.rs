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
    for (number, (field, most)) in (10..).zip([
        ("name", 80),
        ("userid", 64),
        ("telephone", 50),
        ("job_number", 50),
        ("title", 200),
        ("email", 50),
        ("org_email", 100),
        ("work_place", 100),
        ("remark", 2_000),
        ("login_email", 64),
    ]) {
        let long = json!({ field: characters(most + 1) });
        refused(&server, CREATE, &with(new_member(number), long), 40_035, field);
        add_member(&server, number, json!({ field: characters(most) }));
        if !matches!(field, "userid" | "login_email") {
            let long = json!({ "userid": "u1", field: characters(most + 1) });
            refused(&server, UPDATE, &long, 40_035, field);
            // Some are unique in the organisation.
            let limit = json!({ "userid": "u1", field: "他".repeat(most) });
            server.ok(UPDATE, &limit);
        }
    }
    for path in [GET, UPDATE, DELETE] {
        let code = if path == UPDATE { 40_035 } else { 400_002 };
        refused(&server, path, &json!({ "userid": characters(65) }), code, "userid");
    }
    // `{"a":""}` has eight characters.
    let attributes = |count: usize| json!({ "extension": { "a": "x".repeat(count - 8) } });
    refused(&server, CREATE, &with(new_member(30), attributes(2_001)), 40_035, "extension");
    add_member(&server, 30, attributes(2_000));
    for (field, wrong) in [
        ("userid", json!("")),
        ("name", json!(" ")),
        ("hired_date", json!(0)),
        ("org_email_type", json!("gold")),
        ("exclusive_account_type", json!("other")),
        ("hide_mobile", json!("perhaps")),
        ("dept_order_list", json!([{ "order": 1 }])),
    ] {
        refused(&server, CREATE, &with(new_member(31), json!({ field: wrong })), 40_035, field);
    }
    for field in ["name", "mobile", "dept_id_list"] {
        refused(&server, CREATE, &without(new_member(31), field), 40_035, field);
    }
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
        40_035,
        "dept_id_list",
    );
    add_member(&server, 1, json!({ "dept_id_list": departments[..100] }));
    assert_eq!(shown(&server, "u1")["dept_id_list"], json!(departments[..100]));
    let update = |fields: Value| with(json!({ "userid": "u1" }), fields);
    refused(&server, UPDATE, &update(json!({ "dept_id_list": departments })), 40_035, "dept_id_list");
    server.ok(UPDATE, &update(json!({ "dept_id_list": departments[..300] })));
    let each = |count: usize| {
        let place = |dept: &i64| json!({ "dept_id": dept, "order": 1, "title": "长" });
        departments.iter().cycle().take(count).map(place).collect::<Value>()
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
