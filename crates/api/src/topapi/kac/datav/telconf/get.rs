//! `statistics.telconf_summary`: the phone conferences of a day.

use carillon_model::{app::statistic_permission, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    request::{DayRequest, Wrapped, open_day},
    response::{Response, minutes, seconds},
};

/// The numbers of the day.
#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// Conferences that were connected.
    call_count: u64,
    /// Their duration in seconds, as text with one decimal place.
    call_duration: String,
    /// Participations: a member who joins two conferences counts twice.
    call_join_pv: u64,
    /// Their duration in minutes, as text with one decimal place.
    call_duration_min: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.telconf_summary", "/topapi/kac/datav/telconf/get")
        .title("获取企业某天的电话会议数据", "Phone meeting statistics for a day")
        .purpose(
            "返回全企业某天接通的电话会议数、总时长和参会人次。未接通的会议不计入；\
             数据由其他系统通过“写入事实数据”写入，明细保留期内补写的数据也会计入。",
            "Returns how many phone conferences were connected on a day, how long they lasted in total, and the \
             participations. The facts come from other systems, by `carillon.facts_ingest`; those that arrive later \
             count while those of the day are kept.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009" } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<DayRequest>,
) -> Result<Response<Numbers>> {
    let day = open_day(tx, call, &request.data_id)?;
    let summary = day.summary(tx)?;
    let totals = &summary.totals;
    Ok(Response {
        result: Numbers {
            call_count: totals.value(Metric::PhonesConnected),
            call_duration: seconds(totals.value(Metric::PhoneMs)),
            call_join_pv: totals.value(Metric::PhoneJoins),
            call_duration_min: minutes(totals.value(Metric::PhoneMs)),
        },
    })
}
