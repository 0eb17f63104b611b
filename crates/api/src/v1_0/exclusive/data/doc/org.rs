//! `statistics.doc_org`: documents of a day, of the organisation.

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
    /// Documents that were created in the organisation that day, as text.
    doc_created_cnt: String,
    /// Members of the organisation who created documents that day, as text.
    #[serde(rename = "docCreateUserCnt1d")]
    doc_create_user_cnt_1d: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.doc_org", "/v1.0/exclusive/data/doc/org/{dataId}")
        .get()
        .title("获取用户创建文档数和创建文档人数（组织维度）", "Document statistics of the organisation")
        .purpose(
            "查询某一天整个企业创建的文档数和创建文档的人数，包括之后离开企业的成员。数据由写入的事实数据统计而来。",
            "Returns documents created in the organisation on a day, and how many members created them, those who have left since included. Counted from the facts that `carillon.facts_ingest` took in.",
        )
        .permission(DATA_PRODUCT)
        .example(json!({ "dataId": "20251009" }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DayRequest) -> Result<Response> {
    let totals = request.totals(tx, call)?;
    Ok(Response {
        doc_created_cnt: value_text(&totals, Metric::DocumentsCreated),
        doc_create_user_cnt_1d: users_text(&totals, Metric::DocumentsCreated),
    })
}
