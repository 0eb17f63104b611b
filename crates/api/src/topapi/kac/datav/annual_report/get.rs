//! `annual_report.get`: the report of a past year for the organisation, a department or a member.

use carillon_domain::stats::annual::{self, AnnualScope};
use carillon_model::{
    app::statistic_permission::ANNUAL_REPORT,
    error::{Error, Result, Rule},
    id::{DeptId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::report::{Report, report};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The year, four digits. Decided: any past year.
    #[schemars(length(min = 1, max = 32))]
    year: String,
    /// The subject: 1 the organisation, 2 a department, 3 a member.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = [1, 2, 3]))]
    kind: i64,
    /// The member, present or former, by userid; needed for type 3.
    #[schemars(length(max = 128))]
    user_id: Option<UserId>,
    /// The department, one of now or of the end of the year; needed for type 2.
    dept_id: Option<DeptId>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The report; fields that do not apply to the type are absent.
    result: Report,
}

pub fn operation() -> Operation {
    Operation::legacy("annual_report.get", "/topapi/kac/datav/annual_report/get")
        .title("获取年报数据", "Annual report")
        .purpose(
            "返回企业、一个部门或一名成员在某个已结束年份的汇总数据，来自该年每天的统计。没有数据的年份返回 0；\
             不适用于该对象的字段不返回。明细保留期内补写的数据也会计入。",
            "Returns the totals of a past year for the organisation, a department or a member, from the statistics \
             of its days. A year without facts has zeros, fields that do not apply to the subject are absent, and \
             facts that arrive later count while those of the day are kept.",
        )
        .permission(ANNUAL_REPORT)
        .errors(&[Rule::UnknownUser, Rule::UnknownDepartment])
        .example(json!({ "year": "2024", "type": 1, "user_id": "user01", "dept_id": 101 }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let needed = |field: &'static str, kind| Error::invalid(field, format!("is needed for type {kind}"));
    let subject = match request.kind {
        1 => AnnualScope::Organisation,
        2 => AnnualScope::Department(request.dept_id.ok_or_else(|| needed("dept_id", 2))?),
        _ => {
            let userid = request.user_id.filter(|userid| !userid.as_str().is_empty());
            AnnualScope::Member(userid.ok_or_else(|| needed("user_id", 3))?)
        }
    };
    let annual = annual::annual(tx, &call.env, call.corp(), &request.year, &subject)?;
    Ok(Response { result: report(&subject, &annual) })
}
