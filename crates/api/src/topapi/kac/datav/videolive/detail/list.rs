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
    /// The group that it was for.
    #[serde(rename = "openConversationId")]
    open_conversation_id: String,
    /// The same under the name that the official client reads.
    cid: String,
    /// The group's name.
    group_name: String,
    /// The group's members.
    group_user_count: u32,
    /// Views on the day, live.
    live_watch_count: u64,
    /// Its duration in seconds.
    live_watch_duration: String,
    /// Its end.
    live_watch_end_time: String,
    /// Its start.
    live_watch_start_time: String,
    /// Its title.
    live_watch_title: String,
    /// Viewers on the day, live.
    live_watch_user_count: u64,
    /// The userid of the starter.
    userid: String,
    /// The starter's name.
    staff_name: String,
    /// Its id.
    uuid: String,
    /// The starter's department on the day. The root is -1, as in the documented example.
    dept_id: i64,
    /// The department's name.
    dept_name: String,
    /// The starter's job number.
    staff_job_num: String,
    /// Its duration in minutes.
    live_watch_duration_min: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.live_detail_list", "/topapi/kac/datav/videolive/detail/list")
        .title("获取视频直播明细列表", "List live streams")
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
