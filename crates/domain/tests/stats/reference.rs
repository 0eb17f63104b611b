//! A reference implementation that is too simple to be wrong: every number is searched for in the list of all facts.

use std::collections::{BTreeMap, BTreeSet};

use carillon_domain::corp;
use carillon_model::{
    day::Day,
    fact::*,
    id::{DeptId, MemberNo},
    statistic::{Metric, Total, Totals},
    time,
};

use crate::stats::fixture::{Org, StatsFixture};

pub type Facts<'c> = Vec<(Option<MemberNo>, &'c Fact)>;

/// The facts of a day.
pub fn on(fixture: &StatsFixture, day: Day) -> Facts<'_> {
    let zone = time::zone(corp::DEFAULT_TIME_ZONE).unwrap();
    let of_day = fixture.facts.iter().filter(|(at, ..)| Day::of(*at, &zone) == day);
    of_day.map(|(_, member, fact)| (*member, fact)).collect()
}

/// The value of one fact for a metric.
fn amount(metric: Metric, fact: &Fact) -> u64 {
    use Metric as M;
    let count = |matches: bool, count: u32| if matches { u64::from(count) } else { 0 };
    let ms = |matches: bool, ms: u64| if matches { ms } else { 0 };
    let one = u64::from;
    match (metric, fact) {
        (M::LivesStarted, Fact::LiveSession(f)) => one(f.succeeded),
        (M::LivesOfFiveMinutes, Fact::LiveSession(f)) => one(f.succeeded && f.duration_ms >= 300_000),
        (M::LiveMs, Fact::LiveSession(f)) => ms(f.succeeded, f.duration_ms),
        (M::LiveViews, Fact::LiveViewing(f)) => one(f.live_ms > 0),
        (M::ReplayViews, Fact::LiveViewing(f)) => one(f.replay_ms > 0),
        (M::LiveOrReplayViews, Fact::LiveViewing(f)) => one(f.live_ms + f.replay_ms > 0),
        (M::LiveWatchedMs, Fact::LiveViewing(f)) => f.live_ms,
        (M::ReplayWatchedMs, Fact::LiveViewing(f)) => f.replay_ms,
        (M::VideosStarted, Fact::VideoMeeting(_)) => 1,
        (M::VideosConnected, Fact::VideoMeeting(f)) => one(f.connected),
        (M::VideoMs, Fact::VideoMeeting(f)) => ms(f.connected, f.duration_ms),
        (M::VideoInvitations, Fact::VideoParticipation(_)) => 1,
        (M::VideoJoins, Fact::VideoParticipation(f)) => one(f.joined),
        (M::VideoJoinedMs, Fact::VideoParticipation(f)) => ms(f.joined, f.attend_ms),
        (M::PhonesStarted, Fact::PhoneMeeting(_)) => 1,
        (M::PhonesConnected, Fact::PhoneMeeting(f)) => one(f.connected),
        (M::PhoneMs, Fact::PhoneMeeting(f)) => ms(f.connected, f.duration_ms),
        (M::PhoneInvitations, Fact::PhoneParticipation(_)) => 1,
        (M::PhoneJoins, Fact::PhoneParticipation(f)) => one(f.joined),
        (M::PhoneJoinedMs, Fact::PhoneParticipation(f)) => ms(f.joined, f.attend_ms),
        (M::Messages | M::SingleMessages, Fact::SingleMessage(f)) => f.count.into(),
        (M::Messages | M::GroupMessages, Fact::GroupMessage(f)) => f.count.into(),
        (M::GroupFiles, Fact::GroupFile(f)) => f.count.into(),
        (M::Mentions, Fact::Mention(f)) => f.count.into(),
        (M::GroupsCreated, Fact::GroupCreated(_)) => 1,
        (M::DepartmentGroupsCreated, Fact::GroupCreated(f)) => one(f.group_type == GroupType::Department),
        (M::GroupsDissolved, Fact::GroupDissolved(_)) => 1,
        (M::DepartmentGroupsDissolved, Fact::GroupDissolved(f)) => one(f.group_type == GroupType::Department),
        (M::GroupsJoined, Fact::GroupJoined(_)) => 1,
        (M::GroupsOpened, Fact::GroupOpened(_)) => 1,
        (M::AppVisits, Fact::AppVisit(f)) => f.count.into(),
        (M::Logins, Fact::Login(_)) => 1,
        (M::MobileLogins, Fact::Login(f)) => {
            one(matches!(f.client, Client::Ios | Client::Android | Client::HarmonyOS | Client::MobileWeb))
        }
        (M::DesktopLogins, Fact::Login(f)) => {
            one(matches!(f.client, Client::Windows | Client::MacOs | Client::Linux | Client::Web))
        }
        (M::DingsSent, Fact::DingSent(f)) => f.count.into(),
        (M::AppDingsSent, Fact::DingSent(f)) => count(f.ding_kind == DingKind::App, f.count),
        (M::SmsDingsSent, Fact::DingSent(f)) => count(f.ding_kind == DingKind::Sms, f.count),
        (M::CallDingsSent, Fact::DingSent(f)) => count(f.ding_kind == DingKind::Call, f.count),
        (M::VoipDingsSent, Fact::DingSent(f)) => count(f.ding_kind == DingKind::Voip, f.count),
        (M::DingsReceived, Fact::DingReceived(f)) => f.count.into(),
        (M::AppDingsReceived, Fact::DingReceived(f)) => count(f.ding_kind == DingKind::App, f.count),
        (M::SmsDingsReceived, Fact::DingReceived(f)) => count(f.ding_kind == DingKind::Sms, f.count),
        (M::CallDingsReceived, Fact::DingReceived(f)) => count(f.ding_kind == DingKind::Call, f.count),
        (M::VoipDingsReceived, Fact::DingReceived(f)) => count(f.ding_kind == DingKind::Voip, f.count),
        (M::DingComments, Fact::DingComment(f)) => f.count.into(),
        (M::CalendarsUsed, Fact::Calendar(f)) => f.count.into(),
        (M::CalendarsCreated, Fact::Calendar(f)) => count(f.action == CalendarAction::Created, f.count),
        (M::CalendarsReceived, Fact::Calendar(f)) => count(f.action == CalendarAction::Received, f.count),
        (M::CalendarsJoined, Fact::Calendar(f)) => count(f.action == CalendarAction::Joined, f.count),
        (M::ReportsSent, Fact::ReportSent(f)) => f.count.into(),
        (M::DocumentsUsed, Fact::Document(f)) => f.count.into(),
        (M::DocumentsCreated, Fact::Document(f)) => count(f.action == DocumentAction::Created, f.count),
        (M::DocumentsEdited, Fact::Document(f)) => count(f.action == DocumentAction::Edited, f.count),
        (M::DocumentsShared, Fact::Document(f)) => count(f.action == DocumentAction::Shared, f.count),
        (M::DocumentsRead, Fact::Document(f)) => count(f.action == DocumentAction::Read, f.count),
        (M::FormsPublished, Fact::Form(f)) => count(f.action == FormAction::Published, f.count),
        (M::FormsFilled, Fact::Form(f)) => count(f.action == FormAction::Filled, f.count),
        (M::TemplatesCreated, Fact::ApprovalTemplate(_)) => 1,
        (M::CustomTemplatesCreated, Fact::ApprovalTemplate(f)) => one(f.custom),
        (M::ApprovalsSubmitted, Fact::ApprovalSubmitted(_)) => 1,
        (M::ApprovalsByOwnApps, Fact::ApprovalSubmitted(f)) => one(f.by_self_built_app),
        (M::ApprovalActions, Fact::ApprovalActed(f)) => f.count.into(),
        (M::ApprovalsFinished, Fact::ApprovalFinished(_)) => 1,
        (M::ApprovalMs, Fact::ApprovalFinished(f)) => f.duration_ms,
        (M::ShortestApprovalMs, Fact::ApprovalFinished(f)) => f.duration_ms + 1,
        (M::CheckIns, Fact::CheckIn(f)) => f.count.into(),
        (M::AttendanceExpected, Fact::Attendance(f)) => count(f.event == AttendanceEvent::Expected, f.count),
        (M::AttendancePresent, Fact::Attendance(f)) => count(f.event == AttendanceEvent::Present, f.count),
        (M::AttendanceField, Fact::Attendance(f)) => count(f.event == AttendanceEvent::Field, f.count),
        (M::AttendanceCorrections, Fact::Attendance(f)) => {
            count(f.event == AttendanceEvent::Correction, f.count)
        }
        (M::AttendanceClocks, Fact::Attendance(f)) => count(f.event == AttendanceEvent::Clocked, f.count),
        (M::RedPacketsSent, Fact::RedPacketSent(f)) => f.count.into(),
        (M::LuckyRedPacketsSent, Fact::RedPacketSent(f)) => {
            count(f.packet_kind == RedPacketKind::Lucky, f.count)
        }
        (M::ExclusiveRedPacketsSent, Fact::RedPacketSent(f)) => {
            count(f.packet_kind == RedPacketKind::Exclusive, f.count)
        }
        (M::RedPacketsReceived, Fact::RedPacketReceived(f)) => f.count.into(),
        (M::LuckyRedPacketsReceived, Fact::RedPacketReceived(f)) => {
            count(f.packet_kind == RedPacketKind::Lucky, f.count)
        }
        (M::ExclusiveRedPacketsReceived, Fact::RedPacketReceived(f)) => {
            count(f.packet_kind == RedPacketKind::Exclusive, f.count)
        }
        (M::TodosUsed, Fact::Todo(f)) => f.count.into(),
        (M::DriveUses, Fact::Drive(f)) => f.count.into(),
        (M::DriveUploads, Fact::Drive(f)) => count(f.action == DriveAction::Uploaded, f.count),
        (M::DrivePreviews, Fact::Drive(f)) => count(f.action == DriveAction::Previewed, f.count),
        (M::MailsSent, Fact::Mail(f)) => count(f.action == MailAction::Sent, f.count),
        (M::MailsForwarded, Fact::Mail(f)) => count(f.action == MailAction::Forwarded, f.count),
        (M::MailsReplied, Fact::Mail(f)) => count(f.action == MailAction::Replied, f.count),
        (M::AnnouncementsSent, Fact::Announcement(f)) => count(f.action == AnnouncementAction::Sent, f.count),
        (M::AnnouncementsReceived, Fact::Announcement(f)) => {
            count(f.action == AnnouncementAction::Received, f.count)
        }
        (M::AnnouncementsRead, Fact::Announcement(f)) => count(f.action == AnnouncementAction::Read, f.count),
        (M::Steps, Fact::Steps(f)) => f.count.into(),
        (M::ArticlesPublished, Fact::ArticlePublished(_)) | (M::ArticlesRead, Fact::ArticleRead(_)) => 1,
        (M::ArticlesRead, Fact::ArticleViews(f)) => f.count.into(),
        (M::CirclePosts, Fact::Circle(f)) => count(f.action == CircleAction::Posted, f.count),
        (M::CircleComments, Fact::Circle(f)) => count(f.action == CircleAction::Commented, f.count),
        (M::CircleLikes, Fact::Circle(f)) => count(f.action == CircleAction::Liked, f.count),
        _ => 0,
    }
}

