//! `carillon.department_place`: moves a department, or changes its order. An operation of Carillon.

use carillon_domain::contact::department;
use carillon_model::{
    error::{Result, Rule},
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
    /// The department above from now on.
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
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .error(Rule::RootDepartmentUpdate, Code::both(60018, "根部门不能被更新", "root.department", 400))
        .error(Rule::DepartmentLoop, Code::both(60010, "部门id存在循环", "department.loop", 400))
        .example(json!({ "departmentId": 103, "parentId": 101, "beforeId": 102 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let place = (request.parent_id, request.before_id);
    department::place(tx, &call.env, call.corp(), request.department_id, place)?;
    Ok(EmptyResponse {})
}
