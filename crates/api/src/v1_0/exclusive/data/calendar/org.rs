//! `statistics.calendar_org`: calendar events of a day, of the organisation.

use carillon_model::{app::statistic_permission::DATA_PRODUCT, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::super::{DayRequest, users_text};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Members who created calendar events that day, as text.
    calendar_create_user_cnt: String,
    /// Members who created, received or joined calendar events that day, as text.
    #[serde(rename = "useCalendarUserCnt1d")]
    use_calendar_user_cnt_1d: String,
    /// Members who received calendar events that day, as text.
    #[serde(rename = "recvCalendarUserCnt1d")]
    recv_calendar_user_cnt_1d: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.calendar_org", "/v1.0/exclusive/data/calendar/org/{dataId}")
        .get()
        .title("获得组织维度日程相关信息", "Schedule statistics of the organisation")
        .purpose(
            "查询某一天整个企业使用日程的人数。数据由写入的事实数据统计而来。没有事实数据的日子返回 0。",
            "Returns how many members of the organisation used calendar events on a day. Counted from the facts that `carillon.facts_ingest` took in. A day without facts has zeros.",
        )
        .permission(DATA_PRODUCT)
        .example(json!({ "dataId": "20251009" }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DayRequest) -> Result<Response> {
    let totals = request.totals(tx, call)?;
    Ok(Response {
        calendar_create_user_cnt: users_text(&totals, Metric::CalendarsCreated),
        use_calendar_user_cnt_1d: users_text(&totals, Metric::CalendarsUsed),
        recv_calendar_user_cnt_1d: users_text(&totals, Metric::CalendarsReceived),
    })
}
