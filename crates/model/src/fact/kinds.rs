//! The fields of each kind of fact. Durations are whole milliseconds; a `count` is how many of them one fact stands for.
//!
//! "Feeds" names the metrics of the fact's member and the lists of the day, in words that `domain/tests/stats/documented.rs`
//! holds to what is counted. Who did something, what has come together to date and what a year comes to follow from the metrics.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A live session, when it has ended: its time is the start, its member the one who started it.
/// Feeds lives started, lives of five minutes or more, the length of lives, and the list of lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveSession {
    /// Its id.
    #[schemars(length(min = 1, max = 64))]
    pub live_id: String,
    /// The group that it was for.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// The group's name.
    #[schemars(length(max = 128))]
    pub group_name: String,
    /// The group's members.
    #[schemars(range(min = 0))]
    pub group_user_count: u32,
    /// Its title.
    #[schemars(length(max = 256))]
    pub title: String,
    /// How long it lasted.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub duration_ms: u64,
    /// Whether it came about.
    pub succeeded: bool,
}

/// A member watched a live session or its recording.
/// Feeds views of lives, views of recordings, views of either, the time watched live, the time watched of recordings, viewers
/// of a live, and the most watched live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveViewing {
    /// The live session.
    #[schemars(length(min = 1, max = 64))]
    pub live_id: String,
    /// How long it was watched live; 0 for none.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub live_ms: u64,
    /// How long the recording was watched; 0 for none.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub replay_ms: u64,
}

/// A video meeting, when it has ended: its time is the start, its member the one who started it.
/// Feeds video meetings started, video meetings that came about, the length of video meetings, and the list of video meetings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoMeeting {
    /// Its id.
    #[schemars(length(min = 1, max = 64))]
    pub conference_id: String,
    /// The id that it had before it began.
    #[schemars(length(max = 64))]
    pub logical_conference_id: Option<String>,
    /// Its title.
    #[schemars(length(max = 256))]
    pub title: String,
    /// How long it lasted.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub duration_ms: u64,
    /// People invited.
    #[schemars(range(min = 0))]
    pub invited_count: u32,
    /// Whether it came about.
    pub connected: bool,
}

/// A member was invited to a video meeting, and joined it or not.
/// Feeds invitations to video meetings, participations in video meetings, the time in video meetings, and who came to a video
/// meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoParticipation {
    /// The meeting.
    #[schemars(length(min = 1, max = 64))]
    pub conference_id: String,
    /// Whether the member joined.
    pub joined: bool,
    /// How long the member was present.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub attend_ms: u64,
}

/// A phone conference, when it has ended; its member started it.
/// Feeds phone conferences started, phone conferences that came about, the length of phone conferences, and the list of phone
/// conferences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhoneMeeting {
    /// Its id.
    #[schemars(length(min = 1, max = 64))]
    pub conference_id: String,
    /// How long it lasted.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub duration_ms: u64,
    /// Whether it came about.
    pub connected: bool,
}

/// A member was called into a phone conference, and joined it or not.
/// Feeds invitations to phone conferences, participations in phone conferences, and the time in phone conferences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhoneParticipation {
    /// The conference.
    #[schemars(length(min = 1, max = 64))]
    pub conference_id: String,
    /// Whether the member joined.
    pub joined: bool,
    /// How long the member was present.
    #[schemars(range(min = 0, max = 604_800_000))]
    pub attend_ms: u64,
}

/// A member sent messages to one person. Feeds messages, and messages to persons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SingleMessage {
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member sent messages to a group. Feeds messages, messages to groups, active groups, and the list of groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupMessage {
    /// The group.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member sent files to a group. Feeds files in groups; the messages that carried them are facts of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupFile {
    /// The group.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member was mentioned in messages of others. Feeds mentions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mention {
    /// How often.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupType {
    /// All of the organisation (全员群).
    AllStaff,
    /// A department's (部门群).
    Department,
    /// Another internal one (其他内部群).
    Internal,
    /// Of a scene (场景群).
    Scene,
}

/// A member created a group. Feeds groups created, and department groups created; how many groups there are follows from what all
/// facts tell of them (`domain::group::told`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupCreated {
    /// The group.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// What it is.
    pub group_type: GroupType,
}

/// A group is no more. Feeds groups dissolved, and department groups dissolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupDissolved {
    /// The group.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// What it was.
    pub group_type: GroupType,
}

/// A member joined a group. Feeds groups joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupJoined {
    /// The group.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
}

/// A member looked at a group. Feeds groups looked at, and the list of groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupOpened {
    /// The group.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
}

