use carillon_domain::contact::user;
use carillon_model::{
    audit::Signature,
    id::{DeptId, UserId},
};
use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::TestServer;

/// The fields of a member that a request changed.
fn changed(server: &TestServer, fields: Value) -> Value {
    server.ok(UPDATE, &with(json!({ "userid": "u1" }), fields));
    member_detail(server, "u1")
}

#[test]
fn only_the_fields_of_the_request_change() {
    let server = TestServer::start();
    add_member(&server, 2, json!({}));
    let before = json!({
        "telephone": "1", "job_number": "1", "title": "旧", "email": "a@example.com", "org_email": "a@example.com",
        "org_email_type": "base", "work_place": "旧", "remark": "旧", "extension": { "a": 1 }, "senior_mode": true,
        "hide_mobile": true, "hired_date": 1, "manager_userid": "u2",
    });
    add_member(&server, 1, before);
    let mut expected = member_detail(&server, "u1");
    assert_eq!(changed(&server, json!({})), expected);
    assert_eq!(changed(&server, json!({ "language": "zh_CN", "dept_id_list": [], "title": null })), expected);
    for (field, value) in [
        ("name", json!("新")),
        ("telephone", json!("2")),
        ("job_number", json!("2")),
        ("title", json!("新")),
        ("email", json!("b@example.com")),
        ("org_email", json!("b@example.com")),
        ("org_email_type", json!("profession")),
        ("work_place", json!("新")),
        ("remark", json!("新")),
        ("hide_mobile", json!(false)),
        ("hired_date", json!(2)),
        ("manager_userid", json!("u1")),
        ("mobile", json!("13900000000")),
    ] {
        expected[field] = value.clone();
        assert_eq!(changed(&server, json!({ field: value })), expected, "{field}");
    }
    expected["senior"] = json!(false);
    assert_eq!(changed(&server, json!({ "senior_mode": "false" })), expected);
    expected["login_id"] = json!("neu");
    assert_eq!(changed(&server, json!({ "loginId": "neu" })), expected);
    for field in ["telephone", "title", "email", "remark"] {
        expected.as_object_mut().unwrap().remove(field);
        assert_eq!(changed(&server, json!({ field: "" })), expected, "an empty {field} empties it");
    }
}

#[test]
fn attributes_are_replaced_or_added_to() {
    let server = TestServer::start();
    add_member(&server, 1, json!({ "extension": "{\"a\":1,\"b\":2}" }));
    let extension = |fields: Value| changed(&server, fields)["extension"].clone();
    let append = json!({ "extension": { "b": 3, "c": 4 }, "ext_attrs_update_mode": 1 });
    assert_eq!(extension(append), "{\"a\":1,\"b\":3,\"c\":4}");
    assert_eq!(extension(json!({ "ext_attrs_update_mode": 1 })), "{\"a\":1,\"b\":3,\"c\":4}");
    assert_eq!(extension(json!({ "extension": { "d": 5 }, "ext_attrs_update_mode": "0" })), "{\"d\":5}");
    assert_eq!(extension(json!({ "extension": { "e": 6 } })), "{\"e\":6}");
    for wrong in [json!("[1]"), json!("text"), json!(7), json!([{}])] {
        for mode in [0, 1] {
            let request = json!({ "userid": "u1", "extension": wrong, "ext_attrs_update_mode": mode });
            refused(&server, UPDATE, &request, 60_122, "extension");
        }
        refused(&server, CREATE, &with(new_member(2), json!({ "extension": wrong })), 60_122, "extension");
    }
    let request = json!({ "userid": "u1", "ext_attrs_update_mode": 2 });
    refused(&server, UPDATE, &request, 40_035, "ext_attrs_update_mode");
    // Each is within the limit, but together they are not.
    let request =
        json!({ "userid": "u1", "extension": { "f": "x".repeat(1_990) }, "ext_attrs_update_mode": 1 });
    refused(&server, UPDATE, &request, 60_122, "extension");
    assert_eq!(member_detail(&server, "u1")["extension"], "{\"e\":6}");
    assert!(extension(json!({ "extension": "" })).is_null());
}

