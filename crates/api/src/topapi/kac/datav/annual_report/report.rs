//! The fields of the annual report of the organisation, a department or a member. Fields that do not apply to the subject are absent.

use carillon_domain::stats::annual::{Annual, AnnualScope};
use carillon_model::statistic::{Metric, Totals};
use schemars::JsonSchema;
use serde::Serialize;

use crate::topapi::kac::response::{average_minutes, minutes, whole_average};

const MINUTE_MS: u64 = 60_000;

/// The report of a year.
#[derive(Serialize, JsonSchema)]
pub struct Report {
    /// Times that articles of service accounts were read, as text.
    isw_msg_click_cnt_1y: String,
    /// The most steps of a day; only for type 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_step_count_1y: Option<u64>,
    /// The shortest time of an approval in minutes, as text with one decimal place; only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_process_duration_1y: Option<String>,
    /// Members who made calendar events; only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_calendar_user_cnt_1y: Option<u64>,
    /// Members who joined calendar events; only for type 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    join_calendar_user_cnt_1y: Option<u64>,
    /// Templates of approvals created; approvals started are `process_inst_submit_cnt_1y`. Only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    create_process_cnt_1y: Option<u64>,
    /// Smart forms filled in by the member; only for type 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    use_smartwork_cnt_1y: Option<u64>,
    /// DINGs sent in the year.
    send_ding_cnt_1y: u64,
    /// DINGs received by the member; only for type 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    recv_ding_cnt_1y: Option<u64>,
    /// Groups created in the year; only for types 1 and 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_group_cnt_1y: Option<u64>,
    /// Calendar events joined; each participation counts.
    join_calendar_cnt_1y: u64,
    /// Days on which the member signed in; only for type 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    act_usr_days_1y: Option<u64>,
    /// Files sent to groups in the year.
    send_group_file_message_cnt_1y: u64,
    /// Members who sent DINGs; only for type 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_ding_user_cnt_1y: Option<u64>,
    /// Members who sent messages to groups; only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_group_msg_user_cnt_1y: Option<u64>,
    /// Groups that the member joined; only for type 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    join_group_cnt_1y: Option<u64>,
    /// The average time of an approval in minutes, as text with one decimal place; only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    avg_process_duration_1y: Option<String>,
    /// Members who sent reports; only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_report_user_cnt_1y: Option<u64>,
    /// Minutes of the video meetings that the member started, rounded to a whole number; only for type 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_succ_video_conf_len_1y: Option<u64>,
    /// Documents created in the year.
    create_doc_cnt_1y: u64,
    /// Groups that got a message in the year; only for type 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_message_group_cnt_1y: Option<u64>,
    /// Smart forms published in the year.
    create_smartwork_cnt_1y: u64,
    /// Calendar events made in the year.
    send_calendar_cnt_1y: u64,
    /// Times that others mentioned the member; only for type 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_me_msg_cnt_1y: Option<u64>,
    /// Reports sent in the year.
    send_report_cnt_1y: u64,
    /// Approvals started by self-built apps; only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    corp_app_process_inst_cnt_1y: Option<u64>,
    /// Messages sent to groups; only for types 1 and 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_group_msg_cnt_1y: Option<u64>,
    /// Members who created, edited, shared or read documents; only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    use_doc_user_cnt_1y: Option<u64>,
    /// Participations in voice meetings; only for type 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    join_succ_voip_conf_user_cnt_1y: Option<u64>,
    /// Participations in video meetings; only for type 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    join_succ_video_conf_user_cnt_1y: Option<u64>,
    /// Days in the field, added up over all members.
    outside_days_1y: u64,
    /// Internal groups that the member created; only for type 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    inner_group_cnt_1y: Option<u64>,
    /// Approval actions taken in the year.
    process_inst_operate_cnt_1y: u64,
    /// Approvals started in the year.
    process_inst_submit_cnt_1y: u64,
    /// Days with a clock-in or clock-out, added up over all members.
    at_check_days_1y: u64,
    /// Minutes of lives watched, as text with one decimal place.
    live_join_succ_time_len_1y: String,
    /// Lives watched while they were live; each viewing counts.
    live_join_succ_cnt_1y: u64,
    /// Minutes present in voice meetings, as text with one decimal place.
    join_succ_voip_conf_len_1y: String,
    /// Voice meetings joined; each participation counts.
    join_succ_voip_conf_num_1y: u64,
    /// Minutes present in video meetings, as text with one decimal place.
    join_succ_video_conf_len_1y: String,
    /// Video meetings joined; each participation counts.
    join_succ_video_conf_num_1y: u64,
    /// Apps used: of each member on each day the different ones.
    use_micro_app_cnt_1y: u64,
    /// Participations in smart forms; only for type 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    general_form_user_cnt_1y: Option<u64>,
    /// Members who used apps; only for types 1 and 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    use_micro_user_cnt_1y: Option<u64>,
}

