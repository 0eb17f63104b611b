//! The tags of the document: the folders of the vendor's documentation, in the order of its tree, then Carillon's own.

use serde_json::{Value, json};

/// A folder of the documentation.
struct Tag {
    title_en: &'static str,
    title_zh: &'static str,
    /// The folders above it.
    above: &'static str,
    /// Its operations: ids, and prefixes of ids that end with `*`.
    operations: &'static [&'static str],
}

const STATISTICS: &str = "服务端API > 专属钉钉 > 数据统计";
const SERVICE_WINDOW: &str = "服务端API > 专属钉钉 > 互动服务窗";
const EXCLUSIVE: &str = "服务端API > 专属钉钉";
const CONTACTS: &str = "服务端API > 通讯录管理";
const CARILLON: &str = "Carillon";

/// An operation belongs to the first tag that names it.
const TAGS: &[Tag] = &[
    tag("Live sessions", "视频直播统计", STATISTICS, &["statistics.live_*", "statistics.dept_live_list"]),
    tag(
        "Video meetings",
        "视频会议统计",
        STATISTICS,
        &["statistics.videoconf_*", "statistics.dept_videoconf_list"],
    ),
    tag(
        "Telephone conferences",
        "电话会议统计",
        STATISTICS,
        &["statistics.telconf_*", "statistics.dept_telconf_list"],
    ),
    tag(
        "Other statistics of the organisation",
        "企业其他数据统计",
        STATISTICS,
        &[
            "statistics.group_summary",
            "statistics.chat_summary",
            "statistics.dept_chat_list",
            "statistics.dau_summary",
            "statistics.dept_dau_list",
            "statistics.ding_summary",
            "statistics.dept_ding_list",
            "statistics.microapp_list",
            "statistics.inactivated_user_list",
        ],
    ),
    tag("Calendar statistics", "企业日程数据", STATISTICS, &["statistics.calendar_org"]),
    tag("Report statistics", "企业日志数据", STATISTICS, &["statistics.report_*"]),
    tag("Document statistics", "钉钉文档数据", STATISTICS, &["statistics.doc_*"]),
    tag("Form statistics", "智能填表数据", STATISTICS, &["statistics.form_*"]),
    tag("Service window statistics", "互动服务窗数据", STATISTICS, &["statistics.publisher"]),
    tag(
        "Activity and versions",
        "企业其他数据",
        STATISTICS,
        &["statistics.monthly_active", "statistics.inactive_users", "statistics.app_version"],
    ),
    tag("Conference details", "会议详情", STATISTICS, &["statistics.conference_*"]),
    tag("Data catalogue", "数据目录", EXCLUSIVE, &["statistics.dc_*"]),
    tag(
        "Service accounts",
        "服务号管理",
        SERVICE_WINDOW,
        &["serviceaccount.add", "serviceaccount.update", "serviceaccount.list", "serviceaccount.get"],
    ),
    tag("Articles", "文章管理", SERVICE_WINDOW, &["article.*"]),
    tag("Cards", "图文卡片管理", SERVICE_WINDOW, &["card.*"]),
    tag("Mass messages", "消息群发", SERVICE_WINDOW, &["mass.*"]),
    tag("Menus", "菜单管理", SERVICE_WINDOW, &["serviceaccount.menu_*"]),
    tag("Comments", "评论管理", SERVICE_WINDOW, &["comments.*"]),
    tag("Annual report", "获取年报数据", EXCLUSIVE, &["annual_report.*"]),
    tag("Internal groups", "企业内部群", EXCLUSIVE, &["group.*"]),
    tag("DING", "DING", EXCLUSIVE, &["ding.*"]),
    tag(
        "Credentials",
        "访问凭证",
        "服务端API > 认证与授权",
        &["credentials.gettoken", "credentials.access_token"],
    ),
    tag("Authorisation of apps", "应用授权", "服务端API", &["credentials.get_auth_info"]),
    tag("Members", "用户管理", CONTACTS, &["contacts.user_*"]),
    tag("Departments", "部门管理", CONTACTS, &["contacts.dept_*"]),
    tag("Roles", "角色管理", CONTACTS, &["roles.*"]),
    tag("Media files", "媒体文件", "服务端API > 文档/文件", &["credentials.media_upload"]),
    tag("Robots", "机器人", "服务端API > 即时通信", &["robot.*"]),
    tag("Event subscriptions", "事件订阅", "服务端API", &["events.*"]),
    tag("Sends", "群发", CARILLON, &["carillon.mass_*", "carillon.calendar_*", "carillon.send_*"]),
    tag("Drafts of articles", "文章草稿", CARILLON, &["carillon.article_*"]),
    tag("Pictures and cards", "素材库与卡片", CARILLON, &["carillon.picture_*", "carillon.card_*"]),
    tag("Settings of accounts", "服务号设置", CARILLON, &["carillon.account_*", "carillon.auto_replies_*"]),
    tag(
        "Conversations and comments",
        "会话与评论",
        CARILLON,
        &["carillon.conversation_*", "carillon.comment_*", "carillon.saved_answer_*"],
    ),
    tag("Groups", "群", CARILLON, &["carillon.group_*"]),
    tag(
        "Members and departments",
        "成员与部门",
        CARILLON,
        &[
            "carillon.member_add",
            "carillon.member_get",
            "carillon.member_import_*",
            "carillon.member_list",
            "carillon.member_password_link",
            "carillon.member_remove",
            "carillon.member_roles",
            "carillon.member_set",
            "carillon.member_unlock",
            "carillon.department_*",
        ],
    ),
    tag(
        "Operators and sessions",
        "管理员与登录",
        CARILLON,
        &[
            "carillon.operator_*",
            "carillon.member_session*",
            "carillon.session*",
            "carillon.member_sign_on_unlink",
            "carillon.sign_on_*",
        ],
    ),
    tag("Apps and events", "应用与事件", CARILLON, &["carillon.app_*", "carillon.event_*"]),
    tag("Calls and audit", "调用日志与审计", CARILLON, &["carillon.calls_*", "carillon.audits_*"]),
    tag("Numbers", "统计与报告", CARILLON, &["carillon.statistics_*", "carillon.report_*"]),
    tag(
        "Organisation and facts",
        "组织与统计数据",
        CARILLON,
        &[
            "carillon.organisation_*",
            "carillon.system_*",
            "carillon.guide_*",
            "carillon.facts_*",
            "carillon.ding_*",
        ],
    ),
];

const fn tag(
    title_en: &'static str,
    title_zh: &'static str,
    above: &'static str,
    operations: &'static [&'static str],
) -> Tag {
    Tag { title_en, title_zh, above, operations }
}

impl Tag {
    fn contains(&self, id: &str) -> bool {
        self.operations.iter().any(|operation| match operation.strip_suffix('*') {
            Some(prefix) => id.starts_with(prefix),
            None => id == *operation,
        })
    }
}

/// Returns the tag of an operation. A test of the document finds operations without one.
pub(super) fn tag_of(id: &str) -> Option<&'static str> {
    TAGS.iter().find(|tag| tag.contains(id)).map(|tag| tag.title_en)
}

/// Returns all tags in their order.
pub(super) fn tags() -> Vec<Value> {
    let described = TAGS.iter().map(|tag| {
        let folder = format!("{} > {}", tag.above, tag.title_zh);
        json!({ "name": tag.title_en, "x-title-zh": tag.title_zh, "description": folder })
    });
    described.collect()
}
