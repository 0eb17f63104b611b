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
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card.
    #[schemars(length(min = 1, max = 128))]
    media_id: CardId,
}

pub fn operation() -> Operation {
    Operation::legacy("card.get", "/topapi/material/news/get")
        .title("获取图文卡片详情", "Get one message card")
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
