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
    /// Smart forms published, as text.
    general_form_created_cnt: String,
    /// Members who filled some in, as text.
    #[serde(rename = "useGeneralFormUserCnt1d")]
    use_general_form_user_cnt_1d: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.form_org", "/v1.0/exclusive/data/generalForm/org/{dataId}")
        .get()
        .title("获取企业发布智能填表数（组织维度）", "Smart form statistics of the organisation")
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
