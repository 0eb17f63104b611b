//! `statistics.live_viewer_list`: who watched a live session, live or later.

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

use crate::topapi::kac::{
    asked::Wrapped,
    shown::{Answer, Page, minutes},
};

/// What is asked for.
#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// The group that the live session was for.
    #[serde(rename = "openConversationId")]
    #[schemars(length(min = 1, max = 128), extend("x-aliases" = ["cid"]))]
    open_conversation_id: String,
    /// The live session.
    #[schemars(length(min = 1, max = 64))]
    live_uuid: String,
    /// Where the page begins: 0, then `next_cursor` of the answer before.
    #[schemars(range(min = 0))]
    cursor: i64,
    /// Viewers on a page.
    #[schemars(range(min = 1, max = 500))]
    size: usize,
}

/// A viewer.
#[derive(Serialize, JsonSchema)]
struct Shown {
    /// Watched live, in ms.
    play_duration: u64,
    /// Watched live, in minutes.
    play_duration_min: String,
    /// Watched of the recording, in ms.
    play_record_duration: u64,
    /// Watched of the recording, in minutes.
    play_record_duration_min: String,
    /// Who.
    userid: String,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("statistics.live_viewer_list", "/topapi/kac/datav/videolive/viewer/list")
        .title("获取视频直播观看人员列表", "List viewers of a live stream")
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": {
            "openConversationId": "cidSample0001==",
            "cursor": 0,
            "live_uuid": "live-0001",
            "size": 20,
        } }))
        .statistic(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, asked: Wrapped<Asked>) -> Result<Answer<Page<Shown>>> {
    let asked = asked.request;
    let viewers = viewers(tx, call, &asked)?;
    let rest = viewers.into_values().filter(|viewer| i64::from(viewer.member.0) > asked.cursor);
    let page = Page::of(rest, asked.size, |viewer| viewer.member.0.into());
    let named = tx.named_members(call.corp(), &page.data.iter().map(|viewer| viewer.member).collect())?;
    let result = page.show(|viewer| Shown {
        play_duration: viewer.live_ms,
        play_duration_min: minutes(viewer.live_ms),
        play_record_duration: viewer.replay_ms,
        play_record_duration_min: minutes(viewer.replay_ms),
        userid: named.get(&viewer.member).map(|member| member.userid.clone()).unwrap_or_default(),
    });
    Ok(Answer { result })
}

/// Recordings are watched on other days too. A session of another group has nobody to show: no code is documented for it.
/// Whoever opened it and watched nothing is no viewer, as in the numbers beside.
fn viewers(tx: &mut Tx<'_>, call: &Call, asked: &Asked) -> Result<BTreeMap<MemberNo, Viewer>> {
    let mut viewers: BTreeMap<MemberNo, Viewer> = BTreeMap::new();
    let mut of_this_group = false;
    for day in tx.days_of_entity(call.corp(), EntityKind::Live, &asked.live_uuid)? {
        let day = DayStatistics::open(tx, call.corp(), day)?;
        let mut lives = day.part::<Lives>(tx)?.0.clone().into_iter();
        of_this_group |=
            lives.any(|live| live.id == asked.live_uuid && live.conversation == asked.open_conversation_id);
        let of_day = day.part::<Viewers>(tx)?;
        let Ok(index) = of_day.0.binary_search_by(|(id, _)| id.as_str().cmp(&asked.live_uuid)) else {
            continue;
        };
        for viewer in &of_day.0[index].1 {
            let sum =
                viewers.entry(viewer.member).or_insert(Viewer { live_ms: 0, replay_ms: 0, ..viewer.clone() });
            sum.live_ms += viewer.live_ms;
            sum.replay_ms += viewer.replay_ms;
        }
    }
    viewers.retain(|_, viewer| viewer.live_ms > 0 || viewer.replay_ms > 0);
    Ok(if of_this_group { viewers } else { BTreeMap::new() })
}
