//! The folders of the documentation: those of the vendor with all their operations, also those that this server does not have, then
//! Carillon's own.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::text::Text;

/// What the vendor's documentation says of each operation besides its contents.
const DOCUMENTATION: &str = include_str!("../documentation.json");

/// The folders of the vendor's documentation in English.
const ENGLISH: &[(&str, &str)] = &[
    ("JSAPI鉴权", "JSAPI tickets"),
    ("OA 审批", "Approvals"),
    ("OA审批", "Approvals"),
    ("专属钉钉", "Exclusive DingTalk"),
    ("互动卡片", "Interactive cards"),
    ("互动服务窗", "Service window"),
    ("产业互联", "Connected organisations"),
    ("企业群消息", "Messages to groups"),
    ("会话管理", "Conversations"),
    ("假勤审批", "Leave approval"),
    ("卡片互动", "Interaction with cards"),
    ("即时通信", "Instant messaging"),
    ("历史文档（不推荐）", "Old pages (not recommended)"),
    ("发送DING消息", "Sending DING"),
    ("发送普通消息", "Sending messages"),
    ("可信设备", "Trusted devices"),
    ("场景群", "Scene groups"),
    ("官方 OA 审批", "Approvals of the platform"),
    ("审批任务", "Approval tasks"),
    ("审批实例", "Approval instances"),
    ("审计", "Audit"),
    ("工作通知", "Work notices"),
    ("应用身份凭证", "Tokens of apps"),
    ("开发指南", "Guides"),
    ("待办任务", "Tasks"),
    ("快捷入口管理", "Shortcuts"),
    ("数据目录", "Data catalogue"),
    ("数据统计", "Statistics"),
    ("文件", "Files"),
    ("文档/文件", "Documents and files"),
    ("日程", "Calendar"),
    ("普通消息", "Messages"),
    ("服务端API", "Server API"),
    ("机器人", "Robots"),
    ("机器人管理", "Managing robots"),
    ("没有文档页面的接口", "Operations without a page"),
    ("消息接收", "Receiving messages"),
    ("消息撤回", "Recalling messages"),
    ("消息查询", "Reading messages"),
    ("消息通知", "Notices"),
    ("用户个人身份凭证", "Tokens of users"),
    ("用户管理1.0(不推荐)", "Members 1.0 (not recommended)"),
    ("群助手", "Group assistants"),
    ("群模板", "Group templates"),
    ("群管理", "Group management"),
    ("考勤", "Attendance"),
    ("考勤打卡", "Attendance records"),
    ("获取访问凭证", "Getting tokens"),
    ("视频会议统计", "Video meetings"),
    ("认证与授权", "Authentication and authorisation"),
    ("访问凭证", "Tokens"),
    ("身份验证（免登）", "Sign-in"),
    ("通讯录管理", "Contacts"),
    ("部门管理1.0(不推荐)", "Departments 1.0 (not recommended)"),
];

/// The name of a folder in English; the same if it has none.
pub fn folder_in_english(name: &str) -> &str {
    ENGLISH.iter().find(|(chinese, _)| *chinese == name).map_or(name, |(_, english)| english)
}

/// A folder of the documentation.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its title.
    pub title: Text,
    /// The folders above it.
    pub above: Vec<String>,
    /// Whether it is one of Carillon's own.
    pub is_own: bool,
    /// Its operations.
    pub entries: Vec<Entry>,
}

/// An operation in a folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Its method.
    pub method: String,
    /// Its host: `oapi` or `api`.
    pub host: String,
    /// Its path.
    pub path: String,
    /// Whether this server has it.
    pub is_served: bool,
}

/// A module of the vendor's documentation.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its name.
    pub name: String,
    /// Whether this server has operations of it.
    pub is_served: bool,
}

#[derive(Deserialize)]
struct Documented {
    id: String,
    updated: String,
    #[serde(default)]
    title_zh: String,
    #[serde(default)]
    title_en: String,
    #[serde(default)]
    host: String,
    #[serde(default)]
    method: String,
    /// Empty if this server has the operation: its declaration has the rest.
    #[serde(default)]
    path: String,
    #[serde(default)]
    folder: String,
}

