//! `carillon.article_get`: an article with the draft and its revision. An operation of Carillon.

use carillon_domain::article::{self, article_link};
use carillon_model::{
    error::Result,
    id::{ArticleId, MediaId, UserId},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{ArticleRequest, ViewScope, declare_on_one};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the article, a number.
    article_id: ArticleId,
    /// The revision of the draft, which the next save has to name.
    revision: i64,
    /// The title of the draft.
    title: String,
    /// The content in HTML, as it was received.
    content: String,
    /// The summary, plain text; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// The media id of the cover; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb_media_id: Option<MediaId>,
    /// Whether readers may forward it; if not, only receivers can open an article of scope `organisation`. Applies at once.
    allow_forward: bool,
    /// Who may read the article. A change applies at once, also to what is published.
    view_scope: ViewScope,
    /// When the draft was saved, in ms since 1970.
    save_time: Timestamp,
    /// Userid of the operator who last saved the draft; absent if an app did, or if it never changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// When it was added, in ms since 1970.
    create_time: Timestamp,
    /// When the article was last published, in ms since 1970; absent before the first publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<Timestamp>,
    /// Whether the draft changed after the last publication, so that readers see an older text; false before the first.
    changed: bool,
    /// The address at which readers open the article; absent before the first publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// How many members have opened the article; each counts once.
    user_view_count: i64,
    /// How many times the article was opened, by anybody.
    total_view_count: i64,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.article_get", "/v1.0/carillon/articles/{articleId}")
        .get()
        .title("查询文章草稿", "Get an article with its draft")
        .purpose(
            "查询文章的草稿、修订号、发布情况和阅读数据。返回的是草稿而不是读者看到的内容；\
             `changed` 表示两者是否不同。已删除的文章不能查询。",
            "Returns the draft of an article with its revision, its publication and its views. It is the \
             draft, and not what readers see: `changed` tells whether the draft is newer. A deleted \
             article cannot be read.",
        )
        .shows_article_views()
        .example(json!({ "unionid": "svcUnionId0001", "articleId": 5002 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ArticleRequest) -> Result<Response> {
    let article = article::get(tx, call.corp(), &request.unionid, request.article_id)?;
    let state = article::draft_state(tx, call.corp(), &article)?;
    let is_published = article.published.is_some();
    Ok(Response {
        article_id: article.id,
        revision: state.revision,
        title: article.draft.title,
        content: article.draft.content,
        digest: article.draft.digest,
        thumb_media_id: article.draft.thumb_media_id,
        allow_forward: article.allow_forward,
        view_scope: ViewScope::of(article.public),
        save_time: state.saved_at,
        user_id: state.author,
        create_time: article.create_time,
        publish_time: article.publish_time,
        changed: article.publish_time.is_some_and(|published| article.update_time > published),
        url: article_link::url(&call.env, &call.base_url(), call.corp(), article.id, is_published),
        user_view_count: article.user_view_count,
        total_view_count: article.total_view_count,
    })
}
