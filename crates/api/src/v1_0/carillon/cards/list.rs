//! `carillon.card_list`: the cards of an account, newest first, without those that drafts of sends have for themselves. An operation of
//! Carillon.

use carillon_domain::card;
use carillon_model::{
    error::{Error, Result},
    id::AccountId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{CardRow, READ, declare};

/// Cards on a page if the request names no size.
const DEFAULT_PAGE_SIZE: i64 = 20;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// `next_token` of the previous page; absent for the first page.
    #[schemars(length(max = 32))]
    next_token: Option<String>,
    /// The number of cards on a page; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The cards of this page, newest first.
    cards: Vec<CardRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub fn operation() -> Operation {
    declare("carillon.card_list", "/v1.0/carillon/cards", READ)
        .get()
        .title("查询图文卡片列表", "List the cards of an account")
        .purpose(
            "分页查询服务号的图文卡片，从新到旧。群发草稿专用的卡片不在其中，随草稿发送后才会列出。",
            "Lists the cards of a service account in pages, newest first. A card that a draft of a send \
             has for itself is not listed until it is sent.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "max_results": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let before = match request.next_token {
        None => None,
        Some(token) => {
            let number = token.parse().ok();
            Some(number.ok_or_else(|| Error::invalid("next_token", "is not that of a previous page"))?)
        }
    };
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let page = card::library(tx, call.corp(), &request.unionid, before, size)?;
    Ok(Response {
        cards: page.cards.into_iter().map(CardRow::of).collect(),
        next_token: page.next.map(|next| next.to_string()),
    })
}
