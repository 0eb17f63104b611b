//! `carillon.comment_done`: marks a comment as done. An operation of Carillon.

use carillon_domain::comment;
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
}

pub fn operation() -> Operation {
    declare_on_one(
        "carillon.comment_done",
        "/v1.0/carillon/publishers/{publisherId}/comments/{commentId}/done",
    )
    .title("标记评论已处理", "Mark a comment as done")
    .purpose(
        "把评论标记为已处理，读者看到的内容不变。已隐藏的评论仍为隐藏。",
        "Marks a comment as done, which changes nothing for readers. A hidden comment stays hidden.",
    )
    .example(json!({ "publisherId": "svcUnionId0001", "commentId": "7002" }))
    .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let id = comment_id(&request.comment_id);
    comment::mark_as_done(tx, call.corp(), &request.publisher_id, id)?;
    Ok(EmptyResponse {})
}
