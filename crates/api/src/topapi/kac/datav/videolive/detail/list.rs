//! `statistics.live_detail_list`: the lives of a day.

use carillon_model::{app::statistic_permission, error::Result, id::DeptId, statistic::Lives};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::day_page::DayPage;
use crate::topapi::kac::{
    request::{DayPageRequest, Wrapped, open_day},
    response::{ListedMembers, Page, Response, local_time_format, minutes},
};

/// A live session.
#[derive(Serialize, JsonSchema)]
struct LiveRow {
    /// The group that the live was for, by its `openConversationId`.
    #[serde(rename = "openConversationId")]
    open_conversation_id: String,
    /// The `openConversationId` again, under the name that the official client reads.
    cid: String,
    /// The name of that group.
    group_name: String,
    /// The number of that group's members.
    group_user_count: u32,
    /// Views on the day while the live ran.
    live_watch_count: u64,
    /// The duration of the live in whole seconds, as text.
    live_watch_duration: String,
    /// The end of the live, `yyyy-MM-dd HH:mm:ss` in the organisation's time zone.
    live_watch_end_time: String,
    /// The start of the live, `yyyy-MM-dd HH:mm:ss` in the organisation's time zone.
    live_watch_start_time: String,
    /// The title of the live.
    live_watch_title: String,
    /// Members who watched on the day while the live ran.
    live_watch_user_count: u64,
    /// The userid of the starter.
    userid: String,
    /// The name of the starter.
    staff_name: String,
    /// The id of the live, which `statistics.live_viewer_list` takes.
    uuid: String,
    /// The starter's department on the day. The root is -1, as in the documented example.
    dept_id: i64,
    /// The name of that department; empty without one.
    dept_name: String,
    /// The starter's job number; empty without one.
    staff_job_num: String,
    /// The duration of the live in minutes, as text with one decimal place.
    live_watch_duration_min: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.live_detail_list", "/topapi/kac/datav/videolive/detail/list")
        .title("获取视频直播明细列表", "List live streams")
        .purpose(
            "列出某天成功发起的直播，附发起人、所在群、时长和当天的实时观看数据。观看回放不计入；\
             观看人员名单请用“获取视频直播观看人员列表”查询。",
            "Lists the lives that were started on a day and came about, with starter, group, duration and the views \
             while they ran; recordings do not count. `statistics.live_viewer_list` returns who watched.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "size": 20, "cursor": 0 } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<DayPageRequest>,
) -> Result<Response<Page<LiveRow>>> {
    let day = open_day(tx, call, &request.data_id)?;
    let lives = day.part::<Lives>(tx)?;
    let organisation = day.organisation(tx)?;
    let format = local_time_format(tx, call)?;
    let after_cursor = lives.0.iter().filter(|live| live.seq > request.cursor);
    let page = DayPage::of(after_cursor, request.size, |live| live.seq);
    let starters =
        ListedMembers::load(tx, call, &organisation, &page.items.iter().map(|live| live.starter).collect())?;
    let page = page.map(|live| {
        let starter = starters.get(live.starter);
        LiveRow {
            open_conversation_id: live.conversation.clone(),
            cid: live.conversation.clone(),
            group_name: live.group_name.clone(),
            group_user_count: live.group_users,
            live_watch_count: live.views,
            live_watch_duration: (live.duration_ms / 1_000).to_string(),
            live_watch_end_time: format(live.at.plus_ms(live.duration_ms.cast_signed())),
            live_watch_start_time: format(live.at),
            live_watch_title: live.title.clone(),
            live_watch_user_count: live.viewers,
            userid: starter.names.userid.clone(),
            staff_name: starter.names.name.clone(),
            uuid: live.id.clone(),
            dept_id: starter.dept_id.filter(|id| *id != DeptId::ROOT).map_or(-1, |id| id.0),
            dept_name: starter.dept_name.to_owned(),
            staff_job_num: starter.names.job_number.clone(),
            live_watch_duration_min: minutes(live.duration_ms),
        }
    });
    Ok(page.into())
}
