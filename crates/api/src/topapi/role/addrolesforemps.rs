//! `roles.add_members`: gives roles to members.

use carillon_domain::contact::role;
use carillon_model::{
    error::Result,
    id::{RoleId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The roles, not of the default group.
    #[schemars(length(max = 20))]
    role_ids: Vec<RoleId>,
    /// The members.
    #[schemars(length(max = 20))]
    user_ids: Vec<UserId>,
}

pub fn operation() -> Operation {
    super::declare_member_change("roles.add_members", "/topapi/role/addrolesforemps")
        .title("批量增加员工角色", "Give roles to people")
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    role::give(tx, &call.env, call.corp(), &request.role_ids, &request.user_ids)?;
    Ok(EmptyResponse {})
}
