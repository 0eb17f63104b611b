//! Numbers of work tools: calendar, documents, attendance, approvals and the like.

use carillon_model::statistic::Metric;

use super::{
    Family,
    Source::{Cumulative, Share, TemplatesUsed, Users, Value},
    Topic, number,
};

/// The families.
pub const FAMILIES: &[Family] = &[
    Family {
        code: "todo",
        topic: Topic::Work,
        zh: "待办",
        en: "To-dos",
        numbers: &[number("4108", "待办用户数", "to-do users", "人", Users(Metric::TodosUsed))],
    },
    Family {
        code: "calendar",
        topic: Topic::Work,
        zh: "日程",
        en: "Schedules",
        numbers: &[
            number("4125", "日程用户数", "schedule users", "人", Users(Metric::CalendarsUsed)),
            number(
                "4126",
                "发起日程用户数",
                "users who started schedules",
                "人",
                Users(Metric::CalendarsCreated),
            ),
            number(
                "4127",
                "接收日程用户数",
                "users who received schedules",
                "人",
                Users(Metric::CalendarsReceived),
            ),
        ],
    },
    Family {
        code: "drive",
        topic: Topic::Documents,
        zh: "钉盘",
        en: "Drive",
        numbers: &[
            number("4117", "钉盘用户数", "drive users", "人", Users(Metric::DriveUses)),
            number("4118", "钉盘上传文件数", "files uploaded", "", Value(Metric::DriveUploads)),
            number("4119", "钉盘预览文件数", "files previewed", "", Value(Metric::DrivePreviews)),
        ],
    },
    Family {
        code: "report",
        topic: Topic::Work,
        zh: "日志",
        en: "Logs",
        numbers: &[
            number("4100", "发送日志数", "logs sent", "", Value(Metric::ReportsSent)),
            number("4101", "发送日志用户数", "log authors", "人", Users(Metric::ReportsSent)),
            number("4102", "评论日志用户数", "log commenters", "人", Users(Metric::ReportsCommented)),
        ],
    },
    Family {
        code: "document",
        topic: Topic::Documents,
        zh: "文档",
        en: "Documents",
        numbers: &[
            number("4103", "创建文档数", "documents created", "", Value(Metric::DocumentsCreated)),
            number("4104", "编辑文档数", "documents edited", "", Value(Metric::DocumentsEdited)),
            number("4105", "分享文档数", "documents shared", "", Value(Metric::DocumentsShared)),
            number("4106", "阅读文档数", "documents read", "", Value(Metric::DocumentsRead)),
        ],
    },
    Family {
        code: "checkin",
        topic: Topic::Attendance,
        zh: "签到",
        en: "Check-ins",
        numbers: &[
            number("4090", "签到次数", "check-ins", "次", Value(Metric::CheckIns)),
            number("4091", "签到用户数", "people who checked in", "人", Users(Metric::CheckIns)),
        ],
    },
    Family {
        code: "blackboard",
        topic: Topic::Community,
        zh: "公告",
        en: "Announcements",
        numbers: &[
            number(
                "4080",
                "公告已读人数",
                "people who read announcements",
                "人",
                Users(Metric::AnnouncementsRead),
            ),
            number("5001", "发布公告数", "announcements sent", "条", Value(Metric::AnnouncementsSent)),
            number(
                "5002",
                "公告已接收人数",
                "people who received announcements",
                "人",
                Users(Metric::AnnouncementsReceived),
            ),
        ],
    },
    Family {
        code: "attendance",
        topic: Topic::Attendance,
        zh: "考勤",
        en: "Attendance",
        numbers: &[
            number("4084", "实际出勤人数", "people present", "人", Users(Metric::AttendancePresent)),
            number("4085", "外勤人数", "people on field work", "人", Users(Metric::AttendanceField)),
            number("4086", "应出勤人数", "people expected", "人", Users(Metric::AttendanceExpected)),
            number(
                "4087",
                "出勤率",
                "attendance rate",
                "",
                Share(Metric::AttendancePresent, Metric::AttendanceExpected),
            ),
            number(
                "4088",
                "补卡申请次数",
                "corrections requested",
                "次",
                Value(Metric::AttendanceCorrections),
            ),
            number("4089", "用户主动考勤次数", "clock-ins by users", "次", Value(Metric::AttendanceClocks)),
        ],
    },
    Family {
        code: "approval",
        topic: Topic::Work,
        zh: "审批",
        en: "Approvals",
        numbers: &[
            number(
                "4092",
                "累计审批模板数",
                "approval templates to date",
                "",
                Cumulative(Metric::TemplatesCreated),
            ),
            number(
                "4093",
                "累计自定义审批模板数",
                "custom approval templates to date",
                "",
                Cumulative(Metric::CustomTemplatesCreated),
            ),
            number(
                "4094",
                "新建自定义模板数",
                "custom templates created",
                "",
                Value(Metric::CustomTemplatesCreated),
            ),
            number("4095", "提交审批单数", "approvals submitted", "单", Value(Metric::ApprovalsSubmitted)),
            number(
                "4096",
                "提交审批用户数",
                "people who submitted approvals",
                "人",
                Users(Metric::ApprovalsSubmitted),
            ),
            number("4097", "活跃审批模板数", "templates in use", "", TemplatesUsed),
            number("4098", "操作审批次数", "approval actions", "次", Value(Metric::ApprovalActions)),
            number(
                "4099",
                "操作审批用户数",
                "people who acted on approvals",
                "人",
                Users(Metric::ApprovalActions),
            ),
        ],
    },
];
