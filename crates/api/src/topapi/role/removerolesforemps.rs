//! `roles.remove_members`: takes roles from members.

use carillon_domain::contact::role;
use carillon_model::{
    error::{Result, Rule},
    id::{RoleId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::Done;

/// The request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The roles, none of the default group.
    #[schemars(length(max = 20))]
    role_ids: Vec<RoleId>,
    /// The members.
    #[schemars(length(max = 100))]
    user_ids: Vec<UserId>,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("roles.remove_members", "/topapi/role/removerolesforemps")
        .title("批量删除员工角色", "Take roles from people")
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::UnknownRole, Rule::UnknownUser])
        .bad_field("roleIds", codes::of(Rule::UnknownRole))
        .bad_field("userIds", codes::of(Rule::UnknownUser))
        .too_long("userIds", super::TOO_MANY_USERIDS)
        .example(json!({ "roleIds": "2001,2002", "userIds": "user01" }))
        .write(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Done> {
    role::take(tx, &call.env, call.corp(), &request.role_ids, &request.user_ids)?;
    Ok(Done {})
}
