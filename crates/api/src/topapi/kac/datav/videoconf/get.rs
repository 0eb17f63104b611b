//! `statistics.videoconf_summary_legacy`: the video meetings of a day, as old clients request them.

use carillon_model::{app::statistic_permission, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::kac::{
    request::{DayRequest, open_day_in_field},
    response::whole_average,
};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The fields of the request, wrapped in this object.
    #[schemars(extend("x-aliases" = ["request"]))]
    param_mcs_summary_request: DayRequest,
}

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
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The numbers of the day.
    result: Numbers,
    /// The text of `errmsg` again: the official client reads it by this name.
    errormsg: &'static str,
}

/// Decided: the permission is that of the newer operation.
pub fn operation() -> Operation {
    Operation::legacy("statistics.videoconf_summary_legacy", "/topapi/kac/datav/videoconf/get")
        .title("获取企业某天的视频会议统计数据（v1）", "Video meeting statistics for a day (v1)")
        .purpose(
            "“获取企业某天的视频会议统计数据”的旧版，供旧的官方客户端使用：数字相同，但没有以分钟计的两个时长，\
             参数的外层名称也不同，并以 `errormsg` 重复返回 `errmsg`。新的调用请用 v2。",
            "The older form of `statistics.videoconf_summary`, for old official clients. It has the same numbers \
             without the two durations in minutes, takes its fields in an object of another name, and repeats \
             `errmsg` as `errormsg`. New callers should use v2.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .repeats_errmsg()
        .example(json!({ "param_mcs_summary_request": { "data_id": "20251009" } }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let data_id = &request.param_mcs_summary_request.data_id;
    let day = open_day_in_field(tx, call, "param_mcs_summary_request.data_id", data_id)?;
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
        },
        errormsg: "ok",
    })
}
