//! `carillon.comment_hidden`: hides a comment from all but its author, or shows it again. An operation of Carillon.

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
    /// True to show the comment to its author alone, which also deselects it; false to show it again.
    hidden: bool,
}

pub fn operation() -> Operation {
    declare_on_one(
        "carillon.comment_hidden",
        "/v1.0/carillon/publishers/{publisherId}/comments/{commentId}/hidden",
    )
    .put()
    .title("隐藏评论", "Hide a comment")
    .purpose(
        "隐藏评论，使其仅作者可见并取消精选；或恢复显示，此时评论标记为已处理，但不会重新精选。\
         作者不会收到通知。",
        "Hides a comment from all but its author and deselects it, or shows it again as done. The \
         author is not notified. A comment that is shown again is not selected.",
    )
    .example(json!({ "publisherId": "svcUnionId0001", "commentId": "7002", "hidden": false }))
    .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let id = comment_id(&request.comment_id);
    comment::hide(tx, call.corp(), &request.publisher_id, id, request.hidden)?;
    Ok(EmptyResponse {})
}
