//! `statistics.conference_detail`: a video meeting with those who came. The page of before, `statistics.conference_detail_legacy`,
//! says the same of the same path.

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

const BAD: Code = Code::both(40035, "error", "params.error", 400);

/// The request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The meeting.
    #[schemars(length(min = 1, max = 128))]
    conference_id: String,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The meeting.
    conference_id: String,
    /// Its title.
    title: String,
    /// When it began, in ms.
    conf_start_time: Timestamp,
    /// How long it lasted, in ms.
    duration: u64,
    /// People invited.
    total_num: u64,
    /// People who came.
    attendee_num: usize,
    /// How many of those invited came, in whole percent.
    attendee_percentage: String,
    /// The person's id of whoever started it.
    caller_id: String,
    /// The name of whoever started it.
    caller_name: String,
    /// Members who came.
    member_list: Vec<Participant>,
}

/// A member who came.
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

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("statistics.conference_detail", "/v1.0/exclusive/data/conferences/{conferenceId}")
        .get()
        .title("获取视频会议详情", "Video meeting detail")
        .permission("Custom.Common.Read")
        .app_types(&[AppType::Internal, AppType::Isv])
        .bad_input(BAD)
        .errors(&[Rule::UnknownMeeting, Rule::MeetingOfAnotherCorp])
        .example(json!({ "conferenceId": "conf0001" }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let found = meeting::by_id(tx, call.corp(), &request.conference_id)?;
    let meeting = found.started.meeting;
    let came = found.participants.len();
    Ok(Response {
        conference_id: meeting.id,
        title: meeting.title,
        conf_start_time: meeting.at,
        duration: meeting.duration_ms,
        total_num: found.invited,
        attendee_num: came,
        attendee_percentage: format!("{}%", percent(came as u64, found.invited)),
        caller_id: found.started.starter.unionid,
        caller_name: found.started.starter.name,
        member_list: found.participants.into_iter().map(participant).collect(),
    })
}

fn participant((member, attend_duration): (NamedMember, u64)) -> Participant {
    Participant { union_id: member.unionid, name: member.name, attend_duration, staff_id: member.userid }
}

/// Rounded to the nearest; nobody of nobody is 0.
fn percent(part: u64, whole: u64) -> u64 {
    (part * 200 + whole).checked_div(whole * 2).unwrap_or_default()
}
