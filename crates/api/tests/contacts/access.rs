use carillon_model::app::{AppType, field_permission};
use serde_json::{Value, json};

use crate::{
    given::*,
    server::{PERMISSIONS, Server},
};

const READS: [&str; 3] = ["qyapi_get_member", "qyapi_get_department_member", "qyapi_get_department_list"];
const GUARDED: [&str; 6] = ["mobile", "state_code", "email", "work_place", "remark", "extension"];

/// Which of the guarded fields the app sees, in the detail and in the list alike.
fn visible(server: &Server) -> Vec<&'static str> {
    let seen =
        |member: &Value| GUARDED.into_iter().filter(|field| member.get(field).is_some()).collect::<Vec<_>>();
    let list = server.ok(LIST, &json!({ "dept_id": 1, "cursor": 0, "size": 1 }));
    let in_list = seen(&list["result"]["list"][0]);
    let detail = shown(server, "u1");
    assert_eq!(seen(&detail), in_list);
    assert_eq!((&detail["name"], &detail["title"]), (&json!("成员1"), &json!("长")));
    in_list
}

#[test]
fn guarded_fields_need_their_permission_and_an_internal_app() {
    let mut server = Server::start();
    let fields = json!({
        "title": "长", "email": "a@example.com", "work_place": "楼", "remark": "注", "extension": { "a": 1 },
    });
    add_member(&server, 1, fields);
    assert_eq!(visible(&server), GUARDED);
    server.become_app(AppType::Internal, &READS);
    assert!(visible(&server).is_empty());
    server.become_app(AppType::Internal, &[&READS[..], &[field_permission::MOBILE]].concat());
    assert_eq!(visible(&server), ["mobile", "state_code"]);
    server.become_app(AppType::Internal, &[&READS[..], &[field_permission::PERSONAL]].concat());
    assert_eq!(visible(&server), ["email", "work_place", "remark", "extension"]);
    server.become_app(AppType::Isv, &PERMISSIONS);
    assert!(visible(&server).is_empty());
}

#[test]
fn each_operation_wants_its_permission_and_its_type_of_app() {
    let mut server = Server::start();
    let writes = [CREATE, UPDATE, DELETE, DEPT_CREATE, ROLE_CREATE, GROUP_CREATE, GIVE, TAKE];
    let reads = [
        (GET, "qyapi_get_member"),
        (LIST_ID, "qyapi_get_member"),
        (LIST, "qyapi_get_department_member"),
        (LIST_SIMPLE, "qyapi_get_department_member"),
        (ROLE_GET, "qyapi_get_department_member"),
        (ROLE_MEMBERS, "qyapi_get_department_member"),
        (DEPT_GET, "qyapi_get_department_list"),
        (DEPT_LIST_SUB, "qyapi_get_department_list"),
        (DEPT_LIST_SUB_ID, "qyapi_get_department_list"),
        (ROLE_LIST, "qyapi_get_department_list"),
        (GROUP_GET, "qyapi_get_department_list"),
    ];
    let sub_code = |server: &Server, path: &str| server.call(path, &json!({}))["sub_code"].clone();
    for (app_type, may_write, may_read) in
        [(AppType::Internal, true, true), (AppType::Isv, false, true), (AppType::Personal, false, false)]
    {
        server.become_app(app_type, &PERMISSIONS);
        for path in writes {
            assert_eq!(sub_code(&server, path) != "60011", may_write, "{app_type:?} {path}");
        }
        for (path, _) in reads {
            assert_eq!(sub_code(&server, path) != "60011", may_read, "{app_type:?} {path}");
        }
    }
    for one in READS {
        server.become_app(AppType::Internal, &[one]);
        for (path, permission) in reads {
            assert_eq!(sub_code(&server, path) != "60011", permission == one, "{one} {path}");
        }
        for path in writes {
            assert_eq!(sub_code(&server, path), "60011", "{one} {path}");
        }
    }
}

#[test]
fn each_documented_example_is_understood() {
    let server = Server::start();
    let operations = carillon_api::operations();
    let ours = operations.iter().filter(|operation| {
        let (area, _) = operation.id.split_once('.').unwrap();
        ["contacts", "roles"].contains(&area)
    });
    for operation in ours {
        let answer = server.call(operation.path, &operation.example);
        let code = answer["errcode"].as_i64().unwrap();
        let known = operation.errors.iter().any(|(_, known)| known.errcode == code);
        assert!(code == 0 || known, "{}: {answer}", operation.id);
    }
}