impl Folder {
    /// Whether an operation that this server has is in it.
    pub fn has(&self, id: &str) -> bool {
        self.position(id).is_some()
    }

    /// Whether this server has any operation in it.
    pub fn is_served(&self) -> bool {
        self.entries.iter().any(|entry| entry.is_served)
    }

    /// The place of an operation in it.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.is_served && entry.id == id)
    }

    /// Its folders and itself, as the documentation writes it.
    pub fn trail(&self) -> String {
        let above = self.above.iter().map(String::as_str);
        above.chain([self.title.zh.as_str()]).collect::<Vec<_>>().join(" > ")
    }
}

/// When the vendor last changed the page of each operation.
pub(crate) fn updates() -> BTreeMap<String, String> {
    documented().into_iter().map(|one| (one.id, one.updated)).collect()
}

fn documented() -> Vec<Documented> {
    // A test reads it.
    serde_json::from_str(DOCUMENTATION).unwrap_or_default()
}

/// All folders in the order of the documentation.
pub(crate) fn folders(document: &Value) -> Vec<Folder> {
    let mut folders: Vec<Folder> =
        document["tags"].as_array().into_iter().flatten().map(|tag| folder(tag, document)).collect();
    let first_own = folders.iter().position(|folder| folder.is_own).unwrap_or(folders.len());
    let mut others: Vec<Folder> = Vec::new();
    for one in documented().into_iter().filter(|one| !one.path.is_empty()) {
        let trail = one.folder.clone();
        let entry = Entry {
            id: one.id,
            title: Text::new(one.title_zh, one.title_en),
            method: one.method,
            host: one.host,
            path: one.path,
            is_served: false,
        };
        if let Some(folder) = folders.iter_mut().chain(&mut others).find(|folder| folder.trail() == trail) {
            folder.entries.push(entry);
            continue;
        }
        let mut above: Vec<String> = trail.split(" > ").map(str::to_owned).collect();
        let title = above.pop().unwrap_or_default();
        others.push(Folder {
            title: Text::new(title.as_str(), folder_in_english(&title)),
            above,
            is_own: false,
            entries: vec![entry],
        });
    }
    folders.splice(first_own..first_own, others);
    folders
}

fn folder(tag: &Value, document: &Value) -> Folder {
    let text = |key: &str| tag[key].as_str().unwrap_or_default();
    let mut above: Vec<String> = text("description").split(" > ").map(str::to_owned).collect();
    above.pop();
    let mut entries = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            if operation["tags"][0] == tag["name"] {
                entries.push(entry(path, method, operation));
            }
        }
    }
    let title = Text::new(text("x-title-zh"), text("name"));
    Folder { title, is_own: above.first().is_some_and(|first| first == "Carillon"), above, entries }
}

fn entry(path: &str, method: &str, operation: &Value) -> Entry {
    let text = |key: &str| operation[key].as_str().unwrap_or_default();
    Entry {
        id: text("operationId").to_owned(),
        title: Text::new(text("x-title-zh"), text("summary")),
        method: method.to_ascii_uppercase(),
        host: if path.starts_with("/v1.0/") { "api" } else { "oapi" }.to_owned(),
        path: path.to_owned(),
        is_served: true,
    }
}

/// The header of the vendor's documentation, and which of its modules this server has operations of.
pub(crate) fn modules() -> Vec<Module> {
    const MODULES: [(&str, bool); 26] = [
        ("获取凭证(access_token)", true),
        ("身份验证(免登)", false),
        ("应用授权", true),
        ("通讯录管理", true),
        ("互联平台", false),
        ("群会话管理", false),
        ("消息通知", true),
        ("智能工作流", false),
        ("智能填表", false),
        ("智能人事", false),
        ("考勤", false),
        ("日志", false),
        ("签到", false),
        ("公告", false),
        ("钉钉运动", false),
        ("应用管理", false),
        ("文件存储", true),
        ("钉盘", false),
        ("新教育", false),
        ("专属钉钉", true),
        ("智能办公电话", false),
        ("应用市场", false),
        ("项目管理", false),
        ("客户管理", false),
        ("培训", false),
        ("智能硬件", false),
    ];
    MODULES.map(|(name, is_served)| Module { name: name.to_owned(), is_served }).to_vec()
}
