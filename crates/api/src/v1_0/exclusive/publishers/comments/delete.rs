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
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    publisher_id: AccountId,
    /// The comment.
    #[schemars(length(min = 1, max = 128))]
    comment_id: String,
}

/// A success is a bare `true`.
pub fn operation() -> Operation {
    Operation::v1("comments.delete", "/v1.0/exclusive/publishers/{publisherId}/comments/{commentId}")
        .delete()
        .title("删除评论", "Delete a comment")
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
