//! `carillon.article_create`: adds an article, which may be without content. An operation of Carillon.

use carillon_domain::article::{self, NewArticle};
use carillon_model::{
    article::ArticleText,
    error::{Result, Rule},
    id::{AccountId, ArticleId, MediaId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ViewScope, declare, require_title};
use crate::{topapi::material::non_blank, v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The caller's id of the article, an idempotency key: a request with a known one returns the existing article.
    #[schemars(length(min = 1, max = 128))]
    uuid: String,
    /// The title of the article; must not be blank.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// The content in HTML. It is stored unchanged and sanitized for display; empty if absent.
    #[schemars(length(max = 500_000))]
    content: Option<String>,
    /// The summary, plain text; absent: none.
    #[schemars(length(max = 1024))]
    digest: Option<String>,
    /// The media id of the cover, an uploaded picture; absent: none.
    #[schemars(length(max = 128))]
    thumb_media_id: Option<MediaId>,
    /// Whether readers may forward it; if not, only receivers can open an article of scope `organisation`. True if absent.
    allow_forward: Option<bool>,
    /// Who may read the article; `organisation` if absent.
    view_scope: Option<ViewScope>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the new article, or of the one that has the `uuid` already.
    article_id: ArticleId,
    /// The revision of the article's draft, which the next save has to name.
    revision: i64,
}

pub fn operation() -> Operation {
    declare("carillon.article_create", "/v1.0/carillon/articles")
        .title("新建文章草稿", "Add an article")
        .purpose(
            "新建一篇文章草稿，可以暂时没有正文；发布后读者才能看到。`uuid` 用于幂等：\
             重复的 `uuid` 返回原有文章，不做任何修改。",
            "Adds an article as a draft, which may be without content. Readers see it after it is \
             published. A repeated `uuid` returns the existing article and changes nothing.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({
            "unionid": "svcUnionId0001",
            "uuid": "7d9f2c1e-0004",
            "title": "The new library",
            "content": "<p>It opens on Monday.</p>",
            "digest": "A short summary",
            "thumbMediaId": "@lADOcover001",
            "allowForward": true,
            "viewScope": "organisation",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    require_title(&request.title)?;
    let text = ArticleText {
        title: request.title,
        content: request.content.unwrap_or_default(),
        digest: request.digest,
        thumb_media_id: non_blank(request.thumb_media_id),
    };
    let new = NewArticle {
        account: request.unionid,
        uuid: request.uuid,
        text,
        allow_forward: request.allow_forward,
        public: request.view_scope.map(ViewScope::is_public),
    };
    let article_id = article::add(tx, &call.env, call.corp(), new)?;
    Ok(Response { article_id, revision: tx.article_revision(call.corp(), article_id)? })
}
