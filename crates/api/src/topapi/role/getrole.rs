//! `roles.get`: one role.

use carillon_domain::contact::role;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::{RoleGroupId, RoleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The role.
    #[serde(rename = "roleId")]
    role_id: RoleId,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The role.
    role: Shown,
}

/// A role.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Shown {
    /// Name.
    name: String,
    /// The group that it belongs to.
    group_id: RoleGroupId,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("roles.get", "/topapi/role/getrole")
        .title("获取角色详情", "Get a role")
        .permission("qyapi_get_department_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownRole])
        .bad_field("roleId", codes::of(Rule::UnknownRole))
        .example(json!({ "roleId": 2001 }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let role = role::get(tx, call.corp(), request.role_id)?;
    Ok(Response { role: Shown { name: role.name, group_id: role.group_id } })
}
