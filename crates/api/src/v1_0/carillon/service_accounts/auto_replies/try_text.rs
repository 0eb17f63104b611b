//! `carillon.auto_replies_try`: what a service account would reply to a text. An operation of Carillon.

use carillon_domain::chat::auto_reply::MAX_TEXT_CHARS;
use carillon_model::{error::Result, id::AccountId, operator::OperatorRole};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Reply;
use crate::v1_0::carillon::service_accounts::declare;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// A text as a member would write it to the account.
    #[schemars(length(min = 1, max = MAX_TEXT_CHARS))]
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The index of the rule that applies, from 0; absent if none does, and the member waits for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<usize>,
    /// The reply of that rule; absent if no rule applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<Reply>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/auto-replies/try";
    declare("carillon.auto_replies_try", path, &[OperatorRole::Editor])
        .title("试一试自动回复", "Try the automatic replies of a service account")
        .purpose(
            "用一段文字测试当前保存的关键词规则，返回匹配的规则及其回复。不发送消息，也不做任何修改；\
             不涉及欢迎语。",
            "Tests the stored keyword rules with a text, and returns the rule that applies with its \
             reply. Nothing is sent or changed, and the greeting plays no part.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "text": "Is there wifi?" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    state.account(&request.unionid)?;
    let replies = state.auto_replies(&request.unionid);
    let applies = replies.rule_for(&request.text);
    let reply = applies.map(|(_, rule)| Reply::of(&rule.reply)).transpose()?;
    Ok(Response { rule: applies.map(|(index, _)| index), reply })
}
