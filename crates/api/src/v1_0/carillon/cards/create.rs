//! `carillon.card_create`: makes a card of one to eight articles. An operation of Carillon.

use carillon_domain::card;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{CardRow, WRITE, declare};
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Articles of the account in their order, each once. They need not be published yet.
    #[schemars(length(min = 1, max = 8))]
    article_ids: Vec<ArticleId>,
}

pub fn operation() -> Operation {
    declare("carillon.card_create", "/v1.0/carillon/cards", WRITE)
        .title("新建图文卡片", "Make a card")
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0001", "article_ids": [5001] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<CardRow> {
    let (corp, account) = (call.corp(), &request.unionid);
    let id = card::add_named(tx, &call.env, corp, account, request.article_ids)?;
    card::stored(tx, corp, account, &id).map(CardRow::of)
}
