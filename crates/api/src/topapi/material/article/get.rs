//! `article.get`: one article: its draft.

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

use crate::topapi::material::shown::ShownArticle;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article.
    article_id: ArticleId,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("article.get", "/topapi/material/article/get")
        .title("获取文章详情", "Get one article")
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({ "unionid": "svcUnionId0001", "article_id": 5001 }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<ShownArticle> {
    let article = article::get(tx, call.corp(), &request.unionid, request.article_id)?;
    Ok(ShownArticle::of(call, article))
}
