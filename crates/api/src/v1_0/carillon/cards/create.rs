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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Ids of articles of the account in their order, each once. They need not be published yet.
    #[schemars(length(min = 1, max = 8))]
    article_ids: Vec<ArticleId>,
}

pub fn operation() -> Operation {
    declare("carillon.card_create", "/v1.0/carillon/cards", WRITE)
        .title("新建图文卡片", "Make a card")
        .purpose(
            "用一至八篇文章新建图文卡片，供群发、菜单和自动回复使用。文章可以尚未发布，\
             但读者只能打开已发布的文章。\
             一个服务号最多 10,000 张卡片。",
            "Makes a card of one to eight articles, for sends, menus and automatic replies. The articles \
             need not be published yet, but readers can only open published ones. \
             A service account has at most 10,000 cards.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0001", "article_ids": [5001] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<CardRow> {
    let (corp, account) = (call.corp(), &request.unionid);
    let id = card::add_named(tx, &call.env, corp, account, request.article_ids)?;
    card::stored(tx, corp, account, &id).map(CardRow::of)
}