/// The value of a metric for one member, or for facts without a member.
pub fn value(metric: Metric, facts_of_day: &Facts<'_>, of: Option<MemberNo>) -> u64 {
    let mine = || facts_of_day.iter().filter(|(member, _)| *member == of).map(|(_, fact)| *fact);
    let amounts = mine().map(|fact| amount(metric, fact)).filter(|amount| *amount > 0);
    let different =
        |name: fn(&Fact) -> Option<&str>| mine().filter_map(name).collect::<BTreeSet<&str>>().len() as u64;
    match metric {
        Metric::Steps => amounts.max().unwrap_or_default(),
        Metric::ShortestApprovalMs => amounts.min().unwrap_or_default(),
        Metric::StepsOver5000 => u64::from(value(Metric::Steps, facts_of_day, of) > 5_000),
        Metric::AppsUsed => different(|fact| match fact {
            Fact::AppVisit(visit) => Some(&visit.app_id),
            _ => None,
        }),
        Metric::ReportsCommented => different(|fact| match fact {
            Fact::ReportComment(comment) => Some(&comment.report_id),
            _ => None,
        }),
        _ => amounts.sum(),
    }
}

/// Combines the values of several members. 0 means no value.
pub fn combine(metric: Metric, values: impl Iterator<Item = u64>) -> u64 {
    let values = values.filter(|value| *value > 0);
    match metric {
        Metric::Steps => values.max().unwrap_or_default(),
        Metric::ShortestApprovalMs => values.min().unwrap_or_default(),
        _ => values.sum(),
    }
}

