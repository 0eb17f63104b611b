//! `statistics.monthly_active`: the number of members who signed in within the last 30 days.

use carillon_domain::stats::read::{DayStatistics, requested_day};
use carillon_model::{app::statistic_permission::DATA_PRODUCT, error::Result};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::super::DayRequest;

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Members who signed in, as text. Decided: within 30 days that end with the day, former members included.
    #[serde(rename = "actUsrCnt1m")]
    act_usr_cnt_1m: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.monthly_active", "/v1.0/exclusive/data/dau/org/{dataId}")
        .get()
        .title("获取用户月活跃数据", "Monthly active users")
        .purpose(
            "查询截至某一天的 30 天内登录过的成员数，即月活跃人数。登录包括当天首次打开收件箱，以及写入的登录事实数据。",
            "Returns how many members signed in within the 30 days that end with a day. The first visit of the inbox on a day counts as a sign-in, and so do facts of sign-ins that `carillon.facts_ingest` took in.",
        )
        .permission(DATA_PRODUCT)
        .example(json!({ "dataId": "20251009" }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DayRequest) -> Result<Response> {
    let day = requested_day(tx, &call.env, call.corp(), "dataId", &request.data_id)?;
    let sign_ins = DayStatistics::open(tx, call.corp(), day)?.sign_ins(tx)?;
    let [.., month] = &sign_ins.windows;
    Ok(Response { act_usr_cnt_1m: month.len().to_string() })
}
