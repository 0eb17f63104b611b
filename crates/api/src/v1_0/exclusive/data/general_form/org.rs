//! `statistics.form_org`: smart forms of a day, of the organisation.

use carillon_model::{app::statistic_permission::DATA_PRODUCT, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::super::{DayRequest, users_text, value_text};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Smart forms that were published in the organisation that day, as text.
    general_form_created_cnt: String,
    /// Members of the organisation who filled in smart forms that day, as text.
    #[serde(rename = "useGeneralFormUserCnt1d")]
    use_general_form_user_cnt_1d: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.form_org", "/v1.0/exclusive/data/generalForm/org/{dataId}")
        .get()
        .title("获取企业发布智能填表数（组织维度）", "Smart form statistics of the organisation")
        .purpose(
            "查询某一天整个企业发布的智能填表数和填表人数，包括之后离开企业的成员。数据由写入的事实数据统计而来。",
            "Returns smart forms published in the organisation on a day, and how many members filled some in, those who have left since included. Counted from the facts that `carillon.facts_ingest` took in.",
        )
        .permission(DATA_PRODUCT)
        .example(json!({ "dataId": "20251009" }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DayRequest) -> Result<Response> {
    let totals = request.totals(tx, call)?;
    Ok(Response {
        general_form_created_cnt: value_text(&totals, Metric::FormsPublished),
        use_general_form_user_cnt_1d: users_text(&totals, Metric::FormsFilled),
    })
}
