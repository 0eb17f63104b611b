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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Userid of the member. The member need not have a conversation with the account.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// True to block the member, who then gets nothing from the account and cannot write to it; false to lift the block.
    blocked: bool,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/conversations/{userId}/blocked";
    declare_on_one("carillon.conversation_block", path)
        .put()
        .title("拉黑或解除拉黑成员", "Block a member")
        .purpose(
            "拉黑一位成员，或移出黑名单，不影响名单中的其他人。被拉黑的成员收不到该服务号的消息，\
             也不能给它发消息，原有会话保留。每个服务号最多拉黑 1000 人。",
            "Blocks one member, or lifts the block, without touching the rest of the list. A blocked \
             member gets nothing from the account and cannot write to it; the conversation remains. An \
             account can block at most 1,000 members.",
        )
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