/// All metrics of some members, with facts without a member if they count.
pub fn totals(facts_of_day: &Facts<'_>, among: &BTreeSet<Option<MemberNo>>) -> Totals {
    let mut totals = Vec::new();
    for metric in Metric::ALL {
        let values: Vec<(Option<MemberNo>, u64)> =
            among.iter().map(|member| (*member, value(*metric, facts_of_day, *member))).collect();
        let total = Total {
            value: combine(*metric, values.iter().map(|(_, value)| *value)),
            users: values.iter().filter(|(member, value)| member.is_some() && *value > 0).count() as u32,
        };
        if total != Total::default() {
            totals.push((*metric, total));
        }
    }
    Totals(totals)
}

/// All members in facts, former ones included.
pub fn all(facts_of_day: &Facts<'_>) -> BTreeSet<Option<MemberNo>> {
    facts_of_day.iter().map(|(member, _)| *member).collect()
}

/// Members of a department or of one below it.
pub fn below(org: &Org, top: DeptId) -> BTreeSet<Option<MemberNo>> {
    let is_below = |mut dept: DeptId| loop {
        match org.parents.get(&dept) {
            _ if dept == top => break true,
            Some(Some(parent)) => dept = *parent,
            _ => break false,
        }
    };
    let members = org.members.iter().filter(|(_, depts)| depts.iter().any(|dept| is_below(*dept)));
    members.map(|(member, _)| Some(*member)).collect()
}

/// Number of different items of some kind in facts.
pub fn different<'f>(facts_of_day: &'f Facts<'_>, name: fn(&Fact) -> Option<&str>) -> BTreeMap<&'f str, u64> {
    let mut found = BTreeMap::new();
    for name in facts_of_day.iter().filter_map(|(_, fact)| name(fact)) {
        *found.entry(name).or_default() += 1;
    }
    found
}
