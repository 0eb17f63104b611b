//! `carillon.department_move_members`: moves members of a department to another one. An operation of Carillon.

use carillon_domain::contact::department;
use carillon_model::{
    error::{Result, Rule},
    id::{DeptId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ROLES, WRITE};
use crate::v1_0::carillon::{APPS_AND_LOCAL, UNKNOWN_MEMBER, members::fields::UNKNOWN_DEPARTMENT};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The department that they leave.
    #[schemars(range(min = 1))]
    department_id: DeptId,
    /// The department that they join. Their other departments stay.
    #[schemars(range(min = 1))]
    target_id: DeptId,
    /// Members of the department itself; others are left out.
    #[schemars(length(min = 1, max = 500))]
    user_ids: Vec<UserId>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The number of members that were moved.
    moved_count: usize,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/departments/{departmentId}/move-members";
    Operation::v1("carillon.department_move_members", path)
        .title("移动部门成员", "Move members of a department")
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .error(Rule::UnknownDepartment, UNKNOWN_DEPARTMENT)
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "departmentId": 101, "targetId": 102, "userIds": ["user04"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let departments = (request.department_id, request.target_id);
    let moved = department::move_members(tx, &call.env, call.corp(), departments, &request.user_ids)?;
    Ok(Response { moved_count: moved })
}
