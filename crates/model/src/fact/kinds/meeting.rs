//! Live sessions, video meetings and phone conferences.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A live session, when it has ended: its time is the start, its member the one who started it.
/// Feeds lives started, lives of five minutes or more, the length of lives, and the list of lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveSession {
    /// The id of the live session.
    #[schemars(length(min = 1, max = 64))]
    pub live_id: String,
    /// The group that it was for, by its `openConversationId`.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// The name of that group at the time.
    #[schemars(length(max = 128))]
    pub group_name: String,
    /// The number of members of that group.
    #[schemars(range(min = 0))]
    pub group_user_count: u32,
    /// The title of the live session.
    #[schemars(length(max = 256))]
    pub title: String,
    /// How long it lasted, in ms.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub duration_ms: u64,
    /// Whether the live session came about.
    pub succeeded: bool,
}

/// A member watched a live session or its recording.
/// Feeds views of lives, views of recordings, views of either, the time watched live, the time watched of recordings, viewers
/// of a live, and the most watched live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveViewing {
    /// The id of the live session that was watched.
    #[schemars(length(min = 1, max = 64))]
    pub live_id: String,
    /// How long it was watched live, in ms; 0 for none.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub live_ms: u64,
    /// How long the recording was watched, in ms; 0 for none.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub replay_ms: u64,
}

/// A video meeting, when it has ended: its time is the start, its member the one who started it.
/// Feeds video meetings started, video meetings that came about, the length of video meetings, and the list of video meetings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoMeeting {
    /// The id of the video meeting.
    #[schemars(length(min = 1, max = 64))]
    pub conference_id: String,
    /// The id that it had before it began; absent for none.
    #[schemars(length(max = 64))]
    pub logical_conference_id: Option<String>,
    /// The title of the video meeting.
    #[schemars(length(max = 256))]
    pub title: String,
    /// How long it lasted, in ms.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub duration_ms: u64,
    /// The number of people who were invited.
    #[schemars(range(min = 0))]
    pub invited_count: u32,
    /// Whether the meeting came about.
    pub connected: bool,
}

/// A member was invited to a video meeting, and joined it or not.
/// Feeds invitations to video meetings, participations in video meetings, the time in video meetings, and who came to a video
/// meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoParticipation {
    /// The id of the video meeting.
    #[schemars(length(min = 1, max = 64))]
    pub conference_id: String,
    /// Whether the member joined.
    pub joined: bool,
    /// How long the member was present, in ms.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub attend_ms: u64,
}

/// A phone conference, when it has ended; its member started it.
/// Feeds phone conferences started, phone conferences that came about, the length of phone conferences, and the list of phone
/// conferences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhoneMeeting {
    /// The id of the phone conference.
    #[schemars(length(min = 1, max = 64))]
    pub conference_id: String,
    /// How long it lasted, in ms.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub duration_ms: u64,
    /// Whether the conference came about.
    pub connected: bool,
}

/// A member was called into a phone conference, and joined it or not.
/// Feeds invitations to phone conferences, participations in phone conferences, and the time in phone conferences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhoneParticipation {
    /// The id of the phone conference.
    #[schemars(length(min = 1, max = 64))]
    pub conference_id: String,
    /// Whether the member joined.
    pub joined: bool,
    /// How long the member was present, in ms.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub attend_ms: u64,
}