/// A group got a name, which is its title until a later fact says otherwise; one that was made here keeps its own. Feeds nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupNamed {
    /// The group.
    #[schemars(length(min = 1, max = 128))]
    pub open_conversation_id: String,
    /// The group's name.
    #[schemars(length(min = 1, max = 128))]
    pub group_name: String,
}

/// Where an app comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppOrigin {
    /// A third party (1).
    ThirdParty,
    /// The platform (2).
    Official,
    /// The organisation itself (3).
    SelfBuilt,
}

/// A member used an app. Feeds visits of apps, apps used, and the list of apps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppVisit {
    /// The app.
    #[schemars(length(min = 1, max = 64))]
    pub app_id: String,
    /// Its name.
    #[schemars(length(max = 128))]
    pub app_name: String,
    /// Where it comes from.
    pub app_origin: AppOrigin,
    /// How often.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A platform of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Client {
    /// iPhone and iPad.
    #[serde(rename = "iOS")]
    Ios,
    /// Android.
    Android,
    /// HarmonyOS.
    HarmonyOS,
    /// Windows.
    Windows,
    /// macOS.
    #[serde(rename = "macOS")]
    MacOs,
    /// Linux.
    Linux,
    /// A browser on a computer.
    Web,
    /// A browser on a phone.
    MobileWeb,
}

impl Client {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ios => "iOS",
            Self::Android => "Android",
            Self::HarmonyOS => "HarmonyOS",
            Self::Windows => "Windows",
            Self::MacOs => "macOS",
            Self::Linux => "Linux",
            Self::Web => "Web",
            Self::MobileWeb => "MobileWeb",
        }
    }

    /// Whether it runs on a phone or tablet rather than on a computer.
    pub fn is_mobile(self) -> bool {
        matches!(self, Self::Ios | Self::Android | Self::HarmonyOS | Self::MobileWeb)
    }
}

/// A member signed in, or came online.
/// Feeds sign-ins, sign-ins on phones, sign-ins on computers, and the list of versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// The client.
    pub client: Client,
    /// Its version.
    #[schemars(length(max = 32))]
    pub app_version: String,
}

/// How a DING reaches its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DingKind {
    /// In the app.
    App,
    /// As a text message.
    Sms,
    /// As a phone call.
    Call,
    /// As a voice call over the network.
    Voip,
}

/// A member sent DINGs. Feeds DINGs sent, and DINGs sent of each kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DingSent {
    /// How they went out.
    pub ding_kind: DingKind,
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member received DINGs. Feeds DINGs received, and DINGs received of each kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DingReceived {
    /// How they came.
    pub ding_kind: DingKind,
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member commented on DINGs. Feeds comments on DINGs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DingComment {
    /// How many comments.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did with a calendar event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarAction {
    /// Made it.
    Created,
    /// Was invited to it.
    Received,
    /// Took part.
    Joined,
}

/// A member made, received or joined calendar events. Feeds calendar events used, and each action on calendar events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calendar {
    /// What.
    pub action: CalendarAction,
    /// How many events.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member sent reports (日志). Feeds reports sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportSent {
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member commented on a report. Feeds reports commented on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportComment {
    /// The report.
    #[schemars(length(min = 1, max = 64))]
    pub report_id: String,
}

/// What a member did with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentAction {
    /// Made it.
    Created,
    /// Changed it.
    Edited,
    /// Passed it on.
    Shared,
    /// Read it.
    Read,
}

/// A member worked with documents. Feeds documents used, and each action on documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// What.
    pub action: DocumentAction,
    /// How many documents.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did with a smart form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormAction {
    /// Published it.
    Published,
    /// Filled it in.
    Filled,
}

/// A member published or filled in smart forms (智能填表). Feeds forms published, and forms filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    /// What.
    pub action: FormAction,
    /// How many forms.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member created a template of approvals. Feeds templates created, and custom templates created.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalTemplate {
    /// The template.
    #[schemars(length(min = 1, max = 64))]
    pub template_id: String,
    /// Of the organisation's own design, rather than one that came with the platform.
    pub custom: bool,
}

/// A member submitted an approval.
/// Feeds approvals submitted, approvals of self-built apps, and templates in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalSubmitted {
    /// Its template.
    #[schemars(length(min = 1, max = 64))]
    pub template_id: String,
    /// Started by an app of the organisation's own.
    pub by_self_built_app: bool,
}

/// A member approved, refused or passed on approvals. Feeds approval actions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalActed {
    /// How often.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// An approval that a member had submitted came to its end.
