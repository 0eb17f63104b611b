//! `carillon.statistics_list`: a list of a day: apps, versions of clients, or service accounts. An operation of Carillon.

use carillon_domain::stats::{
    query::{self, DayList},
    read,
};
use carillon_model::{
    error::{Error, Result},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::PERMISSION;
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The list: members by app, members by version of the client, or views of articles to date by service account.
    #[schemars(length(min = 1, max = 64), extend("enum" = ["app_users", "client_versions", "account_reads"]))]
    list: String,
    /// The day, `yyyyMMdd`, in the organisation's time zone. Not in the future; today is counted so far.
    #[schemars(length(min = 8, max = 8))]
    day: String,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The rows, the largest number first; at most 1,000.
    rows: Vec<Row>,
}

/// A row.
#[derive(Serialize, JsonSchema)]
struct Row {
    /// The name of the app, of the client with its version, or of the service account.
    name: String,
    /// The number of members who used it, or of views of its articles.
    number: u64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.statistics_list", "/v1.0/carillon/statistics/list")
        .get()
        .title("查询一天的统计列表", "A list of a day")
        .purpose(
            "查询一天的一个列表：各应用的使用人数、各客户端版本的登录人数，或截至当天各服务号图文的阅读次数。最多返回 1,000 行，不分页；今天的数据截至当前。",
            "Returns a list of a day: members by the app that they used, members by the version of the client, or views of articles to date by service account. At most 1,000 rows, on one page; today is counted so far.",
        )
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Analyst])
        .example(json!({ "list": "app_users", "day": "20251009" }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let list = DayList::parse(&request.list).ok_or_else(|| Error::invalid("list", "is no list"))?;
    let day = read::requested_day(tx, &call.env, call.corp(), "day", &request.day)?;
    let rows = query::day_list(tx, call.corp(), list, day)?;
    Ok(Response { rows: rows.into_iter().map(|(name, number)| Row { name, number }).collect() })
}
