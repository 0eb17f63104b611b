//! `statistics.form_org`: smart forms of a day, of the organisation.

use carillon_model::{app::statistic_permission::DATA_PRODUCT, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::super::{OfDay, users, value};

/// The answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Smart forms published, as text.
    general_form_created_cnt: String,
    /// Members who filled some in, as text.
    #[serde(rename = "useGeneralFormUserCnt1d")]
    use_general_form_user_cnt_1d: String,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("statistics.form_org", "/v1.0/exclusive/data/generalForm/org/{dataId}")
        .get()
        .title("获取企业发布智能填表数（组织维度）", "Smart form statistics of the organisation")
        .permission(DATA_PRODUCT)
        .example(json!({ "dataId": "20251009" }))
        .statistic(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: OfDay) -> Result<Response> {
    let totals = request.totals(tx, call)?;
    Ok(Response {
        general_form_created_cnt: value(&totals, Metric::FormsPublished),
        use_general_form_user_cnt_1d: users(&totals, Metric::FormsFilled),
    })
}
