//! Apps: programs with a key and a secret that call the operations for one organisation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The three types of app that the permission table of each operation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AppType {
    /// An organisation's own app (企业内部应用).
    Internal,
    /// A third-party organisation app (第三方企业应用).
    Isv,
    /// A third-party personal app (第三方个人应用).
    Personal,
}

impl AppType {
    /// The name, stored and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Isv => "isv",
            Self::Personal => "personal",
        }
    }

    /// Parses the name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Internal, Self::Isv, Self::Personal].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Permissions for fields of a member's record, beside the permission of the operation. The public pages name these permissions
/// without a code; the codes are those of the vendor's console for the same names.
pub mod field_permission {
    /// Mobile number and country code (企业员工手机号信息).
    pub const MOBILE: &str = "fieldMobile";
    /// Mail address, place of work, remark and extension (邮箱等个人信息).
    pub const PERSONAL: &str = "fieldEmail";

    /// The fields of a member's record that a permission gives access to, by their names on the wire.
    pub fn fields(code: &str) -> &'static [&'static str] {
        match code {
            MOBILE => &["mobile", "state_code"],
            PERSONAL => &["email", "work_place", "remark", "extension"],
            _ => &[],
        }
    }
}

/// Permissions of statistics, which the public pages name in Chinese without a code. Decided: the codes are English translations in
/// the form of the vendor's codes on the v1.0 host.
pub mod statistic_permission {
    /// 钉钉数据产品权限包: all of `topapi/kac` and `exclusive/data` but live totals.
    pub const DATA_PRODUCT: &str = "DataProduct.Statistics.Read";
    /// 查询钉钉直播统计数据的权限.
    pub const LIVE_TOTALS: &str = "DataProduct.Live.Read";
    /// 专属钉钉企业年报读权限.
    pub const ANNUAL_REPORT: &str = "Custom.AnnualReport.Read";
    /// 数据服务目录待办统计读权限.
    pub const TODO: &str = "DataCenter.Todo.Read";
    /// 数据服务目录日程统计读权限.
    pub const CALENDAR: &str = "DataCenter.Calendar.Read";
    /// 数据服务目录钉盘统计读权限.
    pub const DRIVE: &str = "DataCenter.Drive.Read";
    /// 数据服务目录数字区县组织信息读权限.
    pub const COUNTY: &str = "DataCenter.DigitalCounty.Read";
    /// 数据服务目录即时沟通统计读权限.
    pub const CHAT: &str = "DataCenter.Chat.Read";
    /// 数据服务目录日志统计读权限.
    pub const REPORT: &str = "DataCenter.Report.Read";
    /// 数据服务目录邮箱统计读权限.
    pub const MAIL: &str = "DataCenter.Mail.Read";
    /// 数据服务目录文档统计读权限.
    pub const DOCUMENT: &str = "DataCenter.Document.Read";
    /// 数据服务目录签到统计读权限.
    pub const CHECK_IN: &str = "DataCenter.CheckIn.Read";
    /// 数据服务目录公告统计读权限.
    pub const BLACKBOARD: &str = "DataCenter.Blackboard.Read";
    /// 数据服务目录考勤统计读权限.
    pub const ATTENDANCE: &str = "DataCenter.Attendance.Read";
    /// 数据服务目录OA审批统计读权限.
    pub const APPROVAL: &str = "DataCenter.Approval.Read";
    /// 数据服务目录红包统计读权限.
    pub const RED_ENVELOPE: &str = "DataCenter.RedEnvelope.Read";
    /// 数据服务目录直播统计读权限.
    pub const LIVE: &str = "DataCenter.Live.Read";
    /// 数据服务目录圈子统计读权限.
    pub const CIRCLE: &str = "DataCenter.Circle.Read";
    /// 数据服务目录通讯录统计读权限.
    pub const CONTACT: &str = "DataCenter.Contact.Read";
    /// 数据服务目录在线会议统计读权限.
    pub const MEETING: &str = "DataCenter.Meeting.Read";
    /// 数据服务目录运动统计读权限.
    pub const SPORT: &str = "DataCenter.Sport.Read";
    /// 数据服务目录人事统计读权限.
    pub const EMPLOYEE: &str = "DataCenter.Employee.Read";
    /// 数据服务目录DING统计读权限.
    pub const DING: &str = "DataCenter.Ding.Read";
}
