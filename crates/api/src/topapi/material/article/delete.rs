//! `article.delete`: deletes an article permanently.

use carillon_domain::article;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article.
    article_id: ArticleId,
}

pub fn operation() -> Operation {
    Operation::legacy("article.delete", "/topapi/material/article/delete")
        .title("删除文章", "Delete an article")
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({ "unionid": "svcUnionId0001", "article_id": 5003 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    article::delete(tx, call.corp(), &request.unionid, request.article_id)?;
    Ok(EmptyResponse {})
}
