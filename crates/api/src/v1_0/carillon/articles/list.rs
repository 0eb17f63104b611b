//! `carillon.article_list`: the articles of an account without their contents, those that changed last first. An operation of Carillon.

use carillon_domain::{article, page::Page};
use carillon_model::{
    article::ArticleHead,
    error::Result,
    id::{AccountId, ArticleId, MediaId},
    time::Timestamp,
};
use carillon_store::{ArticleFilter, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::declare;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Only articles in this state; all if absent.
    state: Option<State>,
    /// The number of the page, from 1.
    #[schemars(range(min = 1))]
    page_number: i64,
    /// Articles on a page.
    #[schemars(range(min = 1, max = 100))]
    page_size: i64,
}

/// Whether an article was published.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum State {
    /// Never.
    Draft,
    /// At least once.
    Published,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The articles of this page.
    articles: Vec<ArticleRow>,
    /// Articles on all pages.
    total_count: i64,
}

/// An article.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ArticleRow {
    /// Its id.
    article_id: ArticleId,
    /// The headline of the draft.
    title: String,
    /// The summary of the draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// The cover of the draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb_media_id: Option<MediaId>,
    /// When the draft last changed, in ms.
    update_time: Timestamp,
    /// When it was last published, in ms; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<Timestamp>,
    /// Whether what members read is older than the draft.
    changed: bool,
}

pub fn operation() -> Operation {
    declare("carillon.article_list", "/v1.0/carillon/articles")
        .get()
        .title("查询文章草稿列表", "List the articles of an account")
        .example(
            json!({ "unionid": "svcUnionId0001", "state": "published", "pageNumber": 1, "pageSize": 20 }),
        )
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let published = request.state.map(|state| matches!(state, State::Published));
    let filter = ArticleFilter { published, deleted: Some(false) };
    let page = Page { start: request.page_number, size: request.page_size };
    let found = article::heads(tx, call.corp(), &request.unionid, filter, page)?;
    let articles = found.items.into_iter().map(row).collect();
    Ok(Response { articles, total_count: found.total })
}

fn row(head: ArticleHead) -> ArticleRow {
    ArticleRow {
        article_id: head.id,
        title: head.draft.title,
        digest: head.draft.digest,
        thumb_media_id: head.draft.thumb_media_id,
        update_time: head.update_time,
        publish_time: head.publish_time,
        changed: head.publish_time.is_some_and(|published| head.update_time > published),
    }
}
