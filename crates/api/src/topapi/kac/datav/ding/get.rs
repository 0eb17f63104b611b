//! `statistics.ding_summary`: DINGs sent on a day.

use carillon_model::{app::statistic_permission, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::kac::{
    request::{DayRequest, open_day_in_field},
    response::Response,
};

/// The wrapper has another name than in other operations.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The fields of the request, wrapped in this object.
    ding_usage_summary_request: DayRequest,
}

/// The numbers of the day.
#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// DINGs sent as voice calls.
    ding_voip_cnt: u64,
    /// DINGs sent as phone calls.
    ding_call_cnt: u64,
    /// DINGs sent as text messages.
    ding_sms_cnt: u64,
    /// DINGs sent in the app.
    ding_app_cnt: u64,
    /// DINGs sent in any way.
    ding_cnt: u64,
    /// Members who sent DINGs as voice calls.
    ding_voip_user_cnt: u64,
    /// Members who sent DINGs as phone calls.
    ding_call_user_cnt: u64,
    /// Members who sent DINGs as text messages.
    ding_sms_user_cnt: u64,
    /// Members who sent DINGs in the app.
    ding_app_user_cnt: u64,
    /// Members who sent DINGs in any way.
    ding_user_cnt: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.ding_summary", "/topapi/kac/datav/ding/get")
        .title("获取企业DING使用数据", "DING use of the organisation")
        .purpose(
            "返回全企业某天发送的 DING 数和发送人数，并按应用内、短信、电话、语音通话四种方式细分。\
             收到的 DING 不在其中。查询当天返回截至目前的数字。",
            "Returns how many DINGs the organisation sent on a day and how many members sent them, in total and by \
             way: in the app, as text messages, phone calls and voice calls. DINGs received are not part of it; \
             today has the numbers so far.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "ding_usage_summary_request": { "data_id": "20251009" } }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response<Numbers>> {
    let data_id = &request.ding_usage_summary_request.data_id;
    let day = open_day_in_field(tx, call, "ding_usage_summary_request.data_id", data_id)?;
    let summary = day.summary(tx)?;
    let totals = &summary.totals;
    Ok(Response {
        result: Numbers {
            ding_voip_cnt: totals.value(Metric::VoipDingsSent),
            ding_call_cnt: totals.value(Metric::CallDingsSent),
            ding_sms_cnt: totals.value(Metric::SmsDingsSent),
            ding_app_cnt: totals.value(Metric::AppDingsSent),
            ding_cnt: totals.value(Metric::DingsSent),
            ding_voip_user_cnt: totals.users(Metric::VoipDingsSent),
            ding_call_user_cnt: totals.users(Metric::CallDingsSent),
            ding_sms_user_cnt: totals.users(Metric::SmsDingsSent),
            ding_app_user_cnt: totals.users(Metric::AppDingsSent),
            ding_user_cnt: totals.users(Metric::DingsSent),
        },
    })
}
