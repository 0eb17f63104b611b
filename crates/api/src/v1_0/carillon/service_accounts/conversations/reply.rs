//! `carillon.conversation_reply`: replies to a member with a text, a picture, a card or articles. An operation of Carillon.

use carillon_domain::chat::operator::{self, Reply};
use carillon_model::{
    chat::ChatAuthor,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CardId, MediaId, MessageId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation, Reaches};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{declare_on_one, existing};
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Userid of a member who has a conversation with the account: who wrote to it, or got messages in the conversation.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// The text of the reply, plain text. Exactly one of `text`, `mediaId`, `cardId` and `articleIds` is present.
    #[schemars(length(min = 1, max = 5000))]
    text: Option<String>,
    /// The media id of a picture that the account or an app uploaded.
    #[schemars(length(min = 1, max = 128))]
    media_id: Option<MediaId>,
    /// The id of a card of the account with at least one published article, from `carillon.card_list`.
    #[schemars(length(min = 1, max = 128))]
    card_id: Option<CardId>,
    /// Ids of published articles of the account, in their order. They are sent on one card.
    #[schemars(length(min = 1, max = 8))]
    article_ids: Option<Vec<ArticleId>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the posted message, as `carillon.conversation_messages` lists it.
    message_id: MessageId,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/conversations/{userId}/replies";
    declare_on_one("carillon.conversation_reply", path)
        .title("回复会话", "Reply in a conversation")
        .purpose(
            "在会话中以服务号名义回复一条文字、图片、图文卡片或若干文章，成员立即收到，会话不再等待回复。\
             只能回复已有会话的成员，不能主动发起会话。",
            "Replies to a member in the name of the account with a text, a picture, a card or articles. \
             The member gets it at once and no longer waits. It cannot begin a conversation.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .errors(&[Rule::MemberBlocked, Rule::ChatTextEmpty])
        .reaches(Reaches::OneMember)
        .example(json!({ "unionid": "svcUnionId0001", "userId": "user01", "text": "Hello" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let author = match call.caller {
        Caller::App(_) => ChatAuthor::Webhook,
        Caller::Operator(_) | Caller::Member(_) | Caller::Local(_) => ChatAuthor::Operator,
    };
    let key = existing(tx, call, request.unionid, &request.user_id)?;
    let reply = match (request.text, request.media_id, request.card_id, request.article_ids) {
        (Some(text), None, None, None) => Reply::Text(text),
        (None, Some(media), None, None) => Reply::Picture(media),
        (None, None, Some(card), None) => Reply::Card(card),
        (None, None, None, Some(articles)) => Reply::Articles(articles),
        _ => {
            let reason = "or else mediaId, cardId or articleIds is needed, exactly one of them";
            return Err(Error::invalid("text", reason));
        }
    };
    let posted = operator::reply_as(tx, &call.env, &key, author, reply)?;
    Ok(Response { message_id: posted.id })
}
