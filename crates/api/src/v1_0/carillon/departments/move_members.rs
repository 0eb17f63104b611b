//! `carillon.department_move_members`: moves members of a department to another one. An operation of Carillon.

use carillon_domain::contact::department;
use carillon_model::{
    error::{Result, Rule},
    event::EventKind,
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
    /// The department that they leave, by its id.
    #[schemars(range(min = 1))]
    department_id: DeptId,
    /// The department that they join, by its id. Their other departments stay.
    #[schemars(range(min = 1))]
    target_id: DeptId,
    /// The userids of members of the department itself; others are left out.
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
        .purpose(
            "把一个部门的直属成员转到另一个部门，每次最多 500 人。成员所在的其他部门不变，在原部门的职位和主管身份不再保留。不在原部门的成员会跳过；有 userid 不存在时，整个请求失败，一个成员也不移动。",
            "Moves direct members of a department to another one, at most 500 at once. Their other departments stay; title and leadership in the first department end. Members who are not in it are left out, but an unknown userid refuses the whole request.",
        )
        .permission(WRITE)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .error(Rule::UnknownDepartment, UNKNOWN_DEPARTMENT)
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .raises(&[EventKind::MemberChanged])
        .example(json!({ "departmentId": 101, "targetId": 102, "userIds": ["user04"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let departments = (request.department_id, request.target_id);
    let moved = department::move_members(tx, &call.env, call.corp(), departments, &request.user_ids)?;
    Ok(Response { moved_count: moved })
}
