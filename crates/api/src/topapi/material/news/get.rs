//! `card.get`: one card with its articles.

use carillon_domain::card;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, CardId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::material::article_view::CardView;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card, by the `media_id` that `card.add` returned.
    #[schemars(length(min = 1, max = 128))]
    media_id: CardId,
}

pub fn operation() -> Operation {
    Operation::legacy("card.get", "/topapi/material/news/get")
        .title("获取图文卡片详情", "Get one message card")
        .purpose(
            "查询一张图文卡片及其文章，文章内容为草稿，并带有阅读人数和打开次数。已删除的文章不返回，\
             因此可能没有文章。",
            "Returns a card with its articles, as their drafts, and how many members have read each and how often \
             it was opened. Deleted articles are left out, so there may be none.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::UnknownCard])
        .example(json!({ "unionid": "svcUnionId0001", "media_id": "cardMedia0001" }))
        .shows_article_views()
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<CardView> {
    let full = card::get(tx, call.corp(), &request.unionid, &request.media_id)?;
    Ok(CardView::of(call, full))
}
