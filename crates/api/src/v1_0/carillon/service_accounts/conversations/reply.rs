//! `carillon.conversation_reply`: replies to a member with a text. An operation of Carillon.

use carillon_domain::chat::operator;
use carillon_model::{
    chat::ChatAuthor,
    error::{Result, Rule},
    id::{AccountId, MessageId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{declare_on_one, existing};
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// A member who has written to it, or has received messages in the conversation.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// The text. The member does not wait for a reply any more.
    #[schemars(length(min = 1, max = 5000))]
    text: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the message.
    message_id: MessageId,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/conversations/{userId}/replies";
    declare_on_one("carillon.conversation_reply", path)
        .title("回复会话", "Reply in a conversation")
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .errors(&[Rule::MemberBlocked, Rule::ChatTextEmpty])
        .example(json!({ "unionid": "svcUnionId0001", "userId": "user01", "text": "Hello" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let author = match call.caller {
        Caller::App(_) => ChatAuthor::Webhook,
        Caller::Operator(_) | Caller::Member(_) | Caller::Local(_) => ChatAuthor::Operator,
    };
    let key = existing(tx, call, request.unionid, &request.user_id)?;
    let posted = operator::reply_as(tx, &call.env, &key, author, &request.text)?;
    Ok(Response { message_id: posted.id })
}
