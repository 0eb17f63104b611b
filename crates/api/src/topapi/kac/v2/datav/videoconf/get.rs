//! `statistics.videoconf_summary`: the video meetings of a day.

use carillon_model::{app::statistic_permission, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    request::{DayRequest, Wrapped, open_day},
    response::{minutes, whole_average},
};

/// The numbers of the day.
#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// Time present of all participants, in ms.
    join_video_conf_len: u64,
    /// Participations: a member who joins two meetings counts twice.
    join_video_conf_secc_usr_cnt: u64,
    /// Members who joined a video meeting.
    join_video_conf_secc_usr_num: u64,
    /// Members who were invited, or joined.
    join_video_conf_usr_cnt: u64,
    /// Meetings started, connected or not.
    start_video_conf_cnt: u64,
    /// Meetings that were connected.
    start_video_conf_secc_cnt: u64,
    /// Members who started a video meeting.
    start_video_conf_usr_num: u64,
    /// Participations for each connected meeting, rounded to a whole number.
    video_conf_ave_usr_num: u64,
    /// Time present of all participants, in minutes, as text with one decimal place.
    join_video_conf_len_min: String,
    /// The duration of the connected meetings in minutes, as text with one decimal place.
    start_video_conf_len_min: String,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The numbers of the day.
    result: Numbers,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.videoconf_summary", "/topapi/kac/v2/datav/videoconf/get")
        .title("获取企业某天的视频会议统计数据", "Video meeting statistics for a day")
        .purpose(
            "返回全企业某天的视频会议统计：发起和接通的会议、参会人数与人次、在会时长。\
             数据由其他系统通过“写入事实数据”写入；查询当天返回截至目前的数字，明细保留期内补写的数据也会计入。",
            "Returns the numbers of video meetings on a day: those started and connected, participants, \
             participations and time present. The facts come from other systems, by `carillon.facts_ingest`; today \
             has the numbers so far, and facts that arrive later count while those of the day are kept.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009" } }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, Wrapped { request }: Wrapped<DayRequest>) -> Result<Response> {
    let day = open_day(tx, call, &request.data_id)?;
    let summary = day.summary(tx)?;
    let totals = &summary.totals;
    Ok(Response {
        result: Numbers {
            join_video_conf_len: totals.value(Metric::VideoJoinedMs),
            join_video_conf_secc_usr_cnt: totals.value(Metric::VideoJoins),
            join_video_conf_secc_usr_num: totals.users(Metric::VideoJoins),
            join_video_conf_usr_cnt: totals.users(Metric::VideoInvitations),
            start_video_conf_cnt: totals.value(Metric::VideosStarted),
            start_video_conf_secc_cnt: totals.value(Metric::VideosConnected),
            start_video_conf_usr_num: totals.users(Metric::VideosStarted),
            video_conf_ave_usr_num: whole_average(
                totals.value(Metric::VideoJoins),
                totals.value(Metric::VideosConnected),
            ),
            join_video_conf_len_min: minutes(totals.value(Metric::VideoJoinedMs)),
            start_video_conf_len_min: minutes(totals.value(Metric::VideoMs)),
        },
    })
}