#[test]
fn a_manager_and_an_address_can_be_removed_by_name() {
    let server = TestServer::start();
    add_member(&server, 2, json!({}));
    add_member(&server, 1, json!({ "manager_userid": "u2", "org_email": "a@example.com" }));
    let without_address = changed(&server, json!({ "force_update_fields": "org_email" }));
    assert_eq!((without_address.get("org_email"), &without_address["manager_userid"]), (None, &json!("u2")));
    let request = json!({ "userid": "u1", "force_update_fields": "manager_userid,title" });
    refused(&server, UPDATE, &request, 40_035, "force_update_fields");
    assert_eq!(member_detail(&server, "u1")["manager_userid"], "u2");
    let refused_removal = json!({ "force_update_fields": ["manager_userid"], "manager_userid": "u1" });
    assert_eq!(changed(&server, refused_removal)["manager_userid"], "u1");
    assert!(
        changed(&server, json!({ "force_update_fields": "manager_userid" })).get("manager_userid").is_none()
    );
}

#[test]
fn remaining_memberships_keep_their_fields() {
    let server = TestServer::start();
    for name in ["甲", "乙", "丙"] {
        add_department(&server, name, 1);
    }
    let memberships = json!({
        "dept_id_list": "2,3",
        "dept_order_list": [{ "dept_id": 2, "order": 5 }, { "dept_id": 3, "order": 6 }],
        "dept_title_list": [{ "dept_id": 2, "title": "组长" }],
        "dept_position_list": [{ "dept_id": 2, "is_main": true, "work_place": "北京" }],
    });
    add_member(&server, 1, memberships);
    let (corp, env) = (server.corp.clone(), server.env.clone());
    let lead = move |tx: &mut carillon_store::Tx<'_>| {
        user::update(tx, &env, &corp, &UserId::from("u1"), |member| {
            let membership = member.departments.iter_mut().find(|membership| membership.dept_id == DeptId(2));
            membership.unwrap().leader = true;
            Ok(())
        })
    };
    server.store.write_blocking(&server.corp, Signature::server(&server.env, "test"), lead).unwrap();

    let moved = changed(&server, json!({ "dept_id_list": [4, 2] }));
    assert_eq!(moved["dept_id_list"], json!([2, 4]));
    let orders = json!([{ "dept_id": 2, "order": 5 }, { "dept_id": 4, "order": 0 }]);
    assert_eq!(moved["dept_order_list"], orders);
    let leads = json!([{ "dept_id": 2, "leader": true }, { "dept_id": 4, "leader": false }]);
    assert_eq!(moved["leader_in_dept"], leads);
    let positions = json!([
        { "dept_id": 2, "is_main": true, "title": "组长", "work_place": "北京" },
        { "dept_id": 4, "is_main": false },
    ]);
    assert_eq!(moved["dept_position_list"], positions);
    assert_eq!(
        server.ok(DEPT_GET, &json!({ "dept_id": 2 }))["result"]["dept_manager_userid_list"],
        json!(["u1"])
    );

    let changed_again = changed(&server, json!({ "dept_order_list": [{ "dept_id": 4, "order": 9 }] }));
    assert_eq!(
        changed_again["dept_order_list"],
        json!([{ "dept_id": 2, "order": 5 }, { "dept_id": 4, "order": 9 }])
    );
    for field in ["dept_order_list", "dept_title_list", "dept_position_list"] {
        let list = json!([{ "dept_id": 3, "order": 1, "title": "无" }]);
        refused(&server, UPDATE, &json!({ "userid": "u1", field: list }), 40_035, field);
        refused(&server, CREATE, &with(new_member(2), json!({ field: list })), 40_035, field);
    }
    refused(&server, UPDATE, &json!({ "userid": "u1", "dept_id_list": "2,2" }), 40_066, "dept_id_list");
}
