//! `carillon.department_create`: adds a department. An operation of Carillon.

use carillon_domain::contact::department;
use carillon_model::{
    contact::DepartmentProfile,
    error::{Error, Result},
    event::EventKind,
    id::DeptId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ROLES, WRITE, declare_errors};
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The name, without hyphens and commas, unique among its siblings.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// The department above it, by its id; the root is 1.
    #[schemars(range(min = 1))]
    parent_id: DeptId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the new department, the last one below its parent.
    department_id: DeptId,
}

pub fn operation() -> Operation {
    declare_errors(Operation::v1("carillon.department_create", "/v1.0/carillon/departments"))
        .title("添加部门", "Add a department")
        .purpose(
            "在一个部门下新建子部门，排在同级部门的最后，并触发 `org_dept_create` 事件。这里只设置名称和上级；主管、可见范围等其他属性通过通讯录的更新部门接口设置。",
            "Adds a department below another one, as the last of its children, and raises the event `org_dept_create`. It has only a name and a parent: leaders, visibility and other properties are set by the vendor's operations on departments.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .raises(&[EventKind::DepartmentsAdded, EventKind::DepartmentsChanged])
        .example(json!({ "name": "平台组", "parentId": 101 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    if request.name.trim().is_empty() {
        return Err(Error::invalid("name", "must not be blank"));
    }
    let profile = DepartmentProfile { name: request.name, ..DepartmentProfile::default() };
    let id = department::create(tx, &call.env, call.corp(), request.parent_id, profile)?.id;
    department::place(tx, &call.env, call.corp(), id, (request.parent_id, None))?;
    Ok(Response { department_id: id })
}
