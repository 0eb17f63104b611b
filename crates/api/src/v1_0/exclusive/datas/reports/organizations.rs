//! `statistics.report_org`: comments on reports of a day, of the organisation.

use carillon_model::{app::statistic_permission::DATA_PRODUCT, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::v1_0::exclusive::data::{DayRequest, value_text};

const MISSING: Code = Code::both(40035, "参数不能为空", "param.null", 400);

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Commenters of each log commented on that day, added up: two logs with two and one make three, as text.
    #[serde(rename = "reportCommentUserCnt1d")]
    report_comment_user_cnt_1d: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.report_org", "/v1.0/exclusive/datas/{dataId}/reports/organizations")
        .get()
        .title("获得企业创建日志相关信息（组织维度）", "Log statistics of the organisation")
        .purpose(
            "查询某一天整个企业的日志评论人次：同一成员评论同一篇日志只计一次，评论多篇则分别计算。数据由写入的事实数据统计而来。",
            "Returns how many commenters the logs (work reports) of the organisation had on a day: a member counts once for each log. Counted from the facts that `carillon.facts_ingest` took in.",
        )
        .permission(DATA_PRODUCT)
        .missing("dataId", MISSING)
        .example(json!({ "dataId": "20251009" }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DayRequest) -> Result<Response> {
    let totals = request.totals(tx, call)?;
    Ok(Response { report_comment_user_cnt_1d: value_text(&totals, Metric::ReportsCommented) })
}
