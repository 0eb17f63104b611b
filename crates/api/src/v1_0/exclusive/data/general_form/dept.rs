//! `statistics.form_dept`: smart forms of a day, by department.

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
    /// Smart forms that members of the department published that day, as text.
    #[serde(rename = "generalFormCreateCnt1d")]
    general_form_create_cnt_1d: String,
    /// Members of the department who filled in smart forms that day, as text.
    #[serde(rename = "useGeneralFormUserCnt1d")]
    use_general_form_user_cnt_1d: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.form_dept", "/v1.0/exclusive/data/generalForm/dept/{dataId}")
        .get()
        .title("获取发布智能填表数量和使用智能填表人数（部门维度）", "Smart form statistics by department")
        .purpose(
            "按部门查询某一天发布的智能填表数和填表人数。每个部门一行，包含其下所有部门的成员，没有数据的部门计为 0。数据由写入的事实数据统计而来。",
            "Returns smart forms published on a day, and how many members filled some in, by department. A row for each department counts its members and those of all departments below it, as they were at the end of the day; departments without activity have zeros. Counted from the facts that `carillon.facts_ingest` took in.",
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
        general_form_create_cnt_1d: value_text(totals, Metric::FormsPublished),
        use_general_form_user_cnt_1d: users_text(totals, Metric::FormsFilled),
    }
}
