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
    /// The member, for type 3.
    #[schemars(length(max = 128))]
    user_id: Option<UserId>,
    /// The department, for type 2.
    dept_id: Option<DeptId>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The report.
    result: Report,
}

pub fn operation() -> Operation {
    Operation::legacy("annual_report.get", "/topapi/kac/datav/annual_report/get")
        .title("获取年报数据", "Annual report")
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
