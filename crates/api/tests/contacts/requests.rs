//! Requests and paths that several tests use.

use serde_json::{Value, json};

use testkit::server::TestServer;

pub const CREATE: &str = "/topapi/v2/user/create";
pub const GET: &str = "/topapi/v2/user/get";
pub const UPDATE: &str = "/topapi/v2/user/update";
pub const DELETE: &str = "/topapi/v2/user/delete";
pub const LIST: &str = "/topapi/v2/user/list";
pub const LIST_ID: &str = "/topapi/user/listid";
pub const LIST_SIMPLE: &str = "/topapi/user/listsimple";
pub const DEPT_CREATE: &str = "/topapi/v2/department/create";
pub const DEPT_GET: &str = "/topapi/v2/department/get";
pub const DEPT_LIST_SUB: &str = "/topapi/v2/department/listsub";
pub const BY_MOBILE: &str = "/topapi/v2/user/getbymobile";
pub const BY_UNIONID: &str = "/topapi/user/getbyunionid";
pub const COUNT: &str = "/topapi/user/count";
pub const ADMINS: &str = "/topapi/user/listadmin";
pub const INACTIVE: &str = "/topapi/inactive/user/v2/get";
pub const USER_SEARCH: &str = "/v1.0/contact/users/search";
pub const USER_SORT: &str = "/v1.0/contact/users/sort";
pub const DEPT_SEARCH: &str = "/v1.0/contact/departments/search";
pub const DEPT_UPDATE: &str = "/topapi/v2/department/update";
pub const DEPT_DELETE: &str = "/topapi/v2/department/delete";
pub const DEPT_PARENTS: &str = "/topapi/v2/department/listparentbydept";
pub const USER_PARENTS: &str = "/topapi/v2/department/listparentbyuser";
pub const DEPT_LIST_SUB_ID: &str = "/topapi/v2/department/listsubid";
pub const ROLE_CREATE: &str = "/role/add_role";
pub const ROLE_UPDATE: &str = "/role/update_role";
pub const ROLE_DELETE: &str = "/topapi/role/deleterole";
pub const SCOPE: &str = "/topapi/role/scope/update";
pub const GROUP_CREATE: &str = "/role/add_role_group";
pub const ROLE_GET: &str = "/topapi/role/getrole";
pub const ROLE_LIST: &str = "/topapi/role/list";
pub const GROUP_GET: &str = "/topapi/role/getrolegroup";
pub const GRANT_ROLES: &str = "/topapi/role/addrolesforemps";
pub const REVOKE_ROLES: &str = "/topapi/role/removerolesforemps";
pub const ROLE_MEMBERS: &str = "/topapi/role/simplelist";

/// A request to add an ordinary member of the root department. `number` makes its fields unique.
pub fn new_member(number: u32) -> Value {
    json!({
        "userid": format!("u{number}"),
        "name": format!("成员{number}"),
        "mobile": format!("1380000{number:04}"),
        "dept_id_list": "1",
    })
}

/// `request` with some fields replaced.
pub fn with(mut request: Value, fields: Value) -> Value {
    request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    request
}

/// `request` without a field.
pub fn without(mut request: Value, field: &str) -> Value {
    request.as_object_mut().unwrap().remove(field);
    request
}

pub fn add_member(server: &TestServer, number: u32, fields: Value) {
    server.ok(CREATE, &with(new_member(number), fields));
}

pub fn add_department(server: &TestServer, name: &str, parent: i64) -> i64 {
    let answer = server.ok(DEPT_CREATE, &json!({ "name": name, "parent_id": parent }));
    answer["result"]["dept_id"].as_i64().unwrap()
}

pub fn add_group(server: &TestServer, name: &str) -> i64 {
    server.ok(GROUP_CREATE, &json!({ "name": name }))["groupId"].as_i64().unwrap()
}

pub fn add_role(server: &TestServer, group: i64, name: &str) -> i64 {
    server.ok(ROLE_CREATE, &json!({ "roleName": name, "groupId": group }))["roleId"].as_i64().unwrap()
}

/// The detail of a member.
pub fn member_detail(server: &TestServer, userid: &str) -> Value {
    server.ok(GET, &json!({ "userid": userid }))["result"].clone()
}

/// Asserts that a call is refused with a code and names a field.
pub fn refused(server: &TestServer, path: &str, request: &Value, code: i64, field: &str) {
    let answer = server.call(path, request);
    assert_eq!(answer["errcode"], code, "{path} {field}: {answer}");
    assert!(answer["errmsg"].as_str().unwrap().contains(field), "{path} {field}: {answer}");
}

/// Asserts that a v1.0 call is refused with a code and names a field.
pub fn refused_v1(server: &TestServer, path: &str, request: &Value, status: u16, code: &str, field: &str) {
    let (answered, answer) = server.call_v1(path, request);
    assert_eq!((answered, &answer["code"]), (status, &json!(code)), "{path} {request}: {answer}");
    assert!(answer["message"].as_str().unwrap().contains(field), "{path} {field}: {answer}");
}
