//! `carillon.card_list`: the cards of an account, newest first, without those that drafts of sends have for themselves. An operation of
//! Carillon.

use carillon_domain::{card, page::page_of};
use carillon_model::{
    error::{Error, Result},
    id::AccountId,
};
use carillon_store::{Seek, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{CardRow, READ, declare};

/// Cards on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 20;

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
    max_results: Option<usize>,
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
    let seek = match request.next_token {
        None => Seek::First,
        Some(token) => {
            let number = token.parse().ok();
            Seek::After(number.ok_or_else(|| Error::invalid("next_token", "is not that of a previous page"))?)
        }
    };
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let found = card::library(tx, call.corp(), &request.unionid, None, seek, size + 1)?;
    let (cards, has_more) = page_of(found.rows, size);
    Ok(Response {
        next_token: cards.last().filter(|_| has_more).map(|(number, _)| number.to_string()),
        cards: cards.into_iter().map(|(_, card)| CardRow::of(card)).collect(),
    })
}
