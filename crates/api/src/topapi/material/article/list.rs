//! `article.list`: lists the articles of a service account, newest first.

use carillon_domain::{article, page::Page};
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
};
use carillon_store::{ArticleFilter, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::material::article_view::ArticleView;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Articles on a page.
    #[schemars(range(min = 1, max = 20), extend("x-aliases" = ["pageSize"]))]
    page_size: i64,
    /// The number of the page, from 1.
    #[schemars(range(min = 1), extend("x-aliases" = ["pageStart"]))]
    page_start: i64,
    /// Only those never published (0) or published (1); without it, both.
    #[serde(rename = "publishStatus")]
    #[schemars(extend("enum" = [0, 1], "x-aliases" = ["publish_status"]))]
    publish_status: Option<i64>,
    /// Only live ones (0, also without it), only deleted ones (1), or all (-1).
    #[schemars(extend("enum" = [0, 1, -1]))]
    status: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The articles of this page.
    items: Vec<ArticleView>,
    /// Articles on all pages, by the same filter.
    total_count: i64,
    /// Articles on this page.
    item_count: usize,
}

pub fn operation() -> Operation {
    Operation::legacy("article.list", "/topapi/material/article/list")
        .title("查询文章列表", "List articles")
        .purpose(
            "分页列出服务号的文章，新增时间晚的在前，返回的是草稿内容。可按是否发布、是否删除筛选，\
             默认不含已删除的文章。",
            "Lists the articles of a service account in pages, newest first, with the content of their drafts. They \
             can be filtered by publication and deletion; deleted ones are left out by default.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount])
        .example(json!({
            "unionid": "svcUnionId0001",
            "page_size": 20,
            "page_start": 1,
            "publishStatus": 1,
            "status": 0,
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let filter = ArticleFilter {
        published: request.publish_status.map(|status| status == 1),
        deleted: match request.status.unwrap_or(0) {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    };
    let page = Page { start: request.page_start, size: request.page_size };
    let found = article::list(tx, call.corp(), &request.unionid, filter, page)?;
    let items: Vec<_> = found.items.into_iter().map(|article| ArticleView::of(call, article)).collect();
    Ok(Response { total_count: found.total, item_count: items.len(), items })
}
