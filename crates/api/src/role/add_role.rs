//! `roles.create`: adds a role.

use carillon_domain::contact::role;
use carillon_model::{
    error::{Result, Rule},
    id::{RoleGroupId, RoleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// Name, unique in its group.
    #[schemars(length(min = 1))]
    role_name: String,
    /// The group.
    group_id: RoleGroupId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The new role.
    role_id: RoleId,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.create", "/role/add_role")
        .title("创建角色", "Create a role")
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::RoleIncomplete, Rule::UnknownRoleGroup, Rule::RoleNameTaken])
        .bad_field("roleName", codes::of(Rule::RoleIncomplete))
        .bad_field("groupId", codes::of(Rule::RoleIncomplete))
        .example(json!({ "roleName": "Editor", "groupId": 3001 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let role_id = role::add(tx, &call.env, call.corp(), request.group_id, &request.role_name)?;
    Ok(Response { role_id })
}
