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
    /// Members who made calendar events, as text.
    calendar_create_user_cnt: String,
    /// Members who made, received or joined some, as text.
    #[serde(rename = "useCalendarUserCnt1d")]
    use_calendar_user_cnt_1d: String,
    /// Members who received some, as text.
    #[serde(rename = "recvCalendarUserCnt1d")]
    recv_calendar_user_cnt_1d: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.calendar_org", "/v1.0/exclusive/data/calendar/org/{dataId}")
        .get()
        .title("获得组织维度日程相关信息", "Schedule statistics of the organisation")
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
