//! `carillon.comment_list`: the comments on an article, and whether each is selected. An operation of Carillon: the list that the
//! generated clients know has neither.

use carillon_domain::{comment, page::Page};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::CommentRow;
use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::publishers::comments::{NO_PUBLISHER, PERMISSION};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    publisher_id: AccountId,
    /// An article of the account, by its `articleId`; it may be deleted.
    article_id: ArticleId,
    /// True for selected comments only, false for the others only; all if absent.
    selected: Option<bool>,
    /// The number of the page, from 1 on.
    #[schemars(range(min = 1))]
    page_number: i64,
    /// The number of comments on a page.
    #[schemars(range(min = 1, max = 100))]
    page_size: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The comments of this page, newest first.
    data: Vec<CommentRow>,
    /// The number of comments on all pages.
    total_count: i64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.comment_list", "/v1.0/carillon/publishers/{publisherId}/comments")
        .get()
        .title("获取文章的评论列表", "List the comments below an article")
        .purpose(
            "分页查询一篇文章的全部评论，从新到旧，包括未精选和已隐藏的，并返回服务号的回复和处理状态。\
             已删除文章的评论也可以查询。",
            "Lists all comments on one article in pages, newest first, also hidden ones, with the \
             answers of the account and what was done about each. The article may be deleted.",
        )
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Agent])
        .account_field("publisherId")
        .error(Rule::UnknownAccount, NO_PUBLISHER)
        .example(json!({
            "publisherId": "svcUnionId0001",
            "articleId": 5001,
            "selected": true,
            "pageNumber": 1,
            "pageSize": 20,
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let page = Page { start: request.page_number, size: request.page_size };
    let (account, article) = (&request.publisher_id, request.article_id);
    let page = comment::of_article(tx, call.corp(), account, article, request.selected, page)?;
    let data = page.items.into_iter().map(CommentRow::of);
    Ok(Response { data: data.collect(), total_count: page.total })
}
