//! Services about work tools: calendar, documents, attendance, approvals and the like.

use carillon_model::{app::statistic_permission, statistic::Metric};

use super::{
    super::kpi::Source::{Cumulative, Share, TemplatesUsed, Users, Value},
    Service, kpi,
};

/// The services.
pub const SERVICES: &[Service] = &[
    Service {
        id: "statistics.dc_todo",
        path: "/v1.0/datacenter/todoUserData",
        title_zh: "获取企业待办统计数据",
        title_en: "To-do statistics",
        permission: statistic_permission::TODO,
        kpis: &[kpi("4108", "待办用户数", "to-do users", "人", Users(Metric::TodosUsed))],
    },
    Service {
        id: "statistics.dc_calendar",
        path: "/v1.0/datacenter/calendarData",
        title_zh: "获取企业日程统计数据",
        title_en: "Schedule statistics",
        permission: statistic_permission::CALENDAR,
        kpis: &[
            kpi("4125", "日程用户数", "schedule users", "人", Users(Metric::CalendarsUsed)),
            kpi(
                "4126",
                "发起日程用户数",
                "users who started schedules",
                "人",
                Users(Metric::CalendarsCreated),
            ),
            kpi(
                "4127",
                "接收日程用户数",
                "users who received schedules",
                "人",
                Users(Metric::CalendarsReceived),
            ),
        ],
    },
    Service {
        id: "statistics.dc_drive",
        path: "/v1.0/datacenter/driveData",
        title_zh: "获取企业钉盘统计数据",
        title_en: "Drive statistics",
        permission: statistic_permission::DRIVE,
        kpis: &[
            kpi("4117", "钉盘用户数", "drive users", "人", Users(Metric::DriveUses)),
            kpi("4118", "钉盘上传文件数", "files uploaded", "", Value(Metric::DriveUploads)),
            kpi("4119", "钉盘预览文件数", "files previewed", "", Value(Metric::DrivePreviews)),
        ],
    },
    Service {
        id: "statistics.dc_report",
        path: "/v1.0/datacenter/reportData",
        title_zh: "获取企业日志统计数据",
        title_en: "Log statistics",
        permission: statistic_permission::REPORT,
        kpis: &[
            kpi("4100", "发送日志数", "logs sent", "", Value(Metric::ReportsSent)),
            kpi("4101", "发送日志用户数", "log authors", "人", Users(Metric::ReportsSent)),
            kpi("4102", "评论日志用户数", "log commenters", "人", Users(Metric::ReportsCommented)),
        ],
    },
    Service {
        id: "statistics.dc_document",
        path: "/v1.0/datacenter/documentData",
        title_zh: "获取企业文档统计数据",
        title_en: "Document statistics",
        permission: statistic_permission::DOCUMENT,
        kpis: &[
            kpi("4103", "创建文档数", "documents created", "", Value(Metric::DocumentsCreated)),
            kpi("4104", "编辑文档数", "documents edited", "", Value(Metric::DocumentsEdited)),
            kpi("4105", "分享文档数", "documents shared", "", Value(Metric::DocumentsShared)),
            kpi("4106", "阅读文档数", "documents read", "", Value(Metric::DocumentsRead)),
        ],
    },
    Service {
        id: "statistics.dc_checkin",
        path: "/v1.0/datacenter/checkinData",
        title_zh: "获取企业签到统计数据",
        title_en: "Check-in statistics",
        permission: statistic_permission::CHECK_IN,
        kpis: &[
            kpi("4090", "签到次数", "check-ins", "次", Value(Metric::CheckIns)),
            kpi("4091", "签到用户数", "people who checked in", "人", Users(Metric::CheckIns)),
        ],
    },
    Service {
        id: "statistics.dc_blackboard",
        path: "/v1.0/datacenter/blackboardData",
        title_zh: "获取企业公告统计数据",
        title_en: "Announcement statistics",
        permission: statistic_permission::BLACKBOARD,
        kpis: &[
            kpi(
                "4080",
                "公告已读人数",
                "people who read announcements",
                "人",
                Users(Metric::AnnouncementsRead),
            ),
            kpi("5001", "发布公告数", "announcements sent", "条", Value(Metric::AnnouncementsSent)),
            kpi(
                "5002",
                "公告已接收人数",
                "people who received announcements",
                "人",
                Users(Metric::AnnouncementsReceived),
            ),
        ],
    },
    Service {
        id: "statistics.dc_attendance",
        path: "/v1.0/datacenter/attendanceData",
        title_zh: "获取企业考勤统计数据",
        title_en: "Attendance statistics",
        permission: statistic_permission::ATTENDANCE,
        kpis: &[
            kpi("4084", "实际出勤人数", "people present", "人", Users(Metric::AttendancePresent)),
            kpi("4085", "外勤人数", "people on field work", "人", Users(Metric::AttendanceField)),
            kpi("4086", "应出勤人数", "people expected", "人", Users(Metric::AttendanceExpected)),
            kpi(
                "4087",
                "出勤率",
                "attendance rate",
                "",
                Share(Metric::AttendancePresent, Metric::AttendanceExpected),
            ),
            kpi("4088", "补卡申请次数", "corrections requested", "次", Value(Metric::AttendanceCorrections)),
            kpi("4089", "用户主动考勤次数", "clock-ins by users", "次", Value(Metric::AttendanceClocks)),
        ],
    },
    Service {
        id: "statistics.dc_approval",
        path: "/v1.0/datacenter/approvalData",
        title_zh: "获取企业审批统计数据",
        title_en: "Approval statistics",
        permission: statistic_permission::APPROVAL,
        kpis: &[
            kpi(
                "4092",
                "累计审批模板数",
                "approval templates to date",
                "",
                Cumulative(Metric::TemplatesCreated),
            ),
            kpi(
                "4093",
                "累计自定义审批模板数",
                "custom approval templates to date",
                "",
                Cumulative(Metric::CustomTemplatesCreated),
            ),
            kpi(
                "4094",
                "新建自定义模板数",
                "custom templates created",
                "",
                Value(Metric::CustomTemplatesCreated),
            ),
            kpi("4095", "提交审批单数", "approvals submitted", "单", Value(Metric::ApprovalsSubmitted)),
            kpi(
                "4096",
                "提交审批用户数",
                "people who submitted approvals",
                "人",
                Users(Metric::ApprovalsSubmitted),
            ),
            kpi("4097", "活跃审批模板数", "templates in use", "", TemplatesUsed),
            kpi("4098", "操作审批次数", "approval actions", "次", Value(Metric::ApprovalActions)),
            kpi(
                "4099",
                "操作审批用户数",
                "people who acted on approvals",
                "人",
                Users(Metric::ApprovalActions),
            ),
        ],
    },
];
