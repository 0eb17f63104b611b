//! `card.update`: replaces the articles of a card.

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

use super::{CardArticle, ids};
use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card, by the `media_id` that `card.add` returned.
    #[schemars(length(min = 1, max = 128))]
    media_id: CardId,
    /// All articles of the card from now on (decided: the page does not say). Nothing changes if absent.
    #[schemars(length(min = 1, max = 8))]
    articles: Option<Vec<CardArticle>>,
}

pub fn operation() -> Operation {
    Operation::legacy("card.update", "/topapi/material/news/update")
        .title("更新图文卡片", "Update a message card")
        .purpose(
            "替换图文卡片的全部文章，不传 `articles` 则不做修改。已经发出的消息显示的是卡片当前的文章，\
             因此也会随之改变。",
            "Replaces all articles of a card; nothing changes without `articles`. Messages that were sent show the \
             articles that the card has now, so they change as well.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[
            Rule::UnknownAccount,
            Rule::AccountDisabled,
            Rule::UnknownCard,
            Rule::UnknownArticle,
            Rule::ArticleDeleted,
        ])
        .example(json!({
            "unionid": "svcUnionId0001",
            "media_id": "cardMedia0001",
            "articles": [{ "article_id": 5001 }],
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let articles = request.articles.map(ids);
    card::update(tx, &call.env, call.corp(), &request.unionid, &request.media_id, articles)?;
    Ok(EmptyResponse {})
}
