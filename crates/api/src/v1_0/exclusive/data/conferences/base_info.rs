//! `statistics.conference_base_info`: a video meeting by its logical id, the id before it began.

use carillon_domain::stats::meeting;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Documented with 500 for this operation only.
const NOT_FOUND: Code = Code::both(40035, "error", "params.error", 500);

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The logical id: that of the meeting before it began.
    #[schemars(length(min = 1, max = 128))]
    logical_conference_id: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the meeting that took place, for the operation of its details.
    conference_id: String,
    /// The title of the meeting.
    title: String,
    /// When the meeting began, in ms since 1970.
    start_time: Timestamp,
    /// The logical id of the request.
    logical_conference_id: String,
    /// The unionid of the member who started it, also of one who has left.
    union_id: String,
    /// The name of the member who started it.
    nickname: String,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.conference_base_info", "/v1.0/exclusive/data/conferences")
        .get()
        .title("根据会议逻辑ID查询会议基本信息", "Meeting basics by logical id")
        .purpose(
            "根据会议开始之前的逻辑 ID，查询已开始的视频会议的基本信息，并得到会议 ID。未接通的会议视为不存在。数据由写入的事实数据统计而来。",
            "Finds a video meeting by the id that it had before it began, and returns the id of the meeting itself. A meeting that was never connected does not exist. Meetings come from the facts that `carillon.facts_ingest` took in.",
        )
        .permission("Custom.Common.Read")
        .app_types(&[AppType::Internal, AppType::Isv])
        .bad_input(NOT_FOUND)
        .error(Rule::UnknownMeeting, NOT_FOUND)
        .errors(&[Rule::MeetingOfAnotherCorp])
        .example(json!({ "logicalConferenceId": "logical0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let found = meeting::by_logical_id(tx, call.corp(), &request.logical_conference_id)?;
    Ok(Response {
        conference_id: found.meeting.id,
        title: found.meeting.title,
        start_time: found.meeting.at,
        logical_conference_id: request.logical_conference_id,
        union_id: found.starter.unionid,
        nickname: found.starter.name,
    })
}
