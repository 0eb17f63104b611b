//! `carillon.report_get`: the annual report of the organisation or a department in chapters. An operation of Carillon; the numbers
//! are those of `annual_report.get`.

use carillon_domain::stats::annual::{self, AnnualScope};
use carillon_model::{
    error::{Result, Rule},
    id::DeptId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::{APPS_AND_LOCAL, statistics::PERMISSION};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The year, four digits: a past one.
    #[schemars(length(min = 4, max = 4))]
    year: String,
    /// Only this department with everything below it; absent for the organisation.
    dept_id: Option<DeptId>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The chapters.
    chapters: Vec<Chapter>,
}

/// A chapter.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Chapter {
    /// Chinese name.
    name: &'static str,
    /// English name.
    english_name: &'static str,
    /// Its numbers.
    numbers: Vec<Number>,
}

/// A number of the year.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Number {
    /// Its code: the name of the field in `annual_report.get`.
    code: &'static str,
    /// Chinese name.
    name: &'static str,
    /// English name.
    english_name: &'static str,
    /// The number as text: a whole number, or minutes with one decimal place.
    number: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.report_get", "/v1.0/carillon/reports/get")
        .get()
        .title("查询年度报告", "An annual report")
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Analyst])
        .errors(&[Rule::UnknownDepartment])
        .example(json!({ "year": "2024", "deptId": 101 }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let scope = request.dept_id.map_or(AnnualScope::Organisation, AnnualScope::Department);
    let report = annual::annual(tx, &call.env, call.corp(), &request.year, &scope)?;
    let chapters = annual::chapters(&scope, &report).into_iter().map(|chapter| Chapter {
        name: chapter.zh,
        english_name: chapter.en,
        numbers: chapter.entries.into_iter().map(number).collect(),
    });
    Ok(Response { chapters: chapters.collect() })
}

fn number(entry: annual::Entry) -> Number {
    Number { code: entry.code, name: entry.zh, english_name: entry.en, number: entry.number }
}
