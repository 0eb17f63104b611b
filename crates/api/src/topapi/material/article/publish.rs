//! `article.publish`: publishes the draft of an article.

use carillon_domain::article::{self, article_link};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article.
    article_id: ArticleId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The address for readers.
    url: Option<String>,
}

pub fn operation() -> Operation {
    Operation::legacy("article.publish", "/topapi/material/article/publish")
        .title("发布文章", "Publish an article")
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({ "unionid": "svcUnionId0001", "article_id": 5002 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let article = article::publish(tx, &call.env, call.corp(), &request.unionid, request.article_id)?;
    Ok(Response {
        url: article_link::url(
            &call.env,
            &call.base_url(),
            call.corp(),
            article.id,
            article.published.is_some(),
        ),
    })
}
