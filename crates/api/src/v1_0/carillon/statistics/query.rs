//! `carillon.statistics_query`: the numbers of a family for each day of a range. An operation of Carillon: the vendor's return one
//! day.

use std::collections::BTreeMap;

use carillon_domain::stats::{
    catalogue::{self, Scope},
    query::{self, DayFigures, DayRange},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::DeptId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::PERMISSION;
use crate::v1_0::{carillon::APPS_AND_LOCAL, datacenter::kpi};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The family, as `carillon.statistics_families` returns it.
    #[schemars(length(min = 1, max = 64))]
    family: String,
    /// The first day, `yyyyMMdd`, in the organisation's time zone. Less than 366 days before the last.
    #[schemars(length(min = 8, max = 8))]
    from: String,
    /// The last day, `yyyyMMdd`. Not in the future; today is counted so far.
    #[schemars(length(min = 8, max = 8))]
    to: String,
    /// Only this department with everything below it; absent for the organisation. Only numbers that are counted by department.
    dept_id: Option<DeptId>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The code of the requested family.
    family: &'static str,
    /// The days, the earliest first.
    days: Vec<DayRow>,
}

/// The numbers of a day.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DayRow {
    /// The day of the numbers, `yyyyMMdd`, in the time zone of the organisation.
    day: String,
    /// Whether it is over. The numbers of today cover the time up to now.
    is_over: bool,
    /// Whether there is any fact of it. Without, only numbers are there that do not depend on what happened on the day.
    has_facts: bool,
    /// The numbers by their codes. Absent are those that are not known, or not counted by department.
    numbers: BTreeMap<&'static str, Value>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.statistics_query", "/v1.0/carillon/statistics/query")
        .get()
        .title("查询一段时间的统计数据", "Statistics of a range of days")
        .purpose(
            "查询一个指标族在一段日期（最多 366 天）内每天的数值，可以只看一个部门及其所有下级部门。数值由事实计算得出，事实迟到时，过去日期的数值会随之更新。没有任何事实的日期，只返回与当天发生的事情无关的指标。",
            "Returns the numbers of a family for each day of a range of at most 366 days, for the organisation or for a department with everything below it. Numbers are computed from facts, so late facts change those of past days. A day without any fact has only numbers that do not depend on what happened.",
        )
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Analyst])
        .errors(&[Rule::UnknownDepartment])
        .example(json!({ "family": "online_user", "from": "20251008", "to": "20251009", "deptId": 101 }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let family = catalogue::family(&request.family);
    let family = family.ok_or_else(|| Error::invalid("family", "is no family of statistics"))?;
    let range = DayRange::parse(tx, &call.env, call.corp(), &request.from, &request.to)?;
    let scope = request.dept_id.map_or(Scope::Organisation, Scope::Department);
    let days = query::figures(tx, &call.env, call.corp(), &[family], scope, range)?;
    Ok(Response { family: family.code, days: days.into_iter().map(|day| row(family, &day)).collect() })
}

fn row(family: &'static catalogue::Family, day: &DayFigures) -> DayRow {
    let figures = family.numbers.iter().zip(day.figures.iter().flatten());
    let numbers = figures.filter_map(|(number, figure)| Some((number.code, kpi::value((*figure)?))));
    DayRow {
        day: day.day.to_string(),
        is_over: day.is_over,
        has_facts: day.has_facts,
        numbers: numbers.collect(),
    }
}
