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
    /// The article.
    article_id: ArticleId,
    /// The revision of the draft, which a change has to name.
    revision: i64,
    /// Headline.
    title: String,
    /// HTML, as it was received.
    content: String,
    /// Summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// Cover: the id of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb_media_id: Option<MediaId>,
    /// Whether readers may forward it.
    allow_forward: bool,
    /// Who may read it.
    view_scope: ViewScope,
    /// When the draft was saved, in ms.
    save_time: Timestamp,
    /// The operator who saved it; absent for an app.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// When it was added, in ms.
    create_time: Timestamp,
    /// When it was last published, in ms; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<Timestamp>,
    /// Whether what members read is older than the draft.
    changed: bool,
    /// The address for readers; absent before the first publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Members who have read it.
    user_view_count: i64,
    /// Times it was opened.
    total_view_count: i64,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.article_get", "/v1.0/carillon/articles/{articleId}")
        .get()
        .title("查询文章草稿", "Get an article with its draft")
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
