use carillon_model::app::{AppType, field_permission};
use carillon_wire::Dialect;
use serde_json::{Value, json};

use crate::contacts::requests::*;
use testkit::server::{PERMISSIONS, TestServer};

const READS: [&str; 3] = ["qyapi_get_member", "qyapi_get_department_member", "qyapi_get_department_list"];
const GUARDED: [&str; 6] = ["mobile", "state_code", "email", "work_place", "remark", "extension"];

/// The guarded fields that the app sees. Detail and list must agree.
fn visible(server: &TestServer) -> Vec<&'static str> {
    let guarded_fields =
        |member: &Value| GUARDED.into_iter().filter(|field| member.get(field).is_some()).collect::<Vec<_>>();
    let list = server.ok(LIST, &json!({ "dept_id": 1, "cursor": 0, "size": 1 }));
    let in_list = guarded_fields(&list["result"]["list"][0]);
    let detail = member_detail(server, "u1");
    assert_eq!(guarded_fields(&detail), in_list);
    assert_eq!((&detail["name"], &detail["title"]), (&json!("成员1"), &json!("长")));
    in_list
}

#[test]
fn guarded_fields_need_their_permission_and_an_internal_app() {
    let mut server = TestServer::start();
    let fields = json!({
        "title": "长", "email": "a@example.com", "work_place": "楼", "remark": "注", "extension": { "a": 1 },
    });
    add_member(&server, 1, fields);
    assert_eq!(visible(&server), GUARDED);
    server.use_app(AppType::Internal, &READS);
    assert!(visible(&server).is_empty());
    server.use_app(AppType::Internal, &[&READS[..], &[field_permission::MOBILE]].concat());
    assert_eq!(visible(&server), ["mobile", "state_code"]);
    server.use_app(AppType::Internal, &[&READS[..], &[field_permission::PERSONAL]].concat());
    assert_eq!(visible(&server), ["email", "work_place", "remark", "extension"]);
    server.use_app(AppType::Isv, &PERMISSIONS);
    assert!(visible(&server).is_empty());
}

#[test]
fn each_operation_needs_its_permission_and_app_type() {
    let mut server = TestServer::start();
    let writes = [
        CREATE,
        UPDATE,
        DELETE,
        DEPT_CREATE,
        DEPT_UPDATE,
        DEPT_DELETE,
        ROLE_CREATE,
        ROLE_UPDATE,
        ROLE_DELETE,
        SCOPE,
        GROUP_CREATE,
        GRANT_ROLES,
        REVOKE_ROLES,
    ];
    let reads = [
        (GET, "qyapi_get_member"),
        (LIST_ID, "qyapi_get_member"),
        (COUNT, "qyapi_get_member"),
        (ADMINS, "qyapi_get_member"),
        (BY_UNIONID, "qyapi_get_member"),
        (DEPT_PARENTS, "qyapi_get_department_list"),
        (USER_PARENTS, "qyapi_get_department_list"),
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
    // Outside of the gateway the code is not wrapped.
    let sub_code = |server: &TestServer, path: &str| {
        let answer = server.call(path, &json!({}));
        let bare = answer["errcode"].to_string();
        answer["sub_code"].as_str().map_or(bare, str::to_owned)
    };
    for (app_type, may_write, may_read) in
        [(AppType::Internal, true, true), (AppType::Isv, false, true), (AppType::Personal, false, false)]
    {
        server.use_app(app_type, &PERMISSIONS);
        for path in writes {
            assert_eq!(sub_code(&server, path) != "60011", may_write, "{app_type:?} {path}");
        }
        for (path, _) in reads {
            assert_eq!(sub_code(&server, path) != "60011", may_read, "{app_type:?} {path}");
        }
    }
    for one in READS {
        server.use_app(AppType::Internal, &[one]);
        for (path, permission) in reads {
            assert_eq!(sub_code(&server, path) != "60011", permission == one, "{one} {path}");
        }
        for path in writes {
            assert_eq!(sub_code(&server, path), "60011", "{one} {path}");
        }
    }
}

#[test]
fn some_reads_have_a_separate_permission() {
    let mut server = TestServer::start();
    for (path, permission) in [(BY_MOBILE, "qyapi_get_member_by_mobile"), (INACTIVE, "qyapi_liveness_base")] {
        for (app_type, grants, allowed) in [
            (AppType::Internal, &[permission][..], true),
            (AppType::Internal, &READS, false),
            (AppType::Isv, &PERMISSIONS, false),
            (AppType::Personal, &PERMISSIONS, false),
        ] {
            server.use_app(app_type, grants);
            let answer = server.call(path, &json!({}));
            assert_eq!(answer["sub_code"] != "60011", allowed, "{path} {app_type:?}: {answer}");
        }
    }
    for (path, permission, internal) in [
        (USER_SEARCH, "qyapi_addresslist_search", true),
        (DEPT_SEARCH, "qyapi_addresslist_search", true),
        (USER_SORT, "qyapi_get_member", false),
    ] {
        for (app_type, grants, allowed) in [
            (AppType::Internal, &[permission][..], internal),
            (AppType::Isv, &[permission], true),
            (AppType::Isv, &["qyapi_base"], false),
            (AppType::Personal, &PERMISSIONS, false),
        ] {
            server.use_app(app_type, grants);
            let (status, answer) = server.call_v1(path, &json!({}));
            assert_eq!(status != 403, allowed, "{path} {app_type:?}: {answer}");
        }
    }
}

#[test]
fn each_documented_example_is_accepted() {
    let server = TestServer::start();
    let operations = carillon_api::operations();
    let ours = operations.iter().filter(|operation| {
        let (area, _) = operation.id.split_once('.').unwrap();
        ["contacts", "roles"].contains(&area)
    });
    for operation in ours {
        if operation.dialect == Dialect::V1 {
            let mut server = TestServer::start();
            server.use_app(AppType::Isv, &PERMISSIONS);
            let (status, answer) = server.call_v1(operation.path, &operation.example);
            assert_eq!(status, 200, "{}: {answer}", operation.id);
            continue;
        }
        let answer = server.call(operation.path, &operation.example);
        let code = answer["errcode"].as_i64().unwrap();
        // The day of the example is long past or in the future.
        let is_declared = operation.errors.iter().any(|(_, declared)| declared.errcode == code)
            || (operation.id == "contacts.user_inactive" && code == operation.bad_input.errcode);
        assert!(code == 0 || is_declared, "{}: {answer}", operation.id);
    }
}
