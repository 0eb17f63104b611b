//! `carillon.conversation_block`: blocks a member, or lifts the block. An operation of Carillon.

use carillon_domain::account::audience;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{declare_on_one, key};
use crate::v1_0::{
    EmptyResponse, carillon::service_accounts::UNKNOWN_USER, exclusive::follow::message::UNKNOWN_ACCOUNT,
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The member.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// Whether the member is blocked: receives nothing from the account and cannot write to it. An account can block 1,000 members.
    blocked: bool,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/conversations/{userId}/blocked";
    declare_on_one("carillon.conversation_block", path)
        .put()
        .title("拉黑或解除拉黑成员", "Block a member")
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::TooManyUsers, UNKNOWN_USER)
        .example(json!({ "unionid": "svcUnionId0001", "userId": "user01", "blocked": true }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let key = key(tx, call, request.unionid, &request.user_id)?;
    audience::set_member_blocked(tx, &key.corp, &key.account, &request.user_id, request.blocked)?;
    Ok(EmptyResponse {})
}
