//! `statistics.publisher`: service accounts with their articles and reads to date.

use carillon_domain::stats::{publisher, read::requested_day};
use carillon_model::{app::statistic_permission::DATA_PRODUCT, error::Result, id::AccountId};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::DayPageRequest;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Service accounts, in the order of creation.
    data: Vec<Publisher>,
    /// How many service accounts there are to date, as text.
    publisher_cnt_std: String,
    /// Articles of all of them to date, as text.
    publisher_article_cnt_std: String,
    /// Reads of all of them to date, as text.
    publisher_article_pv_cnt_std: String,
    /// The five most read articles to date, most read first.
    #[serde(rename = "publisherArticlePvTop5")]
    publisher_article_pv_top5: Vec<Article>,
    /// The token of the next page; 0 on the last page.
    next_token: i64,
    /// Whether there is a next page.
    has_more: bool,
}

/// A service account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Publisher {
    /// Its id.
    union_id: AccountId,
    /// Its name.
    publisher_name: String,
    /// Its articles to date, as text.
    publisher_article_cnt_std: String,
    /// How often they were read to date, as text.
    publisher_article_pv_cnt_std: String,
}

/// An article.
#[derive(Serialize, JsonSchema)]
struct Article {
    /// Its title.
    name: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.publisher", "/v1.0/exclusive/data/publisher/{dataId}")
        .get()
        .title("获取互动服务窗相关数据", "Interactive service window statistics")
        .permission(DATA_PRODUCT)
        .example(json!({ "dataId": "20251009", "nextToken": 0, "maxResults": 20 }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DayPageRequest) -> Result<Response> {
    let day = requested_day(tx, &call.env, call.corp(), "dataId", &request.data_id)?;
    let found = publisher::publishers(tx, call.corp(), day, request.next_token, request.max_results)?;
    Ok(Response {
        data: found.items.into_iter().map(publisher_row).collect(),
        publisher_cnt_std: found.accounts.to_string(),
        publisher_article_cnt_std: found.articles.to_string(),
        publisher_article_pv_cnt_std: found.reads.to_string(),
        publisher_article_pv_top5: found.most_read.into_iter().map(|name| Article { name }).collect(),
        next_token: found.next.unwrap_or_default(),
        has_more: found.next.is_some(),
    })
}

fn publisher_row(publisher: publisher::Publisher) -> Publisher {
    Publisher {
        union_id: publisher.account,
        publisher_name: publisher.name,
        publisher_article_cnt_std: publisher.articles.to_string(),
        publisher_article_pv_cnt_std: publisher.reads.to_string(),
    }
}
