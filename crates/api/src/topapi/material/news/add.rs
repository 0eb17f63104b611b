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
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Articles of the account in the order in which the card shows them, each once.
    #[schemars(length(min = 1, max = 8))]
    articles: Vec<CardArticle>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the new card, for sends, menus and the operations on cards.
    media_id: CardId,
}

pub fn operation() -> Operation {
    Operation::legacy("card.add", "/topapi/material/news/add")
        .title("新增图文卡片", "Add a message card")
        .purpose(
            "把服务号的 1 至 8 篇文章组成一张图文卡片，返回的 `media_id` 用于 `news_card`、\
             `single_news_card` 消息和菜单。文章此时可以还没有发布，但发送前必须全部发布。\
             一个服务号最多 10,000 张卡片。",
            "Makes a card of one to eight articles of a service account. Its `media_id` is for messages of type \
             `news_card` or `single_news_card` and for menus. The articles need not be published yet, but all must \
             be before the card is sent. A service account has at most 10,000 cards.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({ "unionid": "svcUnionId0001", "articles": [{ "article_id": 5001 }, { "article_id": 5002 }] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let articles = ids(request.articles);
    Ok(Response { media_id: card::add(tx, &call.env, call.corp(), &request.unionid, articles)? })
}