/// Builds the report of a year.
pub fn report(subject: &AnnualScope, annual: &Annual) -> Report {
    let organisation = matches!(subject, AnnualScope::Organisation);
    let member = matches!(subject, AnnualScope::Member(_));
    let not_member = !member;
    let not_department = !matches!(subject, AnnualScope::Department(_));
    let totals = &annual.year.totals;
    let value = |metric| totals.value(metric);
    let users = |metric| totals.users(metric);
    let days = |metric| annual.year.days(metric);
    Report {
        isw_msg_click_cnt_1y: value(Metric::ArticlesRead).to_string(),
        max_step_count_1y: member.then(|| value(Metric::Steps)),
        min_process_duration_1y: not_member.then(|| minutes(shortest_approval_ms(totals))),
        send_calendar_user_cnt_1y: not_member.then(|| users(Metric::CalendarsCreated)),
        join_calendar_user_cnt_1y: organisation.then(|| users(Metric::CalendarsJoined)),
        create_process_cnt_1y: not_member.then(|| value(Metric::TemplatesCreated)),
        use_smartwork_cnt_1y: member.then(|| value(Metric::FormsFilled)),
        send_ding_cnt_1y: value(Metric::DingsSent),
        recv_ding_cnt_1y: member.then(|| value(Metric::DingsReceived)),
        new_group_cnt_1y: not_department
            .then(|| if organisation { annual.new_groups } else { value(Metric::GroupsCreated) }),
        join_calendar_cnt_1y: value(Metric::CalendarsJoined),
        act_usr_days_1y: member.then(|| days(Metric::Logins)),
        send_group_file_message_cnt_1y: value(Metric::GroupFiles),
        send_ding_user_cnt_1y: organisation.then(|| users(Metric::DingsSent)),
        send_group_msg_user_cnt_1y: not_member.then(|| users(Metric::GroupMessages)),
        join_group_cnt_1y: member.then(|| value(Metric::GroupsJoined)),
        avg_process_duration_1y: not_member
            .then(|| average_minutes(value(Metric::ApprovalMs), value(Metric::ApprovalsFinished))),
        send_report_user_cnt_1y: not_member.then(|| users(Metric::ReportsSent)),
        start_succ_video_conf_len_1y: member.then(|| whole_average(value(Metric::VideoMs), MINUTE_MS)),
        create_doc_cnt_1y: value(Metric::DocumentsCreated),
        send_message_group_cnt_1y: organisation.then_some(annual.groups_with_messages),
        create_smartwork_cnt_1y: value(Metric::FormsPublished),
        send_calendar_cnt_1y: value(Metric::CalendarsCreated),
        at_me_msg_cnt_1y: member.then(|| value(Metric::Mentions)),
        send_report_cnt_1y: value(Metric::ReportsSent),
        corp_app_process_inst_cnt_1y: not_member.then(|| value(Metric::ApprovalsByOwnApps)),
        send_group_msg_cnt_1y: not_department.then(|| value(Metric::GroupMessages)),
        use_doc_user_cnt_1y: not_member.then(|| users(Metric::DocumentsUsed)),
        join_succ_voip_conf_user_cnt_1y: organisation.then(|| value(Metric::PhoneJoins)),
        join_succ_video_conf_user_cnt_1y: organisation.then(|| value(Metric::VideoJoins)),
        outside_days_1y: days(Metric::AttendanceField),
        inner_group_cnt_1y: member.then(|| value(Metric::GroupsCreated)),
        process_inst_operate_cnt_1y: value(Metric::ApprovalActions),
        process_inst_submit_cnt_1y: value(Metric::ApprovalsSubmitted),
        at_check_days_1y: days(Metric::AttendanceClocks),
        live_join_succ_time_len_1y: minutes(value(Metric::LiveWatchedMs)),
        live_join_succ_cnt_1y: value(Metric::LiveViews),
        join_succ_voip_conf_len_1y: minutes(value(Metric::PhoneJoinedMs)),
        join_succ_voip_conf_num_1y: value(Metric::PhoneJoins),
        join_succ_video_conf_len_1y: minutes(value(Metric::VideoJoinedMs)),
        join_succ_video_conf_num_1y: value(Metric::VideoJoins),
        use_micro_app_cnt_1y: value(Metric::AppsUsed),
        general_form_user_cnt_1y: organisation.then(|| value(Metric::FormsFilled)),
        use_micro_user_cnt_1y: not_member.then(|| users(Metric::AppVisits)),
    }
}

/// The stored value is one more than the time, since 0 means none.
fn shortest_approval_ms(totals: &Totals) -> u64 {
    totals.value(Metric::ShortestApprovalMs).saturating_sub(1)
}
