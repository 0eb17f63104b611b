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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article, by the `articleId` that `carillon.article_list` returns. Its draft needs a title and content.
    article_id: ArticleId,
    /// The revision to publish; if the draft has another one, nothing is published. Absent: the draft as it is now.
    #[schemars(range(min = 0))]
    revision: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The address at which readers open the article.
    url: String,
    /// When the draft was published, in ms since 1970.
    publish_time: Timestamp,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.article_publish", "/v1.0/carillon/articles/{articleId}/publish")
        .title("发布文章草稿", "Publish a revision of an article")
        .purpose(
            "发布当前草稿，读者随即看到，并返回阅读地址；草稿须有标题和正文。\
             再次发布会替换之前发布的内容。发布不会向成员发送消息，群发需另行操作。",
            "Makes the draft what readers see, and returns its address; it needs a title and content. \
             Publishing again replaces the earlier text. It sends nothing: a mass send is another \
             operation.",
        )
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
