//! The services of the data catalogue. Their numbers are in [`carillon_domain::stats::catalogue`].
//!
//! Ids, names, units and periods are those of the documentation pages, misspelt paths included. All periods are a day.

use carillon_domain::stats::catalogue::{self, Number};
use carillon_model::app::statistic_permission as permission;

/// An operation of the data catalogue.
pub struct Service {
    /// Its id.
    pub id: &'static str,
    /// Its path.
    pub path: &'static str,
    /// Chinese title.
    pub title_zh: &'static str,
    /// English title.
    pub title_en: &'static str,
    /// The permission that it needs.
    pub permission: &'static str,
    /// The code of the family of its numbers.
    family: &'static str,
}

impl Service {
    /// Its numbers.
    pub fn numbers(&self) -> &'static [Number] {
        catalogue::family(self.family).map_or(&[], |family| family.numbers)
    }
}

const fn service(
    id: &'static str,
    family: &'static str,
    path: &'static str,
    title_zh: &'static str,
    title_en: &'static str,
    permission: &'static str,
) -> Service {
    Service { id, path, title_zh, title_en, permission, family }
}

/// All services.
pub const SERVICES: &[Service] = &[
    service(
        "statistics.dc_single_message",
        "single_message",
        "/v1.0/datacenter/singleMessagerData",
        "获取企业单聊统计数据",
        "Single chat statistics",
        permission::CHAT,
    ),
    service(
        "statistics.dc_group_message",
        "group_message",
        "/v1.0/datacenter/groupMessageData",
        "获取企业群聊统计数据",
        "Group chat statistics",
        permission::CHAT,
    ),
    service(
        "statistics.dc_mail",
        "mail",
        "/v1.0/datacenter/mailData",
        "获取企业邮箱统计数据",
        "Mail statistics",
        permission::MAIL,
    ),
    service(
        "statistics.dc_red_envelope_send",
        "red_envelope_send",
        "/v1.0/datacenter/redEnvelopeSendData",
        "获取企业发红包统计数据",
        "Red envelopes sent",
        permission::RED_ENVELOPE,
    ),
    service(
        "statistics.dc_group_live",
        "group_live",
        "/v1.0/datacenter/groupLiveData",
        "获取企业群直播统计数据",
        "Group live statistics",
        permission::LIVE,
    ),
    service(
        "statistics.dc_tel_meeting",
        "tel_meeting",
        "/v1.0/datacenter/telMeetingData",
        "获取企业电话会议统计数据",
        "Phone meeting statistics",
        permission::MEETING,
    ),
    service(
        "statistics.dc_video_meeting",
        "video_meeting",
        "/v1.0/datacenter/vedioMeetingData",
        "获取企业视频会议统计数据",
        "Video meeting statistics",
        permission::MEETING,
    ),
    service(
        "statistics.dc_red_envelope_receive",
        "red_envelope_receive",
        "/v1.0/datacenter/redEnvelopeReciveData",
        "获取企业接收红包统计数据",
        "Red envelopes received",
        permission::RED_ENVELOPE,
    ),
    service(
        "statistics.dc_ding_send",
        "ding_send",
        "/v1.0/datacenter/dingSendData",
        "获取企业DING发送统计数据",
        "DINGs sent",
        permission::DING,
    ),
    service(
        "statistics.dc_ding_receive",
        "ding_receive",
        "/v1.0/datacenter/dingReciveData",
        "获取企业DING接收及评论统计数据",
        "DINGs received and comments",
        permission::DING,
    ),
    service(
        "statistics.dc_circle",
        "circle",
        "/v1.0/datacenter/circleData",
        "获取企业全员圈统计数据",
        "All-staff circle statistics",
        permission::CIRCLE,
    ),
    service(
        "statistics.dc_online_user",
        "online_user",
        "/v1.0/datacenter/onlineUserData",
        "获取企业用户在线统计数据",
        "People online",
        permission::CONTACT,
    ),
    service(
        "statistics.dc_health",
        "health",
        "/v1.0/datacenter/healtheUserData",
        "获取企业钉钉运动统计数据",
        "Step statistics",
        permission::SPORT,
    ),
    service(
        "statistics.dc_employee_type",
        "employee_type",
        "/v1.0/datacenter/employeeTypeData",
        "获取企业员工类型统计数据",
        "Employee types",
        permission::EMPLOYEE,
    ),
    service(
        "statistics.dc_active_user",
        "active_user",
        "/v1.0/datacenter/activeUserData",
        "获取企业用户激活状态统计数据",
        "Activation statistics",
        permission::CONTACT,
    ),
    service(
        "statistics.dc_todo",
        "todo",
        "/v1.0/datacenter/todoUserData",
        "获取企业待办统计数据",
        "To-do statistics",
        permission::TODO,
    ),
    service(
        "statistics.dc_calendar",
        "calendar",
        "/v1.0/datacenter/calendarData",
        "获取企业日程统计数据",
        "Schedule statistics",
        permission::CALENDAR,
    ),
    service(
        "statistics.dc_drive",
        "drive",
        "/v1.0/datacenter/driveData",
        "获取企业钉盘统计数据",
        "Drive statistics",
        permission::DRIVE,
    ),
    service(
        "statistics.dc_report",
        "report",
        "/v1.0/datacenter/reportData",
        "获取企业日志统计数据",
        "Log statistics",
        permission::REPORT,
    ),
    service(
        "statistics.dc_document",
        "document",
        "/v1.0/datacenter/documentData",
        "获取企业文档统计数据",
        "Document statistics",
        permission::DOCUMENT,
    ),
    service(
        "statistics.dc_checkin",
        "checkin",
        "/v1.0/datacenter/checkinData",
        "获取企业签到统计数据",
        "Check-in statistics",
        permission::CHECK_IN,
    ),
    service(
        "statistics.dc_blackboard",
        "blackboard",
        "/v1.0/datacenter/blackboardData",
        "获取企业公告统计数据",
        "Announcement statistics",
        permission::BLACKBOARD,
    ),
    service(
        "statistics.dc_attendance",
        "attendance",
        "/v1.0/datacenter/attendanceData",
        "获取企业考勤统计数据",
        "Attendance statistics",
        permission::ATTENDANCE,
    ),
    service(
        "statistics.dc_approval",
        "approval",
        "/v1.0/datacenter/approvalData",
        "获取企业审批统计数据",
        "Approval statistics",
        permission::APPROVAL,
    ),
];
