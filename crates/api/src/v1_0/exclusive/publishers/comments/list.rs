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
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    publisher_id: AccountId,
    /// The number of the page, from 1.
    #[schemars(range(min = 1))]
    page_number: i64,
    /// The most comments on a page. Decided: at most 100.
    #[schemars(range(min = 1, max = 100))]
    page_size: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The comments of this page, newest first.
    data: Vec<Comment>,
    /// The number of comments on all pages.
    total_count: i64,
}

/// A comment.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Comment {
    /// The id of the comment, for its deletion.
    comment_id: String,
    /// When the comment was written, in ms since 1970.
    comment_time: Timestamp,
    /// The name of the author at that time.
    comment_user_name: String,
    /// The text of the comment, without formatting.
    content: String,
}

pub fn operation() -> Operation {
    Operation::v1("comments.list", "/v1.0/exclusive/publishers/{publisherId}/comments/list")
        .get()
        .title("获取发布号的评论列表", "List the comments of an account")
        .purpose(
            "查询服务号所有群发文章下的评论，包括未精选和已隐藏的评论。列表不区分文章，如需按文章查询或查看作者，请用“获取文章的评论列表”。",
            "Lists the comments on articles that came with sends of the account, also those that are not selected or are hidden. It does not tell articles apart; `carillon.comment_list` lists those of one article, with their authors.",
        )
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
