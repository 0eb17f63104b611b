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
    /// The id of the meeting, as `statistics.conference_base_info` returns it.
    #[schemars(length(min = 1, max = 128))]
    conference_id: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the meeting, as in the request.
    conference_id: String,
    /// The title of the meeting.
    title: String,
    /// When the meeting began, in ms since 1970.
    conf_start_time: Timestamp,
    /// How long the meeting lasted, in ms.
    duration: u64,
    /// The number of people invited: as reported, but at least the known invitations.
    total_num: u64,
    /// The number of members who joined.
    attendee_num: usize,
    /// The share of those who joined among those invited, in whole percent, such as `75%`.
    attendee_percentage: String,
    /// The unionid of the member who started it, also of one who has left.
    caller_id: String,
    /// The name of the member who started it.
    caller_name: String,
    /// The members who joined, in the order in which they were added to the organisation.
    member_list: Vec<Participant>,
}

/// A member who joined.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Participant {
    /// The unionid of the member.
    union_id: String,
    /// The name of the member.
    name: String,
    /// How long the member was present, in ms; several stays are added up.
    attend_duration: u64,
    /// The userid of the member.
    staff_id: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.conference_detail", "/v1.0/exclusive/data/conferences/{conferenceId}")
        .get()
        .title("获取视频会议详情", "Video meeting detail")
        .purpose(
            "查询一场视频会议及其参会成员和各自的参会时长。跨天的会议会合并各天的参会记录；受邀但未参会的成员不在列表中。数据由写入的事实数据统计而来。",
            "Returns a video meeting with the members who joined and how long each was present, over all days of the meeting. Members who were invited and did not join are only counted. Meetings come from the facts that `carillon.facts_ingest` took in.",
        )
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
