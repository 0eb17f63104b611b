//! `statistics.report_dept`: reports of a day, by department.

use carillon_model::{
    app::statistic_permission::DATA_PRODUCT,
    error::Result,
    statistic::{Metric, Totals, TreeNode},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::super::{DayPageRequest, Rows, users_text, value_text};

/// A department with all below it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Department {
    /// Its id, as text.
    dept_id: String,
    /// Its name that day.
    dept_name: String,
    /// Members who sent reports, as text.
    ding_report_send_usr_cnt: String,
    /// Reports sent, as text.
    ding_report_send_cnt: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.report_dept", "/v1.0/exclusive/data/report/dept/{dataId}")
        .get()
        .title("获得企业创建日志相关信息（部门维度）", "Log statistics by department")
        .permission(DATA_PRODUCT)
        .example(json!({ "dataId": "20251009", "nextToken": 0, "maxResults": 20 }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DayPageRequest) -> Result<Rows<Department>> {
    request.departments(tx, call, department)
}

fn department(node: &TreeNode, totals: &Totals) -> Department {
    Department {
        dept_id: node.id.to_string(),
        dept_name: node.name.clone(),
        ding_report_send_usr_cnt: users_text(totals, Metric::ReportsSent),
        ding_report_send_cnt: value_text(totals, Metric::ReportsSent),
    }
}
