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
    /// The id of the department, as text.
    dept_id: String,
    /// The name of the department on that day.
    dept_name: String,
    /// Members of the department who sent logs that day, as text.
    ding_report_send_usr_cnt: String,
    /// Logs that members of the department sent that day, as text.
    ding_report_send_cnt: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.report_dept", "/v1.0/exclusive/data/report/dept/{dataId}")
        .get()
        .title("获得企业创建日志相关信息（部门维度）", "Log statistics by department")
        .purpose(
            "按部门查询某一天发送的日志数和发送日志的人数。每个部门一行，包含其下所有部门的成员，没有数据的部门计为 0。数据由写入的事实数据统计而来。",
            "Returns logs (work reports) sent on a day, and how many members sent them, by department. A row for each department counts its members and those of all departments below it, as they were at the end of the day; departments without activity have zeros. Counted from the facts that `carillon.facts_ingest` took in.",
        )
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
