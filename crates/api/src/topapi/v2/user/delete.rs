//! `contacts.user_delete`: removes a member.

use carillon_domain::contact::{manage, user};
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

/// Decided: operations on operators are not open to apps, so a member with a role of the console cannot be deleted here. Nothing like it
/// is documented.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The member.
    #[schemars(length(min = 1, max = 64))]
    userid: UserId,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_delete", "/topapi/v2/user/delete")
        .title("删除用户", "Delete a user")
        .permission("qyapi_manage_addresslist")
        .error(Rule::UnknownUser, super::UNKNOWN_USER)
        .errors(&[Rule::MemberIsOperator])
        .bad_input(codes::BAD_PARAMETER_400002)
        .bad_field("userid", super::BAD_USERID)
        .missing("userid", codes::BAD_PARAMETER_400002)
        .example(json!({ "userid": "user05" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    manage::require_removable_by_apps(tx, call.corp(), &request.userid)?;
    user::delete(tx, &call.env, call.corp(), &request.userid)?;
    Ok(EmptyResponse {})
}
