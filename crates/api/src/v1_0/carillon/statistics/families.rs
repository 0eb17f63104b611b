//! `carillon.statistics_families`: which numbers there are. An operation of Carillon.

use carillon_domain::stats::{
    catalogue::{self, Measure},
    query::DayList,
};
use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::PERMISSION;
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The families of numbers, each of one subject.
    families: Vec<Family>,
    /// The codes of the lists of a day, for `carillon.statistics_list`.
    lists: Vec<&'static str>,
}

/// Numbers of one subject.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Family {
    /// The code of the family, for `carillon.statistics_query`.
    code: &'static str,
    /// The code of the topic that it shares with other families, such as `members`.
    topic: &'static str,
    /// The Chinese name of the family.
    name: &'static str,
    /// The English name of the family.
    english_name: &'static str,
    /// The numbers of the family, in their order.
    numbers: Vec<Number>,
}

/// A number of a day.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Number {
    /// The code of the number: that of the vendor's data catalogue, if it is in it.
    code: &'static str,
    /// The Chinese name of the number.
    name: &'static str,
    /// The English name of the number.
    english_name: &'static str,
    /// What it counts; a share is a fraction of one.
    #[schemars(extend("enum" = ["people", "count", "minutes", "average", "share"]))]
    measure: &'static str,
    /// Whether it is counted by department too.
    has_departments: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.statistics_families", "/v1.0/carillon/statistics/families")
        .get()
        .title("查询有哪些统计数据", "Which statistics there are")
        .purpose(
            "查询有哪些统计数据：按指标族列出各指标的代码、中英文名称和计量方式，以及按天的列表。返回的内容只取决于服务器的版本，与企业的数据无关；属于厂商数据目录的指标使用厂商的代码。",
            "Returns which statistics there are: families with their numbers, each with its code, names and measure, and the lists of a day. It depends on the version of the server alone, not on data. Numbers of the vendor's data catalogue have the vendor's codes.",
        )
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Analyst])
        .example(json!({}))
        .snapshot(handle)
}

fn handle(_: &CorpState, _: &Call, _: Request) -> Result<Response> {
    let families = catalogue::families().map(|family| Family {
        code: family.code,
        topic: family.topic.code(),
        name: family.zh,
        english_name: family.en,
        numbers: family.numbers.iter().map(number).collect(),
    });
    Ok(Response { families: families.collect(), lists: DayList::ALL.map(DayList::code).to_vec() })
}

fn number(number: &catalogue::Number) -> Number {
    Number {
        code: number.code,
        name: number.zh,
        english_name: number.en,
        measure: match number.source.measure() {
            Measure::People => "people",
            Measure::Count => "count",
            Measure::Minutes => "minutes",
            Measure::Average => "average",
            Measure::Share => "share",
        },
        has_departments: number.source.has_departments(),
    }
}
