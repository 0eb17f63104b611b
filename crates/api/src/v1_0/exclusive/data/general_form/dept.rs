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
    /// Its id, as text.
    dept_id: String,
    /// Its name that day.
    dept_name: String,
    /// Smart forms published, as text.
    #[serde(rename = "generalFormCreateCnt1d")]
    general_form_create_cnt_1d: String,
    /// Members who filled some in, as text.
    #[serde(rename = "useGeneralFormUserCnt1d")]
    use_general_form_user_cnt_1d: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.form_dept", "/v1.0/exclusive/data/generalForm/dept/{dataId}")
        .get()
        .title("获取发布智能填表数量和使用智能填表人数（部门维度）", "Smart form statistics by department")
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
