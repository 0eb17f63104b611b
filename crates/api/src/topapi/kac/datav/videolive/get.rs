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
    /// The fields of the request, wrapped in this object.
    param_video_live_summary_request: DayRequest,
}

/// The numbers of the day.
#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// Lives that came about and lasted five minutes or more.
    live_launch_succ5min_cnt: u64,
    /// Lives that were started and came about.
    live_launch_succ_cnt: u64,
    /// Views of lives while they ran.
    live_play_cnt: u64,
    /// Members who watched a live while it ran.
    live_play_user_cnt: u64,
    /// The duration of the lives, as text. Decided: in minutes, as in the list by department.
    live_succ_time_len: String,
    /// Viewers of the most watched live.
    max_user_cnt: u64,
    /// Members who watched a live or a recording.
    watch_group_live_user_cnt: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.live_summary", "/topapi/kac/datav/videolive/get")
        .title("获取企业视频直播统计数据", "Live statistics of the organisation")
        .purpose(
            "返回全企业某天的直播统计：成功发起的直播、时长和实时观看人数，另有看过直播或回放的成员数。\
             数据由其他系统通过“写入事实数据”写入；查询当天返回截至目前的数字。",
            "Returns the numbers of lives on a day: those that came about, their duration and their viewers, and \
             how many members watched a live or a recording. The facts come from other systems, by \
             `carillon.facts_ingest`; today has the numbers so far.",
        )
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
