//! `carillon.comment_answer`: answers a comment in the name of the account. An operation of Carillon.

use carillon_domain::comment::{self, MAX_ANSWER_CHARS};
use carillon_model::{error::Result, id::AccountId};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::declare_on_one;
use crate::v1_0::{EmptyResponse, exclusive::publishers::comments::comment_id};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    publisher_id: AccountId,
    /// The comment, by the `commentId` that `carillon.comment_list` or `carillon.comment_query` returns.
    #[schemars(length(min = 1, max = 128))]
    comment_id: String,
    /// The answer in plain text, which readers see below the comment; empty to remove it.
    #[schemars(length(max = MAX_ANSWER_CHARS))]
    text: String,
}

pub fn operation() -> Operation {
    declare_on_one(
        "carillon.comment_answer",
        "/v1.0/carillon/publishers/{publisherId}/comments/{commentId}/answer",
    )
    .put()
    .title("回复评论", "Answer a comment")
    .purpose(
        "以服务号名义回复评论，能看到该评论的读者在其下方看到回复；评论同时标记为已处理。\
         每条评论只有一个回复，再次调用会替换，传空字符串则删除。",
        "Answers a comment in the name of the account, and marks it as done. Readers who see the \
         comment see the answer below it. A comment has one answer: another call replaces it, an \
         empty text removes it.",
    )
    .example(json!({ "publisherId": "svcUnionId0001", "commentId": "7002", "text": "Thank you." }))
    .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let id = comment_id(&request.comment_id);
    comment::answer(tx, &call.env, call.corp(), &request.publisher_id, id, &request.text)?;
    Ok(EmptyResponse {})
}
