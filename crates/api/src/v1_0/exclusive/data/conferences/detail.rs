//! `statistics.conference_detail`: a video meeting with its participants. The older page, `statistics.conference_detail_legacy`,
//! documents the same path alike.

use carillon_domain::stats::meeting;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    time::Timestamp,
};
use carillon_store::{NamedMember, Tx};
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const BAD_PARAMETER: Code = Code::both(40035, "error", "params.error", 400);

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The meeting.
    #[schemars(length(min = 1, max = 128))]
    conference_id: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The meeting.
    conference_id: String,
    /// Its title.
    title: String,
    /// When it began, in ms.
    conf_start_time: Timestamp,
    /// Its duration in ms.
    duration: u64,
    /// People invited.
    total_num: u64,
    /// People who joined.
    attendee_num: usize,
    /// Joined of those invited, in whole percent.
    attendee_percentage: String,
    /// The unionid of the starter.
    caller_id: String,
    /// The name of the starter.
    caller_name: String,
    /// Members who joined.
    member_list: Vec<Participant>,
}

/// A member who joined.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Participant {
    /// The person's id.
    union_id: String,
    /// The name.
    name: String,
    /// Time present, in ms.
    attend_duration: u64,
    /// The userid.
    staff_id: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.conference_detail", "/v1.0/exclusive/data/conferences/{conferenceId}")
        .get()
        .title("获取视频会议详情", "Video meeting detail")
        .permission("Custom.Common.Read")
        .app_types(&[AppType::Internal, AppType::Isv])
        .bad_input(BAD_PARAMETER)
        .errors(&[Rule::UnknownMeeting, Rule::MeetingOfAnotherCorp])
        .example(json!({ "conferenceId": "conf0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let found = meeting::by_id(tx, call.corp(), &request.conference_id)?;
    let meeting = found.started.meeting;
    let joined = found.participants.len();
    Ok(Response {
        conference_id: meeting.id,
        title: meeting.title,
        conf_start_time: meeting.at,
        duration: meeting.duration_ms,
        total_num: found.invited,
        attendee_num: joined,
        attendee_percentage: format!("{}%", percent(joined as u64, found.invited)),
        caller_id: found.started.starter.unionid,
        caller_name: found.started.starter.name,
        member_list: found.participants.into_iter().map(participant).collect(),
    })
}

fn participant((member, attend_duration): (NamedMember, u64)) -> Participant {
    Participant { union_id: member.unionid, name: member.name, attend_duration, staff_id: member.userid }
}

/// Rounds to the nearest percent; 0 if `whole` is 0.
fn percent(part: u64, whole: u64) -> u64 {
    (part * 200 + whole).checked_div(whole * 2).unwrap_or_default()
}
