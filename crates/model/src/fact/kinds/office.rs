//! Calendar, reports, documents, forms, to-dos, drive, mail and announcements.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a member did with a calendar event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarAction {
    /// Made the calendar event.
    Created,
    /// Was invited to the calendar event.
    Received,
    /// Took part in the calendar event.
    Joined,
}

/// A member made, received or joined calendar events. Feeds calendar events used, and each action on calendar events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calendar {
    /// What the member did with the calendar events.
    pub action: CalendarAction,
    /// The number of calendar events.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member sent reports (日志). Feeds reports sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportSent {
    /// The number of reports sent.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member commented on a report. Feeds reports commented on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportComment {
    /// The id of the report that was commented on.
    #[schemars(length(min = 1, max = 64))]
    pub report_id: String,
}

/// What a member did with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentAction {
    /// Made the document.
    Created,
    /// Changed the document.
    Edited,
    /// Passed the document on.
    Shared,
    /// Read the document.
    Read,
}

/// A member worked with documents. Feeds documents used, and each action on documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// What the member did with the documents.
    pub action: DocumentAction,
    /// The number of documents.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did with a smart form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormAction {
    /// Published the form.
    Published,
    /// Filled the form in.
    Filled,
}

/// A member published or filled in smart forms (智能填表). Feeds forms published, and forms filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    /// What the member did with the forms.
    pub action: FormAction,
    /// The number of forms.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member used to-dos. Feeds to-dos used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    /// The number of to-dos used.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did with a file in the drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriveAction {
    /// Uploaded the file.
    Uploaded,
    /// Looked at the file.
    Previewed,
}

/// A member used the drive (钉盘). Feeds uses of the drive, uploads, and previews.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drive {
    /// What the member did with the files.
    pub action: DriveAction,
    /// The number of files.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What a member did with mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailAction {
    /// Sent the mail.
    Sent,
    /// Passed the mail on.
    Forwarded,
    /// Replied to the mail.
    Replied,
}

/// A member used mail. Feeds mails sent, mails forwarded, and mails replied to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// What the member did with the mails.
    pub action: MailAction,
    /// The number of mails.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What happened with an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnnouncementAction {
    /// The member sent the announcement.
    Sent,
    /// The member received the announcement.
    Received,
    /// The member read the announcement.
    Read,
}

/// A member sent, received or read announcements (公告). Feeds announcements sent, announcements received, and announcements read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
    /// What happened with the announcements.
    pub action: AnnouncementAction,
    /// The number of announcements.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}
