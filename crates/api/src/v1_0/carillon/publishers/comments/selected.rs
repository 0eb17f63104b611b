//! `carillon.comment_selected`: selects or deselects a comment. Readers of a send with `comment_type` 1 see only selected comments. An
//! operation of Carillon.

use carillon_domain::comment;
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::{
    EmptyResponse,
    exclusive::publishers::comments::{NO_PUBLISHER, PERMISSION, comment_id},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    publisher_id: AccountId,
    /// The comment, by the `commentId` that `carillon.comment_list` or `carillon.comment_query` returns.
    #[schemars(length(min = 1, max = 128))]
    comment_id: String,
    /// True to select the comment, false to deselect it.
    selected: bool,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/publishers/{publisherId}/comments/{commentId}/selected";
    Operation::v1("carillon.comment_selected", path)
        .put()
        .title("精选评论", "Select a comment")
        .purpose(
            "把评论设为精选，或取消精选；`comment_type` 为 1 的群发只向读者显示精选评论。\
             评论同时标记为已处理，设为精选会解除隐藏。",
            "Selects or deselects a comment, and marks it as done. Readers of a send with `comment_type` \
             1 see only selected comments and their own. Selecting a hidden comment shows it again.",
        )
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Agent])
        .account_field("publisherId")
        .error(Rule::UnknownAccount, NO_PUBLISHER)
        .errors(&[Rule::UnknownComment])
        .example(json!({ "publisherId": "svcUnionId0001", "commentId": "7002", "selected": true }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let id = comment_id(&request.comment_id);
    comment::select(tx, call.corp(), &request.publisher_id, id, request.selected)?;
    Ok(EmptyResponse {})
}
