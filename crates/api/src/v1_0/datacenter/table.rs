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
    /// What it is for, in Chinese.
    pub purpose_zh: &'static str,
    /// What it is for, in English.
    pub purpose_en: &'static str,
    /// The permission that it needs.
    pub permission: &'static str,
    /// The code of the family of its numbers.
    family: &'static str,
}

impl Service {
    const fn purpose(mut self, zh: &'static str, en: &'static str) -> Self {
        self.purpose_zh = zh;
        self.purpose_en = en;
        self
    }

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
    Service { id, path, title_zh, title_en, purpose_zh: "", purpose_en: "", permission, family }
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
    )
    .purpose(
        "查询企业某一天的聊天人数和消息数：全部聊天、其中的单聊，以及人均消息数。互动率为发过消息的成员占当天结束时成员数的比例。成员与服务号之间的消息不计入。",
        "Returns how many members of the organisation chatted on a day and how many messages they sent, in all chats and in single chats. The share is that of the members at the end of the day. Messages between members and service accounts do not count.",
    ),
    service(
        "statistics.dc_group_message",
        "group_message",
        "/v1.0/datacenter/groupMessageData",
        "获取企业群聊统计数据",
        "Group chat statistics",
        permission::CHAT,
    )
    .purpose(
        "查询企业某一天的群聊人数、消息数、新增群数和活跃群数，以及当天结束时的内部群数和部门群数。活跃群指当天有消息的群。",
        "Returns members who wrote to groups on a day, their messages, groups created and groups with messages, and how many internal groups and department groups there were at its end. Groups that only facts name count like others.",
    ),
    service(
        "statistics.dc_mail",
        "mail",
        "/v1.0/datacenter/mailData",
        "获取企业邮箱统计数据",
        "Mail statistics",
        permission::MAIL,
    )
    .purpose(
        "查询企业某一天发送、转发和回复邮件的次数和人数。由写入的事实数据统计。",
        "Returns how often members sent, forwarded and replied to mails on a day, and how many members did. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_red_envelope_send",
        "red_envelope_send",
        "/v1.0/datacenter/redEnvelopeSendData",
        "获取企业发红包统计数据",
        "Red envelopes sent",
        permission::RED_ENVELOPE,
    )
    .purpose(
        "查询企业某一天发出的红包数和发红包的人数，并分别列出拼手气红包和专享红包。由写入的事实数据统计。",
        "Returns red envelopes that members sent on a day, and how many members did; lucky and exclusive ones are also counted on their own. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_group_live",
        "group_live",
        "/v1.0/datacenter/groupLiveData",
        "获取企业群直播统计数据",
        "Group live statistics",
        permission::LIVE,
    )
    .purpose(
        "查询企业某一天群直播的场次、时长、观看和回看的次数与人数。直播计入开始的那一天，观看计入观看的那一天，只统计成功发起的直播。由写入的事实数据统计。",
        "Returns group lives of a day, their minutes, and how often and by how many members they and their replays were watched. A live counts on the day on which it began, a view on its own day. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_tel_meeting",
        "tel_meeting",
        "/v1.0/datacenter/telMeetingData",
        "获取企业电话会议统计数据",
        "Phone meeting statistics",
        permission::MEETING,
    )
    .purpose(
        "查询企业某一天电话会议的发起次数、成功次数、时长和人数。会议计入开始的那一天，跨天不拆分。由写入的事实数据统计。",
        "Returns phone meetings of a day: how many were started and connected, their minutes, and how many members started and joined them. A meeting counts on the day on which it began. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_video_meeting",
        "video_meeting",
        "/v1.0/datacenter/vedioMeetingData",
        "获取企业视频会议统计数据",
        "Video meeting statistics",
        permission::MEETING,
    )
    .purpose(
        "查询企业某一天视频会议的发起次数、成功次数、时长和参与情况。“参与用户数”包括受邀但未参会的成员，“成功参与用户数”只含实际参会的成员。由写入的事实数据统计。",
        "Returns video meetings of a day: how many were started and connected, their minutes, and how many members were invited, joined and started them. A meeting counts on the day on which it began. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_red_envelope_receive",
        "red_envelope_receive",
        "/v1.0/datacenter/redEnvelopeReciveData",
        "获取企业接收红包统计数据",
        "Red envelopes received",
        permission::RED_ENVELOPE,
    )
    .purpose(
        "查询企业某一天收到的红包数和收红包的人数，并分别列出拼手气红包和专享红包。由写入的事实数据统计。",
        "Returns red envelopes that members received on a day, and how many members did; lucky and exclusive ones are also counted on their own. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_ding_send",
        "ding_send",
        "/v1.0/datacenter/dingSendData",
        "获取企业DING发送统计数据",
        "DINGs sent",
        permission::DING,
    )
    .purpose(
        "查询企业某一天发送 DING 的次数和人数，并按应用内、短信、电话分别列出。由应用或服务号发送的 DING 只计次数，不计入发送人数。",
        "Returns DINGs that were sent on a day, and how many members sent them; those in the app, by text message and by phone are also counted on their own. A DING of an app or an account has no sender among the members.",
    ),
    service(
        "statistics.dc_ding_receive",
        "ding_receive",
        "/v1.0/datacenter/dingReciveData",
        "获取企业DING接收及评论统计数据",
        "DINGs received and comments",
        permission::DING,
    )
    .purpose(
        "查询企业某一天接收 DING 的次数（按应用内、短信、电话分别列出）和 DING 评论数。发给多人的 DING，每位接收人计一次。",
        "Returns how many DINGs members received on a day, in the app, by text message and by phone, and how many comments on DINGs they wrote. A DING counts once for each receiver.",
    ),
    service(
        "statistics.dc_circle",
        "circle",
        "/v1.0/datacenter/circleData",
        "获取企业全员圈统计数据",
        "All-staff circle statistics",
        permission::CIRCLE,
    )
    .purpose(
        "查询企业某一天全员圈的动态、评论和点赞的数量与人数，以及截至当天累计的动态数和发布人数。由写入的事实数据统计。",
        "Returns posts, comments and likes in the all-staff circle on a day, with how many members wrote them, and posts and authors to date. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_online_user",
        "online_user",
        "/v1.0/datacenter/onlineUserData",
        "获取企业用户在线统计数据",
        "People online",
        permission::CONTACT,
    )
    .purpose(
        "查询企业某一天的通讯录人数、登录人数（电脑端和移动端分别列出）、在线率和聊天人数。当天首次打开收件箱即计为登录；在线率为登录的成员占当天结束时成员数的比例。",
        "Returns members of a day and how many of them signed in, on computers and on phones, the share of those online, and members who chatted. The first visit of the inbox on a day counts as a sign-in; the share is that of the members at the end of the day.",
    ),
    service(
        "statistics.dc_health",
        "health",
        "/v1.0/datacenter/healtheUserData",
        "获取企业钉钉运动统计数据",
        "Step statistics",
        permission::SPORT,
    )
    .purpose(
        "查询企业某一天有运动步数的人数，以及超过 5000 步的人数。由写入的事实数据统计。",
        "Returns how many members had steps on a day, and how many had more than 5000. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_employee_type",
        "employee_type",
        "/v1.0/datacenter/employeeTypeData",
        "获取企业员工类型统计数据",
        "Employee types",
        permission::EMPLOYEE,
    )
    .purpose(
        "查询截至某一天企业各类型和各状态的员工人数，例如全职、试用、实习和离职。由写入的事实数据统计。成员以最近一次写入的员工资料为准。",
        "Returns employees of the organisation at the end of a day by type and by status, such as full-time, on probation, interns and those who left. The last fact about a member decides. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_active_user",
        "active_user",
        "/v1.0/datacenter/activeUserData",
        "获取企业用户激活状态统计数据",
        "Activation statistics",
        permission::CONTACT,
    )
    .purpose(
        "查询截至某一天累计激活的人数，以及激活率，即其占当天结束时成员数的比例。成员首次登录即为激活，之后不再变化。",
        "Returns how many members were activated up to a day, and their share of the members at its end. A member is activated by the first sign-in, for good.",
    ),
    service(
        "statistics.dc_todo",
        "todo",
        "/v1.0/datacenter/todoUserData",
        "获取企业待办统计数据",
        "To-do statistics",
        permission::TODO,
    )
    .purpose(
        "查询企业某一天使用待办的人数。由写入的事实数据统计。",
        "Returns how many members used to-dos on a day. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_calendar",
        "calendar",
        "/v1.0/datacenter/calendarData",
        "获取企业日程统计数据",
        "Schedule statistics",
        permission::CALENDAR,
    )
    .purpose(
        "查询企业某一天使用日程、发起日程和接收日程的人数。由写入的事实数据统计。",
        "Returns how many members used, created and received calendar events on a day. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_drive",
        "drive",
        "/v1.0/datacenter/driveData",
        "获取企业钉盘统计数据",
        "Drive statistics",
        permission::DRIVE,
    )
    .purpose(
        "查询企业某一天使用钉盘的人数，以及上传和预览的文件数。由写入的事实数据统计。",
        "Returns how many members used the drive on a day, and how many files they uploaded and previewed. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_report",
        "report",
        "/v1.0/datacenter/reportData",
        "获取企业日志统计数据",
        "Log statistics",
        permission::REPORT,
    )
    .purpose(
        "查询企业某一天发送的日志数、发送日志的人数和评论日志的人数。与组织维度的日志接口不同，评论多篇日志的成员只计一次。由写入的事实数据统计。",
        "Returns logs (work reports) sent on a day, their authors and their commenters. A member who commented on several logs counts once, unlike in `statistics.report_org`. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_document",
        "document",
        "/v1.0/datacenter/documentData",
        "获取企业文档统计数据",
        "Document statistics",
        permission::DOCUMENT,
    )
    .purpose(
        "查询企业某一天创建、编辑、分享和阅读文档的数量。由写入的事实数据统计。同一文档按事实数据出现的次数计算。",
        "Returns documents that members created, edited, shared and read on a day; a document counts as often as facts report it. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_checkin",
        "checkin",
        "/v1.0/datacenter/checkinData",
        "获取企业签到统计数据",
        "Check-in statistics",
        permission::CHECK_IN,
    )
    .purpose(
        "查询企业某一天的签到次数和签到人数。由写入的事实数据统计。",
        "Returns check-ins of a day, and how many members checked in. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_blackboard",
        "blackboard",
        "/v1.0/datacenter/blackboardData",
        "获取企业公告统计数据",
        "Announcement statistics",
        permission::BLACKBOARD,
    )
    .purpose(
        "查询企业某一天发布的公告数，以及接收和阅读公告的人数。由写入的事实数据统计。",
        "Returns announcements sent on a day, and how many members received and read announcements on it. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_attendance",
        "attendance",
        "/v1.0/datacenter/attendanceData",
        "获取企业考勤统计数据",
        "Attendance statistics",
        permission::ATTENDANCE,
    )
    .purpose(
        "查询企业某一天应出勤、实际出勤和外勤的人数，出勤率，以及打卡和补卡申请的次数。出勤率为实际出勤人数除以应出勤人数。由写入的事实数据统计。",
        "Returns how many members were expected, present and on field work on a day, the share of those present among those expected, clock-ins, and corrections that were requested. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
    service(
        "statistics.dc_approval",
        "approval",
        "/v1.0/datacenter/approvalData",
        "获取企业审批统计数据",
        "Approval statistics",
        permission::APPROVAL,
    )
    .purpose(
        "查询企业某一天提交和处理审批的次数与人数、使用过的模板数，以及截至当天累计的审批模板数。由写入的事实数据统计。",
        "Returns approvals that were submitted and acted on on a day, with how many members did, templates in use, and templates created to date. Counted from the facts that `carillon.facts_ingest` took in.",
    ),
];
