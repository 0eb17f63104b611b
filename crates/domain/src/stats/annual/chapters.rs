//! The numbers of an annual report in the order of a reader: chapters with named entries. Their codes are the names that the
//! vendor's documentation has for them.

use carillon_model::statistic::Metric;

use super::{Annual, AnnualScope};

/// A chapter of a report.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// Its numbers.
    pub entries: Vec<Entry>,
}

/// A number of a report.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its code.
    pub code: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// The number: a whole number, or minutes with one decimal place.
    pub number: String,
}

/// What a number of a report is computed from.
#[derive(Clone, Copy)]
enum YearSource {
    /// A metric's value.
    Value(Metric),
    /// Members who have a value.
    Users(Metric),
    /// The sum over members of the days with a value.
    Days(Metric),
    /// A metric in ms, in minutes.
    Minutes(Metric),
    /// Groups created.
    NewGroups,
    /// Groups that got a message.
    GroupsWithMessages,
    /// The shortest time of an approval, in minutes.
    ShortestApproval,
    /// The average time of an approval, in minutes.
    AverageApproval,
}

use YearSource::{
    AverageApproval, Days, GroupsWithMessages, Minutes, NewGroups, ShortestApproval, Users, Value,
};

/// Whether departments have the number too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// The organisation alone.
    Organisation,
    /// Departments too.
    Departments,
}

use Of::{Departments, Organisation};

