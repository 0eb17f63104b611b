//! Maps facts to metrics. This is the only place that does.

use carillon_model::{
    fact::{
        AnnouncementAction, AttendanceEvent, CalendarAction, CircleAction, DingKind, DocumentAction,
        DriveAction, Fact, FormAction, GroupType, MailAction, RedPacketKind,
    },
    statistic::Metric,
};

/// Live sessions of at least this length are counted separately.
const FIVE_MINUTES_MS: u64 = 5 * 60 * 1000;

/// Calls `add` with each metric that a fact feeds and its value, for the fact's member.
///
/// Three metrics depend on a member's whole day and are counted in `roll_up`: different apps used, different reports commented
/// on, and more than 5000 steps.
pub fn metrics_of_fact(fact: &Fact, mut add: impl FnMut(Metric, u64)) {
    match fact {
        Fact::LiveSession(live) if live.succeeded => {
            add(Metric::LivesStarted, 1);
            add(Metric::LivesOfFiveMinutes, (live.duration_ms >= FIVE_MINUTES_MS).into());
            add(Metric::LiveMs, live.duration_ms);
        }
        Fact::LiveSession(_) => {}
        Fact::LiveViewing(viewing) => {
            add(Metric::LiveViews, (viewing.live_ms > 0).into());
            add(Metric::ReplayViews, (viewing.replay_ms > 0).into());
            add(Metric::LiveOrReplayViews, (viewing.live_ms > 0 || viewing.replay_ms > 0).into());
            add(Metric::LiveWatchedMs, viewing.live_ms);
            add(Metric::ReplayWatchedMs, viewing.replay_ms);
        }
        Fact::VideoMeeting(meeting) => {
            add(Metric::VideosStarted, 1);
            if meeting.connected {
                add(Metric::VideosConnected, 1);
                add(Metric::VideoMs, meeting.duration_ms);
            }
        }
        Fact::VideoParticipation(participation) => {
            add(Metric::VideoInvitations, 1);
            if participation.joined {
                add(Metric::VideoJoins, 1);
                add(Metric::VideoJoinedMs, participation.attend_ms);
            }
        }
        Fact::PhoneMeeting(meeting) => {
            add(Metric::PhonesStarted, 1);
            if meeting.connected {
                add(Metric::PhonesConnected, 1);
                add(Metric::PhoneMs, meeting.duration_ms);
            }
        }
        Fact::PhoneParticipation(participation) => {
            add(Metric::PhoneInvitations, 1);
            if participation.joined {
                add(Metric::PhoneJoins, 1);
                add(Metric::PhoneJoinedMs, participation.attend_ms);
            }
        }
        Fact::SingleMessage(message) => both(Metric::Messages, Metric::SingleMessages, message.count, add),
        Fact::GroupMessage(message) => both(Metric::Messages, Metric::GroupMessages, message.count, add),
        Fact::GroupFile(file) => add(Metric::GroupFiles, file.count.into()),
        Fact::Mention(mention) => add(Metric::Mentions, mention.count.into()),
        Fact::GroupCreated(group) => {
            add(Metric::GroupsCreated, 1);
            add(Metric::DepartmentGroupsCreated, (group.group_type == GroupType::Department).into());
        }
        Fact::GroupDissolved(group) => {
            add(Metric::GroupsDissolved, 1);
            add(Metric::DepartmentGroupsDissolved, (group.group_type == GroupType::Department).into());
        }
        Fact::GroupJoined(_) => add(Metric::GroupsJoined, 1),
        Fact::GroupOpened(_) => add(Metric::GroupsOpened, 1),
        Fact::AppVisit(visit) => add(Metric::AppVisits, visit.count.into()),
        Fact::Login(login) => {
            let by_client =
                if login.client.is_mobile() { Metric::MobileLogins } else { Metric::DesktopLogins };
            both(Metric::Logins, by_client, 1, add);
        }
        Fact::DingSent(ding) => {
            let by_kind = match ding.ding_kind {
                DingKind::App => Metric::AppDingsSent,
                DingKind::Sms => Metric::SmsDingsSent,
                DingKind::Call => Metric::CallDingsSent,
                DingKind::Voip => Metric::VoipDingsSent,
            };
            both(Metric::DingsSent, by_kind, ding.count, add);
        }
        Fact::DingReceived(ding) => {
            let by_kind = match ding.ding_kind {
                DingKind::App => Metric::AppDingsReceived,
                DingKind::Sms => Metric::SmsDingsReceived,
                DingKind::Call => Metric::CallDingsReceived,
                DingKind::Voip => Metric::VoipDingsReceived,
            };
            both(Metric::DingsReceived, by_kind, ding.count, add);
        }
        Fact::DingComment(comment) => add(Metric::DingComments, comment.count.into()),
        Fact::Calendar(calendar) => {
            let by_action = match calendar.action {
                CalendarAction::Created => Metric::CalendarsCreated,
                CalendarAction::Received => Metric::CalendarsReceived,
                CalendarAction::Joined => Metric::CalendarsJoined,
            };
            both(Metric::CalendarsUsed, by_action, calendar.count, add);
        }
        Fact::ReportSent(report) => add(Metric::ReportsSent, report.count.into()),
        Fact::ReportComment(_) | Fact::Employment(_) | Fact::GroupNamed(_) => {}
        Fact::Document(document) => {
            let by_action = match document.action {
                DocumentAction::Created => Metric::DocumentsCreated,
                DocumentAction::Edited => Metric::DocumentsEdited,
                DocumentAction::Shared => Metric::DocumentsShared,
                DocumentAction::Read => Metric::DocumentsRead,
            };
            both(Metric::DocumentsUsed, by_action, document.count, add);
        }
        Fact::Form(form) => match form.action {
            FormAction::Published => add(Metric::FormsPublished, form.count.into()),
            FormAction::Filled => add(Metric::FormsFilled, form.count.into()),
        },
        Fact::ApprovalTemplate(template) => {
            add(Metric::TemplatesCreated, 1);
            add(Metric::CustomTemplatesCreated, template.custom.into());
        }
        Fact::ApprovalSubmitted(approval) => {
            add(Metric::ApprovalsSubmitted, 1);
            add(Metric::ApprovalsByOwnApps, approval.by_self_built_app.into());
        }
        Fact::ApprovalActed(acted) => add(Metric::ApprovalActions, acted.count.into()),
        Fact::ApprovalFinished(finished) => {
            add(Metric::ApprovalsFinished, 1);
            add(Metric::ApprovalMs, finished.duration_ms);
            add(Metric::ShortestApprovalMs, finished.duration_ms + 1);
        }
        Fact::CheckIn(check_in) => add(Metric::CheckIns, check_in.count.into()),
        Fact::Attendance(attendance) => {
            let metric = match attendance.event {
                AttendanceEvent::Expected => Metric::AttendanceExpected,
                AttendanceEvent::Present => Metric::AttendancePresent,
                AttendanceEvent::Field => Metric::AttendanceField,
                AttendanceEvent::Correction => Metric::AttendanceCorrections,
                AttendanceEvent::Clocked => Metric::AttendanceClocks,
            };
            add(metric, attendance.count.into());
        }
        Fact::RedPacketSent(packet) => {
            add(Metric::RedPacketsSent, packet.count.into());
            match packet.packet_kind {
                RedPacketKind::Ordinary => {}
                RedPacketKind::Lucky => add(Metric::LuckyRedPacketsSent, packet.count.into()),
                RedPacketKind::Exclusive => add(Metric::ExclusiveRedPacketsSent, packet.count.into()),
            }
        }
        Fact::RedPacketReceived(packet) => {
            add(Metric::RedPacketsReceived, packet.count.into());
            match packet.packet_kind {
                RedPacketKind::Ordinary => {}
                RedPacketKind::Lucky => add(Metric::LuckyRedPacketsReceived, packet.count.into()),
                RedPacketKind::Exclusive => add(Metric::ExclusiveRedPacketsReceived, packet.count.into()),
            }
        }
        Fact::Todo(todo) => add(Metric::TodosUsed, todo.count.into()),
        Fact::Drive(drive) => {
            let by_action = match drive.action {
                DriveAction::Uploaded => Metric::DriveUploads,
                DriveAction::Previewed => Metric::DrivePreviews,
            };
            both(Metric::DriveUses, by_action, drive.count, add);
        }
        Fact::Mail(mail) => {
            let metric = match mail.action {
                MailAction::Sent => Metric::MailsSent,
                MailAction::Forwarded => Metric::MailsForwarded,
                MailAction::Replied => Metric::MailsReplied,
            };
            add(metric, mail.count.into());
        }
        Fact::Announcement(announcement) => {
            let metric = match announcement.action {
                AnnouncementAction::Sent => Metric::AnnouncementsSent,
                AnnouncementAction::Received => Metric::AnnouncementsReceived,
                AnnouncementAction::Read => Metric::AnnouncementsRead,
            };
            add(metric, announcement.count.into());
        }
        Fact::Steps(steps) => add(Metric::Steps, steps.count.into()),
        Fact::ArticlePublished(_) => add(Metric::ArticlesPublished, 1),
        Fact::ArticleRead(_) => add(Metric::ArticlesRead, 1),
        Fact::ArticleViews(views) => add(Metric::ArticlesRead, views.count.into()),
        Fact::Circle(circle) => {
            let metric = match circle.action {
                CircleAction::Posted => Metric::CirclePosts,
                CircleAction::Commented => Metric::CircleComments,
                CircleAction::Liked => Metric::CircleLikes,
            };
            add(metric, circle.count.into());
        }
    }
}

fn both(all: Metric, one: Metric, count: u32, mut add: impl FnMut(Metric, u64)) {
    add(all, count.into());
    add(one, count.into());
}
