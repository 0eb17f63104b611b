//! `carillon.card_update`: replaces the articles of a card, unless somebody else changed it meanwhile. An operation of Carillon.

use carillon_domain::card;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId, CardId},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{CardRow, WRITE, declare_on_one};
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card, by the `card_id` that `carillon.card_list` returns.
    #[schemars(length(min = 1, max = 128))]
    card_id: CardId,
    /// `update_time` as the last read or change returned it; refused if the card has changed since.
    update_time: Timestamp,
    /// Ids of articles of the account in their order, each once. They replace those of the card.
    #[schemars(length(min = 1, max = 8))]
    article_ids: Vec<ArticleId>,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.card_update", "/v1.0/carillon/cards/{card_id}", WRITE)
        .put()
        .title("修改图文卡片", "Change a card")
        .purpose(
            "整体替换图文卡片上的文章，已发送的消息也随之改变。`update_time` 不一致说明他人已修改，\
             拒绝本次修改；文章与现有的相同则不做任何修改。",
            "Replaces the articles of a card; messages that show it change too, also sent ones. It is \
             refused if somebody else changed the card since. With the same articles, nothing changes.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .errors(&[Rule::DraftChanged])
        .example(json!({
            "unionid": "svcUnionId0001",
            "card_id": "cardMedia0001",
            "update_time": 1_760_000_000_000_i64,
            "article_ids": [5001],
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<CardRow> {
    let (corp, account, id) = (call.corp(), &request.unionid, &request.card_id);
    let at = (account, id, request.update_time);
    card::update_unchanged(tx, &call.env, corp, at, request.article_ids)?;
    card::stored(tx, corp, account, id).map(CardRow::of)
}
