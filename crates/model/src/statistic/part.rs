//! The parts in which the statistics of a day are stored. Each can be read alone, so that a response reads only what it shows.

use serde::{Deserialize, Serialize};

use super::{Column, Metric, Totals};
use crate::{
    audience::Audience,
    fact::{AppOrigin, Client, Employment},
    id::{DeptId, MemberNo},
    stored_form::{StoredForm, stored_forms},
    time::Timestamp,
};

/// A part of a day's statistics.
pub trait Part: StoredForm + Default + Send + Sync + 'static {
    /// Its number among the parts of a day, which is stored.
    const NUMBER: i64;

    /// The part of a day that is not stored.
    fn of(day: &RolledDay) -> &Self;
}

/// The number of the cumulative totals of a day, which are stored beside its parts.
pub const CUMULATIVE: i64 = 3;
/// The number of the basis of the cumulative totals.
pub const BASIS: i64 = 14;

/// The number of the first metric's column among the parts of a day.
const FIRST_COLUMN: i64 = 100;

/// The number of the column of a metric.
pub fn column_number(metric: Metric) -> i64 {
    FIRST_COLUMN + i64::from(metric as u8)
}

macro_rules! parts {
    ($($number:literal $field:ident $part:ty,)*) => {$(
        impl Part for $part {
            const NUMBER: i64 = $number;

            fn of(day: &RolledDay) -> &Self {
                &day.$field
            }
        }
    )*};
}

parts! {
    1 summary Summary,
    2 departments Departments,
    4 lives Lives,
    5 viewers Viewers,
    6 video_meetings VideoMeetings,
    7 video_participants VideoParticipants,
    8 phone_meetings PhoneMeetings,
    9 apps Apps,
    10 versions Versions,
    11 groups Groups,
    12 articles Articles,
    13 employments Employments,
    15 headcounts Headcounts,
}

stored_forms! {
    "summary" Summary,
    "departments" Departments,
    "to_date" Cumulative,
    "lives" Lives,
    "viewers" Viewers,
    "video_meetings" VideoMeetings,
    "video_participants" VideoParticipants,
    "phone_meetings" PhoneMeetings,
    "apps" Apps,
    "versions" Versions,
    "groups" Groups,
    "articles" Articles,
    "employments" Employments,
    "basis" Basis,
    "headcounts" Headcounts,
    "sign_ins" SignIns,
    "column" Column,
}

/// The organisation as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Totals of all facts, including those of former members and those without a member.
    pub totals: Totals,
    /// Members at the end of the day.
    pub contacts: u64,
    /// Groups with a message.
    pub active_groups: u64,
    /// Templates of submitted approvals.
    pub templates_used: u64,
    /// Viewers of the most watched live session.
    pub most_viewers: u64,
}

/// Totals of each department including all below it, by id, without departments that have none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Departments(pub Vec<(DeptId, Totals)>);

impl Departments {
    /// The totals of a department, if it has any.
    pub fn get(&self, id: DeptId) -> Option<&Totals> {
        self.0.binary_search_by_key(&id, |(id, _)| *id).ok().map(|index| &self.0[index].1)
    }
}

/// The number of members of each department including all below it, in the order of the tree of the day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Headcounts(pub Vec<u64>);

/// The cumulative totals from the first fact to the end of the day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cumulative {
    /// Values of all metrics; users are not counted.
    pub totals: Totals,
    /// Members who have signed in.
    pub activated: Audience,
    /// The number of members who have posted in the circle.
    pub circle_authors: u64,
    /// DINGs sent by department, by id.
    pub department_dings: Vec<(DeptId, u64)>,
    /// The number of members of each employment, by the last known one of each member.
    pub employees: Vec<(Employment, u64)>,
    /// Articles and reads by service account.
    pub accounts: Vec<AccountArticles>,
    /// The most read articles, at most [`MOST_READ`] of them.
    pub most_read: Vec<ArticleUse>,
}

/// The number of most read articles that are stored for a day.
pub const MOST_READ: usize = 5;

/// The cumulative totals of the articles of a service account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountArticles {
    /// The service account.
    pub account: String,
    /// The number of published articles.
    pub articles: u64,
    /// The number of views.
    pub reads: u64,
}

/// The basis of the next day's [`Cumulative`], beside its own parts. It is large, and therefore not stored for each day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// Members who have posted in the circle.
    pub circle_authors: Audience,
    /// Each member's last known employment, by number.
    pub employments: Vec<(MemberNo, Employment)>,
    /// The totals of each article.
    pub articles: Articles,
}

/// The number of [`SignIns`], which are stored beside the cumulative totals. The numbers in between are for parts of the day.
pub const SIGN_INS: i64 = 50;

