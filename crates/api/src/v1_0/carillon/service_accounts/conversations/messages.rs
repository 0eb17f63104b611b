//! `carillon.conversation_messages`: the messages of a conversation. An operation of Carillon.

use carillon_model::{
    error::Result,
    id::{AccountId, SendSeq, UserId},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{MessageRow, declare_on_one, key};

/// Messages on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 50;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Userid of the member. The member need not have a conversation with the account.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(range(min = 1))]
    next_token: Option<i64>,
    /// The number of messages on a page; 50 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The messages of this page, newest first. Mass sends are not among them.
    messages: Vec<MessageRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<i64>,
    /// When the member wrote the first message without a reply, in ms since 1970; absent if the member does not wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_since: Option<Timestamp>,
    /// Userid of the operator to whom the conversation is assigned; absent if it is assigned to nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_id: Option<UserId>,
    /// Whether the account has blocked the member.
    blocked: bool,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/conversations/{userId}/messages";
    declare_on_one("carillon.conversation_messages", path)
        .get()
        .title("查询会话消息", "Read a conversation")
        .purpose(
            "分页查询与一位成员的会话消息，从新到旧，并返回是否等待回复、负责人和是否被拉黑。\
             群发消息不在其中；没有会话时返回空列表。",
            "Returns the messages of one conversation in pages, newest first, with its state. Mass sends \
             are not among them. Without a conversation the list is empty.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "userId": "user01", "maxResults": 50 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let key = key(tx, call, request.unionid, &request.user_id)?;
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let before = SendSeq(request.next_token.unwrap_or(i64::MAX));
    // One more than requested shows whether there is a next page.
    let mut found = tx.chat_messages(&key, SendSeq(i64::MIN)..before, size + 1)?;
    let has_more = found.len() > size;
    found.truncate(size);
    let conversation = tx.conversation(&key)?;
    let assignee = match conversation.as_ref().and_then(|conversation| conversation.assignee) {
        Some(assignee) => tx.member_name(&key.corp, assignee)?.map(|(userid, _)| userid),
        None => None,
    };
    let audience = tx.state().corp(&key.corp)?.account_audience(&key.account);
    Ok(Response {
        next_token: found.last().filter(|_| has_more).map(|last| last.seq.0),
        messages: found.into_iter().map(MessageRow::of).collect(),
        waiting_since: conversation.and_then(|conversation| conversation.waiting_since),
        operator_id: assignee,
        blocked: audience.blocked.members().contains(key.member),
    })
}
