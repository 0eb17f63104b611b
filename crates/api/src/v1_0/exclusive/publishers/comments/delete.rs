//! `comments.delete`: deletes a comment on the sends of an account.

use carillon_domain::comment;
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{NO_PUBLISHER, PERMISSION, comment_id};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    publisher_id: AccountId,
    /// The id of the comment, as the list of comments returns it.
    #[schemars(length(min = 1, max = 128))]
    comment_id: String,
}

/// A success is a bare `true`.
pub fn operation() -> Operation {
    Operation::v1("comments.delete", "/v1.0/exclusive/publishers/{publisherId}/comments/{commentId}")
        .delete()
        .title("删除评论", "Delete a comment")
        .purpose(
            "删除成员在服务号文章下的一条评论，连同对它的回复，所有读者都不再看到，且不能恢复。成功时响应体就是 `true`。",
            "Deletes a comment on an article of the account for good, together with its answer; no reader sees it any more. The body of the response is a bare `true`.",
        )
        .permission(PERMISSION)
        .error(Rule::UnknownAccount, NO_PUBLISHER)
        .errors(&[Rule::UnknownComment])
        .example(json!({ "publisherId": "svcUnionId0001", "commentId": "7001" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<bool> {
    comment::delete(tx, call.corp(), &request.publisher_id, comment_id(&request.comment_id))?;
    Ok(true)
}