type Line = (&'static str, &'static str, &'static str, YearSource, Of);

const CHAPTERS: &[(&str, &str, &[Line])] = &[
    (
        "沟通",
        "Communication",
        &[
            (
                "send_group_msg_cnt_1y",
                "群聊消息",
                "messages to groups",
                Value(Metric::GroupMessages),
                Organisation,
            ),
            (
                "send_group_msg_user_cnt_1y",
                "发送群聊消息的人数",
                "people who wrote to groups",
                Users(Metric::GroupMessages),
                Departments,
            ),
            (
                "send_message_group_cnt_1y",
                "有消息的群",
                "groups with messages",
                GroupsWithMessages,
                Organisation,
            ),
            ("new_group_cnt_1y", "新建群", "groups created", NewGroups, Organisation),
            (
                "send_group_file_message_cnt_1y",
                "群文件",
                "files sent to groups",
                Value(Metric::GroupFiles),
                Departments,
            ),
            ("send_ding_cnt_1y", "发送 DING", "DINGs sent", Value(Metric::DingsSent), Departments),
            (
                "send_ding_user_cnt_1y",
                "发送 DING 的人数",
                "people who sent DINGs",
                Users(Metric::DingsSent),
                Organisation,
            ),
            (
                "isw_msg_click_cnt_1y",
                "服务窗文章阅读",
                "article views",
                Value(Metric::ArticlesRead),
                Departments,
            ),
        ],
    ),
    (
        "会议与直播",
        "Meetings and lives",
        &[
            (
                "join_succ_video_conf_num_1y",
                "参加视频会议",
                "video meetings joined",
                Value(Metric::VideoJoins),
                Departments,
            ),
            (
                "join_succ_video_conf_user_cnt_1y",
                "视频会议参与人次",
                "participations in video meetings",
                Value(Metric::VideoJoins),
                Organisation,
            ),
            (
                "join_succ_video_conf_len_1y",
                "视频会议参会时长（分钟）",
                "minutes in video meetings",
                Minutes(Metric::VideoJoinedMs),
                Departments,
            ),
            (
                "join_succ_voip_conf_num_1y",
                "参加语音会议",
                "voice meetings joined",
                Value(Metric::PhoneJoins),
                Departments,
            ),
            (
                "join_succ_voip_conf_user_cnt_1y",
                "语音会议参与人次",
                "participations in voice meetings",
                Value(Metric::PhoneJoins),
                Organisation,
            ),
            (
                "join_succ_voip_conf_len_1y",
                "语音会议参会时长（分钟）",
                "minutes in voice meetings",
                Minutes(Metric::PhoneJoinedMs),
                Departments,
            ),
            ("live_join_succ_cnt_1y", "观看直播", "lives watched", Value(Metric::LiveViews), Departments),
            (
                "live_join_succ_time_len_1y",
                "观看直播时长（分钟）",
                "minutes of lives watched",
                Minutes(Metric::LiveWatchedMs),
                Departments,
            ),
        ],
    ),
    (
        "文档与日程",
        "Documents and schedules",
        &[
            (
                "create_doc_cnt_1y",
                "创建文档",
                "documents created",
                Value(Metric::DocumentsCreated),
                Departments,
            ),
            (
                "use_doc_user_cnt_1y",
                "使用文档的人数",
                "people who used documents",
                Users(Metric::DocumentsUsed),
                Departments,
            ),
            (
                "send_calendar_cnt_1y",
                "创建日程",
                "calendar events created",
                Value(Metric::CalendarsCreated),
                Departments,
            ),
            (
                "send_calendar_user_cnt_1y",
                "创建日程的人数",
                "people who created calendar events",
                Users(Metric::CalendarsCreated),
                Departments,
            ),
            (
                "join_calendar_cnt_1y",
                "参加日程",
                "calendar events joined",
                Value(Metric::CalendarsJoined),
                Departments,
            ),
            (
                "join_calendar_user_cnt_1y",
                "参加日程的人数",
                "people who joined calendar events",
                Users(Metric::CalendarsJoined),
                Organisation,
            ),
            ("send_report_cnt_1y", "发送日志", "logs sent", Value(Metric::ReportsSent), Departments),
            (
                "send_report_user_cnt_1y",
                "发送日志的人数",
                "people who sent logs",
                Users(Metric::ReportsSent),
                Departments,
            ),
        ],
    ),
    (
        "审批与填表",
        "Approvals and forms",
        &[
            (
                "create_process_cnt_1y",
                "新建审批模板",
                "approval templates created",
                Value(Metric::TemplatesCreated),
                Departments,
            ),
            (
                "process_inst_submit_cnt_1y",
                "提交审批",
                "approvals submitted",
                Value(Metric::ApprovalsSubmitted),
                Departments,
            ),
            (
                "corp_app_process_inst_cnt_1y",
                "自建应用发起的审批",
                "approvals started by own apps",
                Value(Metric::ApprovalsByOwnApps),
                Departments,
            ),
            (
                "process_inst_operate_cnt_1y",
                "处理审批",
                "approvals handled",
                Value(Metric::ApprovalActions),
                Departments,
            ),
            (
                "avg_process_duration_1y",
                "审批平均用时（分钟）",
                "average minutes of an approval",
                AverageApproval,
                Departments,
            ),
            (
                "min_process_duration_1y",
                "审批最短用时（分钟）",
                "minutes of the shortest approval",
                ShortestApproval,
                Departments,
            ),
            (
                "create_smartwork_cnt_1y",
                "发布填表",
                "forms published",
                Value(Metric::FormsPublished),
                Departments,
            ),
            (
                "general_form_user_cnt_1y",
                "填表人次",
                "forms filled in",
                Value(Metric::FormsFilled),
                Organisation,
            ),
        ],
    ),
    (
        "应用与考勤",
        "Apps and attendance",
        &[
            (
                "use_micro_user_cnt_1y",
                "使用应用的人数",
                "people who used apps",
                Users(Metric::AppVisits),
                Departments,
            ),
            (
                "use_micro_app_cnt_1y",
                "使用应用（每人每天不同的应用）",
                "apps used, of each member on each day",
                Value(Metric::AppsUsed),
                Departments,
            ),
            (
                "at_check_days_1y",
                "打卡人天",
                "days with a clock-in, of all members",
                Days(Metric::AttendanceClocks),
                Departments,
            ),
            (
                "outside_days_1y",
                "外勤人天",
                "days on field work, of all members",
                Days(Metric::AttendanceField),
                Departments,
            ),
        ],
    ),
];

/// Returns the chapters of a report of the organisation or of a department; those of a member have other numbers, and are not here.
pub fn chapters(scope: &AnnualScope, annual: &Annual) -> Vec<Chapter> {
    let is_organisation = matches!(scope, AnnualScope::Organisation);
    let chapters = CHAPTERS.iter().map(|(zh, en, lines)| {
        let lines = lines.iter().filter(|(.., of)| is_organisation || *of == Departments);
        let entries =
            lines.map(|(code, zh, en, source, _)| Entry { code, zh, en, number: number(annual, *source) });
        Chapter { zh, en, entries: entries.collect() }
    });
    chapters.collect()
}

fn number(annual: &Annual, source: YearSource) -> String {
    let totals = &annual.year.totals;
    match source {
        Value(metric) => totals.value(metric).to_string(),
        Users(metric) => totals.users(metric).to_string(),
        Days(metric) => annual.year.days(metric).to_string(),
        Minutes(metric) => minutes(totals.value(metric), 1),
        NewGroups => annual.new_groups.to_string(),
        GroupsWithMessages => annual.groups_with_messages.to_string(),
        // The stored value is one more than the time, since 0 means none.
        ShortestApproval => minutes(totals.value(Metric::ShortestApprovalMs).saturating_sub(1), 1),
        AverageApproval => minutes(totals.value(Metric::ApprovalMs), totals.value(Metric::ApprovalsFinished)),
    }
}

/// Formats a quotient of ms as minutes with one decimal place, rounded half up; `0.0` without a divisor.
fn minutes(ms: u64, count: u64) -> String {
    let unit = count.saturating_mul(60_000);
    let tenths = ms.saturating_mul(10).saturating_add(unit / 2).checked_div(unit).unwrap_or_default();
    format!("{}.{}", tenths / 10, tenths % 10)
}
