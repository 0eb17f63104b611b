//! Calendar, reports, documents, forms, to-dos, drive, mail and announcements.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
