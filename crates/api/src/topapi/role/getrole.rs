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

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The role.
    #[serde(rename = "roleId")]
    role_id: RoleId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The role.
    role: RoleView,
}

/// A role.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RoleView {
    /// Name.
    name: String,
    /// The group that it belongs to.
    group_id: RoleGroupId,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.get", "/topapi/role/getrole")
        .title("获取角色详情", "Get a role")
        .permission("qyapi_get_department_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownRole])
        .bad_field("roleId", codes::of(Rule::UnknownRole))
        .example(json!({ "roleId": 2001 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let role = role::get(tx, call.corp(), request.role_id)?;
    Ok(Response { role: RoleView { name: role.name, group_id: role.group_id } })
}
