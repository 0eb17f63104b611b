//! `carillon.article_list`: the articles of an account without their contents, those that changed last first. An operation of Carillon.

use carillon_domain::{article, page::page_of};
use carillon_model::{
    article::ArticleHead,
    error::{Error, Result},
    id::{AccountId, ArticleId, MediaId},
    time::Timestamp,
};
use carillon_store::{ArticleFilter, ArticlePosition, Seek, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::declare;

/// Articles on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Only articles in this state; all if absent.
    state: Option<State>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(length(max = 64))]
    next_token: Option<String>,
    /// The number of articles on a page; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

/// Whether an article was published.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum State {
    /// Articles that were never published.
    Draft,
    /// Articles that were published at least once, also with later changes.
    Published,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The articles of this page without their contents, those that changed last first.
    articles: Vec<ArticleRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    /// The number of articles on all pages.
    total_count: i64,
}

/// An article.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ArticleRow {
    /// The id of the article, a number.
    article_id: ArticleId,
    /// The title of the draft.
    title: String,
    /// The summary of the draft, plain text; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// The media id of the draft's cover; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb_media_id: Option<MediaId>,
    /// When the draft last changed, in ms since 1970.
    update_time: Timestamp,
    /// When the article was last published, in ms since 1970; absent before the first publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<Timestamp>,
    /// Whether the draft changed after the last publication, so that readers see an older text; false before the first.
    changed: bool,
}

pub fn operation() -> Operation {
    declare("carillon.article_list", "/v1.0/carillon/articles")
        .get()
        .title("查询文章草稿列表", "List the articles of an account")
        .purpose(
            "分页查询服务号的文章，不含正文，最近修改的在前，可按是否发布过筛选。已删除的文章不在其中。",
            "Lists the articles of a service account in pages without their contents, the last changed \
             first. It can be limited to published or unpublished ones. Deleted ones are left out.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "state": "published", "maxResults": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let published = request.state.map(|state| matches!(state, State::Published));
    let filter = ArticleFilter { published, deleted: Some(false) };
    let seek = match &request.next_token {
        None => Seek::First,
        Some(token) => {
            let position = ArticlePosition::parse(token);
            Seek::After(
                position.ok_or_else(|| Error::invalid("nextToken", "is not that of a previous page"))?,
            )
        }
    };
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let (corp, account) = (call.corp(), &request.unionid);
    let found = article::heads(tx, corp, account, (filter, None), seek, size + 1)?;
    let (heads, has_more) = page_of(found.rows, size);
    Ok(Response {
        next_token: heads.last().filter(|_| has_more).map(|head| ArticlePosition::of(head).to_string()),
        articles: heads.into_iter().map(row).collect(),
        total_count: article::count(tx, corp, account, filter)?,
    })
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
