//! `card.add`: adds a card of one to eight articles.

use carillon_domain::card;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, CardId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{CardArticle, ids};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Articles of the account in the order in which the card shows them, each once.
    #[schemars(length(min = 1, max = 8))]
    articles: Vec<CardArticle>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The card's id, for mass sends.
    media_id: CardId,
}

pub fn operation() -> Operation {
    Operation::legacy("card.add", "/topapi/material/news/add")
        .title("新增图文卡片", "Add a message card")
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({ "unionid": "svcUnionId0001", "articles": [{ "article_id": 5001 }, { "article_id": 5002 }] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let articles = ids(request.articles);
    Ok(Response { media_id: card::add(tx, &call.env, call.corp(), &request.unionid, articles)? })
}
