//! `card.list`: lists the cards of a service account, newest first.

use carillon_domain::{card, page::Page};
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::material::article_view::CardView;

/// Without numbers: the first twenty (decided: the page gives no defaults).
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The number of the page, from 1; the first page if absent.
    #[schemars(range(min = 1), extend("x-aliases" = ["pageStart"]))]
    page_start: Option<i64>,
    /// Cards on a page; 20 if absent.
    #[schemars(range(min = 1, max = 20), extend("x-aliases" = ["pageSize"]))]
    page_size: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Cards on all pages.
    total_count: i64,
    /// Cards on this page.
    item_count: usize,
    /// The cards of this page.
    items: Vec<CardView>,
}

pub fn operation() -> Operation {
    Operation::legacy("card.list", "/topapi/material/news/list")
        .title("查询图文卡片列表", "List message cards")
        .purpose(
            "分页列出服务号的图文卡片，新增时间晚的在前，每张都带有文章草稿的全部内容和阅读数据，\
             与“获取图文卡片详情”相同。",
            "Lists the cards of a service account in pages, newest first, each with its articles and their numbers \
             of readers as `card.get` returns them.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount])
        .example(json!({ "unionid": "svcUnionId0001", "page_start": 1, "page_size": 20 }))
        .shows_article_views()
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let page = Page { start: request.page_start.unwrap_or(1), size: request.page_size.unwrap_or(20) };
    let found = card::list(tx, call.corp(), &request.unionid, page)?;
    let items: Vec<_> = found.items.into_iter().map(|full| CardView::of(call, full)).collect();
    Ok(Response { total_count: found.total, item_count: items.len(), items })
}
