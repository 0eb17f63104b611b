//! `carillon.department_place`: moves a department, or changes its order. An operation of Carillon.

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

use super::{ROLES, WRITE, declare_errors};
use crate::v1_0::{EmptyResponse, carillon::APPS_AND_LOCAL};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The department, not the root. Its members and all departments below move with it.
    #[schemars(range(min = 1))]
    department_id: DeptId,
    /// The department above it from now on, by its id; the root is 1.
    #[schemars(range(min = 1))]
    parent_id: DeptId,
    /// The department below the same parent that it comes before; absent: it comes last.
    #[schemars(range(min = 1))]
    before_id: Option<DeptId>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/departments/{departmentId}/place";
    declare_errors(Operation::v1("carillon.department_place", path))
        .title("移动部门", "Move a department")
        .purpose(
            "把部门移到另一个上级之下，或调整它在同级部门中的顺序；部门的成员和所有下级部门一起移动。不能移动根部门，也不能移到自己的下级部门之下。",
            "Moves a department below another parent, or to another place among its siblings, with its members and all departments below. The root cannot be moved, nor a department below itself.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .error(Rule::RootDepartmentUpdate, Code::both(60018, "根部门不能被更新", "root.department", 400))
        .error(Rule::DepartmentLoop, Code::both(60010, "部门id存在循环", "department.loop", 400))
        .raises(&[EventKind::DepartmentsChanged])
        .example(json!({ "departmentId": 103, "parentId": 101, "beforeId": 102 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let place = (request.parent_id, request.before_id);
    department::place(tx, &call.env, call.corp(), request.department_id, place)?;
    Ok(EmptyResponse {})
}
