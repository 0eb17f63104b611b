//! `statistics.live_viewer_list`: the viewers of a live session, live or later.

use std::collections::BTreeMap;

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{
    app::statistic_permission,
    error::Result,
    fact::EntityKind,
    id::MemberNo,
    statistic::{Lives, Viewer, Viewers},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::day_page::DayPage;
use crate::topapi::kac::{
    request::Wrapped,
    response::{Page, Response, minutes},
};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The group that the live was for, as `statistics.live_detail_list` returns it.
    #[serde(rename = "openConversationId")]
    #[schemars(length(min = 1, max = 128), extend("x-aliases" = ["cid"]))]
    open_conversation_id: String,
    /// The live, by the `uuid` that `statistics.live_detail_list` returns.
    #[schemars(length(min = 1, max = 64))]
    live_uuid: String,
    /// Where the page begins: 0, then `next_cursor` of the previous response.
    #[schemars(range(min = 0))]
    cursor: i64,
    /// Viewers on a page.
    #[schemars(range(min = 1, max = 500))]
    size: usize,
}

/// A viewer.
#[derive(Serialize, JsonSchema)]
struct ViewerRow {
    /// Time watched while it was live, in ms.
    play_duration: u64,
    /// Time watched while it was live, in minutes, as text with one decimal place.
    play_duration_min: String,
    /// Time watched of the recording, in ms.
    play_record_duration: u64,
    /// Time watched of the recording, in minutes, as text with one decimal place.
    play_record_duration_min: String,
    /// The userid of the viewer.
    userid: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.live_viewer_list", "/topapi/kac/datav/videolive/viewer/list")
        .title("获取视频直播观看人员列表", "List viewers of a live stream")
        .purpose(
            "分页列出一场直播的观看人员及各自的直播、回放观看时长，汇总所有日期，因此包括后来看回放的人。\
             只打开而没有观看的成员不返回；直播不属于该群时，结果为空。",
            "Lists who watched a live and for how long, while it ran and as a recording. All days count, so those \
             who watched the recording later are included; a member who opened it and watched nothing is not. The \
             list is empty if the live was for another group.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": {
            "openConversationId": "cidSample0001==",
            "cursor": 0,
            "live_uuid": "live-0001",
            "size": 20,
        } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<Request>,
) -> Result<Response<Page<ViewerRow>>> {
    let viewers = viewers(tx, call, &request)?;
    let after_cursor = viewers.into_values().filter(|viewer| i64::from(viewer.member.0) > request.cursor);
    let page = DayPage::of(after_cursor, request.size, |viewer| viewer.member.0.into());
    let names = tx.named_members(call.corp(), &page.items.iter().map(|viewer| viewer.member).collect())?;
    let page = page.map(|viewer| ViewerRow {
        play_duration: viewer.live_ms,
        play_duration_min: minutes(viewer.live_ms),
        play_record_duration: viewer.replay_ms,
        play_record_duration_min: minutes(viewer.replay_ms),
        userid: names.get(&viewer.member).map(|member| member.userid.clone()).unwrap_or_default(),
    });
    Ok(page.into())
}

/// Returns the viewers of all days: recordings may be watched on later days. No viewers for a session of another group, since no code is
/// documented for it. A member who opened the session and watched nothing is not a viewer, as in the summary.
fn viewers(tx: &mut Tx<'_>, call: &Call, request: &Request) -> Result<BTreeMap<MemberNo, Viewer>> {
    let mut viewers: BTreeMap<MemberNo, Viewer> = BTreeMap::new();
    let mut is_of_group = false;
    for day in tx.days_of_entity(call.corp(), EntityKind::Live, &request.live_uuid)? {
        let day = DayStatistics::open(tx, call.corp(), day)?;
        let mut lives = day.part::<Lives>(tx)?.0.clone().into_iter();
        is_of_group |= lives
            .any(|live| live.id == request.live_uuid && live.conversation == request.open_conversation_id);
        let viewers_of_day = day.part::<Viewers>(tx)?;
        let Ok(index) = viewers_of_day.0.binary_search_by(|(id, _)| id.as_str().cmp(&request.live_uuid))
        else {
            continue;
        };
        for viewer in &viewers_of_day.0[index].1 {
            let sum =
                viewers.entry(viewer.member).or_insert(Viewer { live_ms: 0, replay_ms: 0, ..viewer.clone() });
            sum.live_ms += viewer.live_ms;
            sum.replay_ms += viewer.replay_ms;
        }
    }
    viewers.retain(|_, viewer| viewer.live_ms > 0 || viewer.replay_ms > 0);
    Ok(if is_of_group { viewers } else { BTreeMap::new() })
}
