//! `statistics.live_summary`: the lives of a day.

use carillon_model::{app::statistic_permission, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::kac::{
    request::{DayRequest, open_day_in_field},
    response::{Response, minutes},
};

/// The wrapper has another name than in other operations.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The fields.
    param_video_live_summary_request: DayRequest,
}

/// The numbers of the day.
#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// Lives started that lasted five minutes or more.
    live_launch_succ5min_cnt: u64,
    /// Lives that were connected.
    live_launch_succ_cnt: u64,
    /// Views, live.
    live_play_cnt: u64,
    /// Viewers, live.
    live_play_user_cnt: u64,
    /// The duration of the lives. Decided: in minutes, as in the list by department.
    live_succ_time_len: String,
    /// Viewers of the most watched live.
    max_user_cnt: u64,
    /// Members who watched live or a recording.
    watch_group_live_user_cnt: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.live_summary", "/topapi/kac/datav/videolive/get")
        .title("获取企业视频直播统计数据", "Live statistics of the organisation")
        .permission(statistic_permission::LIVE_TOTALS)
        .example(json!({ "param_video_live_summary_request": { "data_id": "20251009" } }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response<Numbers>> {
    let data_id = &request.param_video_live_summary_request.data_id;
    let day = open_day_in_field(tx, call, "param_video_live_summary_request.data_id", data_id)?;
    let summary = day.summary(tx)?;
    let totals = &summary.totals;
    Ok(Response {
        result: Numbers {
            live_launch_succ5min_cnt: totals.value(Metric::LivesOfFiveMinutes),
            live_launch_succ_cnt: totals.value(Metric::LivesStarted),
            live_play_cnt: totals.value(Metric::LiveViews),
            live_play_user_cnt: totals.users(Metric::LiveViews),
            live_succ_time_len: minutes(totals.value(Metric::LiveMs)),
            max_user_cnt: summary.most_viewers,
            watch_group_live_user_cnt: totals.users(Metric::LiveOrReplayViews),
        },
    })
}
