//! `comments.list`: the comments on the sends of an account.

use carillon_domain::{comment, page::Page};
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{NO_PUBLISHER, PERMISSION};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    publisher_id: AccountId,
    /// The number of the page, from 1.
    #[schemars(range(min = 1))]
    page_number: i64,
    /// Comments on a page. Decided: at most 100.
    #[schemars(range(min = 1, max = 100))]
    page_size: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The comments of this page, newest first.
    data: Vec<Comment>,
    /// Comments on all pages.
    total_count: i64,
}

/// A comment.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Comment {
    /// Its id.
    comment_id: String,
    /// When it was written, in ms.
    comment_time: Timestamp,
    /// The name of the author at that time.
    comment_user_name: String,
    /// Plain text.
    content: String,
}

pub fn operation() -> Operation {
    Operation::v1("comments.list", "/v1.0/exclusive/publishers/{publisherId}/comments/list")
        .get()
        .title("获取发布号的评论列表", "List the comments of an account")
        .permission(PERMISSION)
        .error(Rule::UnknownAccount, NO_PUBLISHER)
        .example(json!({ "publisherId": "svcUnionId0001", "pageNumber": 1, "pageSize": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let page = Page { start: request.page_number, size: request.page_size };
    let page = comment::list(tx, call.corp(), &request.publisher_id, page)?;
    let data = page.items.into_iter().map(|comment| Comment {
        comment_id: comment.id.to_string(),
        comment_time: comment.created_at,
        comment_user_name: comment.author_name,
        content: comment.content,
    });
    Ok(Response { data: data.collect(), total_count: page.total })
}
