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
    /// Service accounts of the page, in the order of creation.
    data: Vec<Publisher>,
    /// How many service accounts there are to date, on all pages, as text.
    publisher_cnt_std: String,
    /// Published articles of all service accounts to date, as text.
    publisher_article_cnt_std: String,
    /// How often articles of all service accounts were read to date, as text.
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
    /// The `unionid` of the service account.
    union_id: AccountId,
    /// The name of the service account now.
    publisher_name: String,
    /// Published articles of the service account to date, as text.
    publisher_article_cnt_std: String,
    /// How often articles of the service account were read to date, as text.
    publisher_article_pv_cnt_std: String,
}

/// An article.
#[derive(Serialize, JsonSchema)]
struct Article {
    /// The title of the article: of its published version, if there is one.
    name: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.publisher", "/v1.0/exclusive/data/publisher/{dataId}")
        .get()
        .title("获取互动服务窗相关数据", "Interactive service window statistics")
        .purpose(
            "查询截至某一天各服务号累计的文章数与阅读次数、全部服务号的合计，以及阅读最多的五篇文章。当天结束时已存在的服务号都会返回，之后停用的也包括在内。",
            "Returns articles and reads to date of each service account at the end of a day, the sums of all of them, and the five most read articles. Accounts that were disabled since are included.",
        )
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
