//! `roles.delete`: removes a role.

use carillon_domain::contact::role;
use carillon_model::{
    error::{Result, Rule},
    id::RoleId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The role: not of the default group, and without members.
    role_id: RoleId,
}

pub fn operation() -> Operation {
    Operation::legacy("roles.delete", "/topapi/role/deleterole")
        .title("删除角色", "Delete a role")
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::UnknownRole, Rule::SystemRole, Rule::RoleHeld])
        .bad_field("role_id", codes::of(Rule::UnknownRole))
        .example(json!({ "role_id": 2003 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    role::delete(tx, &call.env, call.corp(), request.role_id)?;
    Ok(EmptyResponse {})
}
