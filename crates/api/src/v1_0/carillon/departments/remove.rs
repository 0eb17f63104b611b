//! `carillon.department_remove`: removes an empty department. An operation of Carillon.

use carillon_domain::contact::department;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
    id::DeptId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{ROLES, WRITE};
use crate::v1_0::{
    EmptyResponse,
    carillon::{APPS_AND_LOCAL, members::fields::UNKNOWN_DEPARTMENT},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The department, by its id, with neither members nor departments below.
    #[schemars(range(min = 1))]
    department_id: DeptId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.department_remove", "/v1.0/carillon/departments/{departmentId}")
        .delete()
        .title("删除部门", "Remove a department")
        .purpose(
            "删除一个既没有成员也没有下级部门的部门，并触发 `org_dept_remove` 事件。请先移走成员和下级部门；根部门不能删除，删除后不能恢复。",
            "Removes a department that has neither members nor departments below it, and raises the event `org_dept_remove`. The root cannot be removed. There is no way back.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .error(Rule::UnknownDepartment, UNKNOWN_DEPARTMENT)
        .error(Rule::RootDepartmentDelete, Code::both(60007, "不允许删除根部门", "root.department", 400))
        .error(
            Rule::DepartmentHasChildren,
            Code::both(60006, "不允许删除有子部门的部门", "department.has.children", 409),
        )
        .error(
            Rule::DepartmentHasMembers,
            Code::both(60005, "不允许删除有成员的部门", "department.has.members", 409),
        )
        .raises(&[EventKind::DepartmentsRemoved])
        .example(json!({ "departmentId": 104 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    department::delete(tx, &call.env, call.corp(), request.department_id)?;
    Ok(EmptyResponse {})
}
