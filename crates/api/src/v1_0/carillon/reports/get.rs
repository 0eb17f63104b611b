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
    /// The year with four digits, which must be over.
    #[schemars(length(min = 4, max = 4))]
    year: String,
    /// The id of a department, counted with all departments below it; absent for the organisation.
    dept_id: Option<DeptId>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The chapters of the report, in the order of reading.
    chapters: Vec<Chapter>,
}

/// A chapter.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Chapter {
    /// The name of the chapter in Chinese.
    name: &'static str,
    /// The name of the chapter in English.
    english_name: &'static str,
    /// The numbers of the chapter, in the order of reading.
    numbers: Vec<Number>,
}

/// A number of the year.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Number {
    /// The code of the number: its field in `annual_report.get`.
    code: &'static str,
    /// The name of the number in Chinese.
    name: &'static str,
    /// The name of the number in English.
    english_name: &'static str,
    /// The number as text: a whole number, or minutes with one decimal place.
    number: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.report_get", "/v1.0/carillon/reports/get")
        .get()
        .title("查询年度报告", "An annual report")
        .purpose(
            "按章节查询企业或一个部门在往年的年度报告，数据与“获取年报数据”相同，并附中英文名称。\
             没有事实数据的年份各项为 0。",
            "Returns the annual report of the organisation or a department for a past year in chapters. \
             The numbers are those of `annual_report.get`, with Chinese and English names. A year \
             without facts has zeros.",
        )
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
