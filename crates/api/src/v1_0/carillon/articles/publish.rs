//! `carillon.article_publish`: publishes the draft of an article. An operation of Carillon: the vendor's does not name a revision.

use carillon_domain::article::{self, article_link};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::declare_on_one;
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article. Its draft needs a headline and content.
    article_id: ArticleId,
    /// The revision to publish: if the draft has another, nothing is published. The draft as it is if absent.
    #[schemars(range(min = 0))]
    revision: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The address for readers.
    url: String,
    /// When it was published, in ms.
    publish_time: Timestamp,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.article_publish", "/v1.0/carillon/articles/{articleId}/publish")
        .title("发布文章草稿", "Publish a revision of an article")
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .errors(&[Rule::DraftChanged])
        .example(json!({ "unionid": "svcUnionId0001", "articleId": 5002, "revision": 1 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let (env, corp) = (&call.env, call.corp());
    let article =
        article::publish_revision(tx, env, corp, &request.unionid, request.article_id, request.revision)?;
    let url = article_link::url(env, &call.base_url(), corp, article.id, article.published.is_some());
    let (Some(url), Some(publish_time)) = (url, article.publish_time) else {
        return Err(Error::internal("a published article has no address"));
    };
    Ok(Response { url, publish_time })
}