/// Feeds approvals finished, the time of approvals, and the shortest approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalFinished {
    /// From submission to end.
    #[schemars(range(min = 0, max = 31_622_400_000_i64))]
    pub duration_ms: u64,
}

/// A member checked in at a place (签到). Feeds check-ins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckIn {
    /// How often.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What is known of a member's attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceEvent {
    /// Was to come that day.
    Expected,
    /// Came.
    Present,
    /// Worked in the field.
    Field,
    /// Asked for a correction.
    Correction,
    /// Clocked in or out.
    Clocked,
}

/// Attendance (考勤). Feeds times expected, times present, times in the field, corrections, and clock-ins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attendance {
    /// What.
    pub event: AttendanceEvent,
    /// How often.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A kind of red packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RedPacketKind {
    /// An ordinary one.
    Ordinary,
    /// Shared out at random (拼手气).
    Lucky,
    /// For certain people (专享).
    Exclusive,
}

/// A member sent red packets. Feeds red packets sent, lucky red packets sent, and exclusive red packets sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedPacketSent {
    /// Of which kind.
    pub packet_kind: RedPacketKind,
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member received red packets.
/// Feeds red packets received, lucky red packets received, and exclusive red packets received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedPacketReceived {
    /// Of which kind.
    pub packet_kind: RedPacketKind,
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member used to-dos. Feeds to-dos used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did with a file in the drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriveAction {
    /// Uploaded it.
    Uploaded,
    /// Looked at it.
    Previewed,
}

/// A member used the drive (钉盘). Feeds uses of the drive, uploads, and previews.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drive {
    /// What.
    pub action: DriveAction,
    /// How many files.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did with mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailAction {
    /// Sent it.
    Sent,
    /// Passed it on.
    Forwarded,
    /// Replied to it.
    Replied,
}

/// A member used mail. Feeds mails sent, mails forwarded, and mails replied to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// What.
    pub action: MailAction,
    /// How many mails.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What happened with an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnnouncementAction {
    /// The member sent it.
    Sent,
    /// The member received it.
    Received,
    /// The member read it.
    Read,
}

/// Announcements (公告). Feeds announcements sent, announcements received, and announcements read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
    /// What.
    pub action: AnnouncementAction,
    /// How many announcements.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member's steps of the day so far: the largest of a day counts. Feeds steps, and days of over 5000 steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Steps {
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// An article was published for the first time. Carillon's own. Feeds articles published, and the list of articles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArticlePublished {
    /// The service account.
    #[schemars(length(min = 1, max = 128))]
    pub unionid: String,
    /// The article.
    #[schemars(range(min = 1))]
    pub article_id: i64,
}

/// An article was opened, by a member or by somebody who did not sign in. Carillon's own.
/// Feeds articles read, and the list of articles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArticleRead {
    /// The service account.
    #[schemars(length(min = 1, max = 128))]
    pub unionid: String,
    /// The article.
    #[schemars(range(min = 1))]
    pub article_id: i64,
}

/// An article was opened several times on a day, by the same member or by people who did not sign in. Carillon's own.
/// Feeds articles read, and the list of articles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArticleViews {
    /// The service account.
    #[schemars(length(min = 1, max = 128))]
    pub unionid: String,
    /// The article.
    #[schemars(range(min = 1))]
    pub article_id: i64,
    /// How often.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did in the circle (圈子).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CircleAction {
    /// Posted.
    Posted,
    /// Commented.
    Commented,
    /// Liked.
    Liked,
}

/// A member was in the circle. Feeds posts in the circle, comments in the circle, and likes in the circle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Circle {
    /// What.
    pub action: CircleAction,
    /// How often.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A type of employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmployeeType {
    /// No type (无员工类型).
    None,
    /// Full time (全职).
    FullTime,
    /// Part time (兼职).
    PartTime,
    /// Intern (实习).
    Intern,
    /// Outsourced (劳务外包).
    Outsourced,
    /// Dispatched (劳务派遣).
    Dispatched,
    /// Rehired after retirement (退休返聘).
    Rehired,
}

/// Where an employee stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentStatus {
    /// On trial before the contract (试岗).
    Trial,
    /// On probation (试用).
    Probation,
    /// Permanent (正式).
    Permanent,
    /// About to leave (待离职).
    Leaving,
    /// Left (离职).
    Left,
}

/// A member's employment from then on, until the next fact of the kind. Feeds the list of employments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Employment {
    /// The type.
    pub employee_type: EmployeeType,
    /// The status.
    pub status: EmploymentStatus,
    /// Whether the record has all that it should have.
    pub complete: bool,
}
