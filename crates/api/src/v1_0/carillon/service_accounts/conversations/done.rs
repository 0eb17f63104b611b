//! `carillon.conversation_done`: marks a conversation as done without a reply. An operation of Carillon.

use carillon_domain::chat::operator;
use carillon_model::{
    error::Result,
    id::{AccountId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{declare_on_one, existing};
use crate::v1_0::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Userid of the member, who has a conversation with the account. Nothing happens if the member does not wait.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/conversations/{userId}/done";
    declare_on_one("carillon.conversation_done", path)
        .title("标记会话已处理", "Mark a conversation as done")
        .purpose(
            "把会话标记为已处理而不回复：不再列入等待回复的会话，成员不会收到任何消息。\
             成员再次发消息后会重新开始等待。",
            "Takes a conversation off the list of those that wait for a reply, without a message to the \
             member. It waits again when the member writes next.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "userId": "user01" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let key = existing(tx, call, request.unionid, &request.user_id)?;
    operator::mark_as_done(tx, &key)?;
    Ok(EmptyResponse {})
}
