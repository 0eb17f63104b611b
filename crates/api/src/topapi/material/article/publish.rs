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
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article, by the `article_id` that `article.add` returned.
    article_id: ArticleId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The address for readers, the same after every publication.
    url: Option<String>,
}

pub fn operation() -> Operation {
    Operation::legacy("article.publish", "/topapi/material/article/publish")
        .title("发布文章", "Publish an article")
        .purpose(
            "把文章的当前草稿发布给读者，并返回文章链接。每次修改草稿后都要再次发布；链接不变，\
             已发出的图文卡片也会显示新内容。发布本身不会发送消息。",
            "Publishes the current draft of an article to its readers and returns its link. Each change of the \
             draft needs another publication; the link stays the same, and cards that were sent show the new text. \
             Publishing sends no message.",
        )
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
