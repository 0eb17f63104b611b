//! `carillon.report_years`: the years with an annual report, and how far those are that are being made. An operation of Carillon.

use carillon_domain::stats::annual;
use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::{APPS_AND_LOCAL, statistics::PERMISSION};

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The past years with statistics, the newest first.
    years: Vec<Year>,
}

/// A year.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Year {
    /// The year of the report, such as 2025.
    year: i32,
    /// The number of days of the year that have statistics.
    days: usize,
    /// The number of these days whose statistics are stored and include all facts.
    days_done: usize,
    /// Whether the report is stored. If not, the server is still computing it.
    is_ready: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.report_years", "/v1.0/carillon/reports/years")
        .get()
        .title("查询有年度报告的年份", "Years with an annual report")
        .purpose(
            "查询哪些往年有统计数据，以及各年年度报告是否已生成、进度如何。只列出已结束的年份。",
            "Lists the past years with statistics, and whether the report of each is stored or how far \
             the server is with it. The current year is not among them.",
        )
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Analyst])
        .example(json!({}))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let years = annual::years(tx, &call.env, call.corp())?.into_iter().map(|one| Year {
        year: one.year,
        days: one.days,
        days_done: one.days_done,
        is_ready: one.is_ready,
    });
    Ok(Response { years: years.collect() })
}
