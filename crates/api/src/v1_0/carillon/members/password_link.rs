//! `carillon.member_password_link`: makes a link by which a member chooses a password and signs in, once. An operation of Carillon.

use carillon_domain::{contact::manage, operator};
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::resets;
use crate::v1_0::carillon::{LOCAL, UNKNOWN_MEMBER};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The member. Links that the member had before end. Only owners may make links for operators.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The address. It is returned only here: whoever has it can sign in as the member.
    url: String,
    /// When it expires, in ms.
    expire_time: Timestamp,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_password_link", "/v1.0/carillon/members/{userId}/password-link")
        .title("生成成员的设密链接", "Make a password link for a member")
        .callers(LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    manage::resettable(tx, call.corp(), &request.user_id, resets(call))?;
    let link = operator::create_link(tx, &call.env, call.corp(), &request.user_id)?;
    Ok(Response { url: format!("{}{}", call.base_url(), link.path()), expire_time: link.expires_at })
}
