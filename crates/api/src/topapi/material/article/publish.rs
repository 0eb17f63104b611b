//! `article.publish`: makes the draft of an article what members read.

use carillon_domain::article::{self, link};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article.
    article_id: ArticleId,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// Where readers find the article.
    url: Option<String>,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("article.publish", "/topapi/material/article/publish")
        .title("发布文章", "Publish an article")
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({ "unionid": "svcUnionId0001", "article_id": 5001 }))
        .write(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let article = article::publish(tx, &call.env, call.corp(), &request.unionid, request.article_id)?;
    Ok(Response {
        url: link::of(&call.env, &call.base_url(), call.corp(), article.id, article.published.is_some()),
    })
}