/// The members who signed in within windows that end with the day: 1, 7, 14 and 30 days.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignIns {
    /// The members of each window.
    pub windows: [Audience; 4],
}

/// A live session of the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// Its number among the facts of the day.
    pub seq: i64,
    /// Start.
    pub at: Timestamp,
    /// The member who started it.
    pub starter: MemberNo,
    /// `live_id`.
    pub id: String,
    /// The group.
    pub conversation: String,
    /// The group's name.
    pub group_name: String,
    /// The group's members.
    pub group_users: u32,
    /// Title.
    pub title: String,
    /// Length, in ms.
    pub duration_ms: u64,
    /// Views on the day.
    pub views: u64,
    /// Viewers on the day.
    pub viewers: u64,
}

/// Live sessions that came about, in the order of arrival.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lives(pub Vec<Live>);

/// The time that a member watched a live session on the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    /// The member.
    pub member: MemberNo,
    /// Watched live, in ms.
    pub live_ms: u64,
    /// Recording watched, in ms.
    pub replay_ms: u64,
}

/// Viewers by live session, by its id; within one by member.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Viewers(pub Vec<(String, Vec<Viewer>)>);

/// A meeting of the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    /// Its number among the facts of the day.
    pub seq: i64,
    /// Start.
    pub at: Timestamp,
    /// The member who started it.
    pub starter: MemberNo,
    /// `conference_id`.
    pub id: String,
    /// `logical_conference_id`; a phone conference has none.
    pub logical_id: Option<String>,
    /// Title; a phone conference has none.
    pub title: String,
    /// Length, in ms.
    pub duration_ms: u64,
    /// The number of invited people, as the client of its starter reports.
    pub invited: u32,
    /// Members who joined on the day.
    pub participants: u64,
}

/// Video meetings that came about, in the order of arrival.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VideoMeetings(pub Vec<Meeting>);

/// Phone conferences that came about, in the order of arrival.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhoneMeetings(pub Vec<Meeting>);

/// An invited member, whether the member joined, and the time present in ms.
pub type Participant = (MemberNo, bool, u64);

/// Participants by video meeting, in the order of its id; within a meeting by member.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VideoParticipants(pub Vec<(String, Vec<Participant>)>);

/// An app that was used on the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppUse {
    /// The number of its first fact among those of the day.
    pub seq: i64,
    /// `app_id`.
    pub id: String,
    /// Name, from its last fact.
    pub name: String,
    /// Where it comes from.
    pub origin: AppOrigin,
    /// The number of members who used it.
    pub users: u64,
}

/// Apps used, in the order of their first fact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Apps(pub Vec<AppUse>);

/// Members by client and version, in the order of their first fact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Versions(pub Vec<VersionUse>);

/// A version of a client that was used on the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionUse {
    /// The number of its first fact among those of the day.
    pub seq: i64,
    /// The client.
    pub client: Client,
    /// The version.
    pub version: String,
    /// The number of members who used it.
    pub users: u64,
}

/// The activity of a group on the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupUse {
    /// `open_conversation_id`.
    pub id: String,
    /// Messages.
    pub messages: u64,
    /// The number of members who sent a message.
    pub senders: u64,
    /// The number of members who opened it.
    pub openers: u64,
}

/// Groups with activity, by id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Groups(pub Vec<GroupUse>);

/// The activity of an article on the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleUse {
    /// The service account.
    pub account: String,
    /// The article.
    pub article: i64,
    /// Whether it was published for the first time.
    pub published: bool,
    /// The number of views.
    pub reads: u64,
}

/// Articles with activity, by account and id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Articles(pub Vec<ArticleUse>);

/// The last employment of each member with a fact about it on the day, by number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Employments(pub Vec<(MemberNo, Employment)>);

/// All statistics of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RolledDay {
    /// The organisation as a whole.
    pub summary: Summary,
    /// Totals of departments.
    pub departments: Departments,
    /// Columns of metrics, without metrics that have no value.
    pub columns: Vec<(Metric, Column)>,
    /// Live sessions.
    pub lives: Lives,
    /// Viewers of live sessions, also of those of other days.
    pub viewers: Viewers,
    /// Video meetings.
    pub video_meetings: VideoMeetings,
    /// Participants of video meetings.
    pub video_participants: VideoParticipants,
    /// Phone conferences.
    pub phone_meetings: PhoneMeetings,
    /// Apps.
    pub apps: Apps,
    /// Client versions.
    pub versions: Versions,
    /// Groups.
    pub groups: Groups,
    /// Articles.
    pub articles: Articles,
    /// Employments.
    pub employments: Employments,
    /// Members by department.
    pub headcounts: Headcounts,
}
