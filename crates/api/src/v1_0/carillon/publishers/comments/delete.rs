//! `carillon.comment_delete`: deletes a comment. An operation of Carillon, for operators: the one that the generated clients know is for
//! apps.

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
}

pub fn operation() -> Operation {
    Operation::v1("carillon.comment_delete", "/v1.0/carillon/publishers/{publisherId}/comments/{commentId}")
        .delete()
        .title("删除文章评论", "Delete a comment as an operator")
        .purpose(
            "永久删除一条评论及服务号对它的回复，读者不再看到。若只想让其他读者看不到，可改用“隐藏评论”。",
            "Deletes a comment for good, with the answer of the account. To take it away from other \
             readers only, use `carillon.comment_hidden`.",
        )
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Agent])
        .account_field("publisherId")
        .error(Rule::UnknownAccount, NO_PUBLISHER)
        .errors(&[Rule::UnknownComment])
        .example(json!({ "publisherId": "svcUnionId0001", "commentId": "7002" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let id = comment_id(&request.comment_id);
    comment::delete(tx, call.corp(), &request.publisher_id, id)?;
    Ok(EmptyResponse {})
}
