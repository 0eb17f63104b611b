//! `carillon.member_sign_on_unlink`: forgets which person of the provider a member is. An operation of Carillon.

use carillon_domain::sign_on;
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::sessions::member;
use crate::v1_0::carillon::{LOCAL, UNKNOWN_MEMBER};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member. Only owners may unlink operators.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Whether the member was linked until now.
    unlinked: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_sign_on_unlink", "/v1.0/carillon/members/{userId}/sign-on")
        .delete()
        .title("解除成员的单点登录关联", "Unlink a member from the provider")
        .purpose(
            "解除成员与单点登录账号的关联，并结束其全部登录会话。成员下次通过单点登录进入时，按设置重新查找对应的成员。",
            "Forgets which person of the provider of single sign-on a member is, and ends all sessions of the member. The next sign-in by the provider finds the member anew.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    member(tx, call, &request.user_id)?;
    Ok(Response { unlinked: sign_on::unlink(tx, call.corp(), &request.user_id)? })
}
