//! All permissions and their names.

use std::collections::BTreeSet;

use crate::{
    app::{field_permission, statistic_permission},
    error::{Error, Result},
    suggestion::did_you_mean,
};

/// A permission that an app can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Its code.
    pub code: &'static str,
    /// Its Chinese name, from the documentation if the vendor has the permission.
    pub name_zh: &'static str,
    /// Its English name.
    pub name_en: &'static str,
}

impl Permission {
    /// All permissions: those of the documentation, also if no operation of Carillon requires them yet, and Carillon's own.
    pub const ALL: &'static [Self] = &[
        Self::new("qyapi_base", "调用企业API时需要具备的基本权限", "basic organisation API"),
        Self::new("isvapi_base", "三方应用开通使用基础权限", "third-party app basics"),
        Self::new("qyapi_service_account_manage", "服务号管理权限", "manage service accounts"),
        Self::new("qyapi_service_account_menu", "服务号菜单管理权限", "manage service account menus"),
        Self::new(
            "qyapi_service_account_materials",
            "服务号素材管理权限",
            "manage service account materials (articles and cards)",
        ),
        Self::new("qyapi_service_account_message", "企业内部服务号消息权限", "send service account messages"),
        Self::new("Custom.Common.Read", "专属钉钉专属数据读权限", "exclusive data, read"),
        Self::new("Custom.Group.Read", "专属钉钉群读权限", "exclusive groups, read"),
        Self::new("Custom.Group.Write", "专属钉钉群写权限", "exclusive groups, write"),
        Self::new("Custom.Ding.Send", "专属钉钉发DING权限", "exclusive DING, send"),
        Self::new("qyapi_manage_addresslist", "通讯录数据管理权限", "manage contacts"),
        Self::new("qyapi_get_member", "成员信息读权限", "read people"),
        Self::new("qyapi_addresslist_search", "搜索企业通讯录的权限", "search contacts"),
        Self::new("qyapi_get_department_member", "通讯录部门成员读权限", "read people of departments"),
        Self::new("qyapi_get_member_by_mobile", "根据手机号获取成员基本信息权限", "find people by mobile"),
        Self::new("qyapi_liveness_base", "企业活跃度数据访问权限", "activity data"),
        Self::new("qyapi_get_department_list", "通讯录部门信息读权限", "read departments"),
        Self::new("Custom.Audit.Read", "专属钉钉审计读权限", "exclusive audit, read"),
        Self::new(
            "Custom.TrustedDevice.ReadWrite",
            "专属钉钉可信设备信息读写权限",
            "exclusive trusted devices, read and write",
        ),
        Self::new("Partner.Department.Read", "伙伴钉部门信息读权限", "partner departments, read"),
        Self::new("Partner.Department.Write", "伙伴钉部门信息写权限", "partner departments, write"),
        Self::new("Custom.OpFileAudit.Read", "专属钉钉文件审计日志读权限", "exclusive file audit log, read"),
        Self::new(
            "Custom.Common.ReadWrite",
            "专属钉钉基础数据读写权限",
            "exclusive base data, read and write",
        ),
        Self::new(
            "Custom.PrivateFile.ReadWrite",
            "专属钉钉专属存储读写权限",
            "exclusive storage, read and write",
        ),
        Self::new("Custom.Design.ReadWrite", "专属钉钉专属设计读写权限", "exclusive design, read and write"),
        Self::new("Custom.ScreenShot.Read", "专属钉钉防截屏读权限", "exclusive screenshot records, read"),
        Self::new(
            "Custom.Ding.RealPeople.Recognize",
            "专属钉钉实人认证权限",
            "exclusive real-person verification",
        ),
        Self::new("Custom.Ding.Face.State", "专属钉钉人脸录入状态权限", "exclusive face entry state"),
        Self::new("Custom.Ding.Face.Recognize", "专属钉钉人脸识别权限", "exclusive face recognition"),
        Self::new(
            "Custom.Industry.ReadWrite",
            "专属钉钉行业版读写权限",
            "exclusive industry edition, read and write",
        ),
        Self::new(
            "Custom.FileCheck.ReadWrite",
            "专属钉钉文件内容检测结果读写权限",
            "exclusive file check results, read and write",
        ),
        Self::new(statistic_permission::DATA_PRODUCT, "钉钉数据产品权限包", "data product permission pack"),
        Self::new(statistic_permission::LIVE_TOTALS, "查询钉钉直播统计数据的权限", "live statistics"),
        Self::new(statistic_permission::TODO, "数据服务目录待办统计读权限", "data catalogue, to-do, read"),
        Self::new(
            statistic_permission::CALENDAR,
            "数据服务目录日程统计读权限",
            "data catalogue, schedule, read",
        ),
        Self::new(statistic_permission::DRIVE, "数据服务目录钉盘统计读权限", "data catalogue, drive, read"),
        Self::new(
            statistic_permission::COUNTY,
            "数据服务目录数字区县组织信息读权限",
            "data catalogue, digital county organisation, read",
        ),
        Self::new(statistic_permission::CHAT, "数据服务目录即时沟通统计读权限", "data catalogue, chat, read"),
        Self::new(statistic_permission::REPORT, "数据服务目录日志统计读权限", "data catalogue, log, read"),
        Self::new(statistic_permission::MAIL, "数据服务目录邮箱统计读权限", "data catalogue, mail, read"),
        Self::new(
            statistic_permission::DOCUMENT,
            "数据服务目录文档统计读权限",
            "data catalogue, document, read",
        ),
        Self::new(
            statistic_permission::CHECK_IN,
            "数据服务目录签到统计读权限",
            "data catalogue, check-in, read",
        ),
        Self::new(
            statistic_permission::BLACKBOARD,
            "数据服务目录公告统计读权限",
            "data catalogue, announcement, read",
        ),
        Self::new(
            statistic_permission::ATTENDANCE,
            "数据服务目录考勤统计读权限",
            "data catalogue, attendance, read",
        ),
        Self::new(
            statistic_permission::APPROVAL,
            "数据服务目录OA审批统计读权限",
            "data catalogue, approval, read",
        ),
        Self::new(
            statistic_permission::RED_ENVELOPE,
            "数据服务目录红包统计读权限",
            "data catalogue, red envelope, read",
        ),
        Self::new(statistic_permission::LIVE, "数据服务目录直播统计读权限", "data catalogue, live, read"),
        Self::new(statistic_permission::CIRCLE, "数据服务目录圈子统计读权限", "data catalogue, circle, read"),
        Self::new(
            statistic_permission::CONTACT,
            "数据服务目录通讯录统计读权限",
            "data catalogue, contact, read",
        ),
        Self::new(
            statistic_permission::MEETING,
            "数据服务目录在线会议统计读权限",
            "data catalogue, meeting, read",
        ),
        Self::new(statistic_permission::SPORT, "数据服务目录运动统计读权限", "data catalogue, steps, read"),
        Self::new(statistic_permission::EMPLOYEE, "数据服务目录人事统计读权限", "data catalogue, HR, read"),
        Self::new(statistic_permission::DING, "数据服务目录DING统计读权限", "data catalogue, DING, read"),
        Self::new(
            statistic_permission::ANNUAL_REPORT,
            "专属钉钉企业年报读权限",
            "exclusive annual report, read",
        ),
        Self::new(field_permission::MOBILE, "企业员工手机号信息", "mobile numbers of members"),
        Self::new(
            field_permission::PERSONAL,
            "邮箱等个人信息",
            "mail addresses and other personal data of members",
        ),
        Self::new("Carillon.Audit.Read", "审计日志读权限", "audit trail, read"),
        Self::new("Carillon.Call.Read", "调用记录读权限", "journal of calls, read"),
        Self::new("Carillon.Call.Write", "调用内容记录权限", "bodies of calls, record"),
        Self::new("Carillon.Organisation.Read", "组织资料读权限", "organisation, read"),
        Self::new("Carillon.Organisation.Write", "组织资料写权限", "organisation, write"),
        Self::new("Carillon.Statistics.Read", "统计与年度报告读权限", "statistics and annual reports, read"),
        Self::new("Carillon.Fact.Write", "统计事实写权限", "facts of statistics, write"),
    ];

    const fn new(code: &'static str, name_zh: &'static str, name_en: &'static str) -> Self {
        Self { code, name_zh, name_en }
    }

    /// The codes of all permissions.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|permission| permission.code)
    }
}

/// Rejects unknown codes. The error suggests the nearest known one.
///
/// # Errors
/// A code is unknown.
pub fn require_known<'a>(field: &'static str, codes: impl IntoIterator<Item = &'a String>) -> Result<()> {
    let known: BTreeSet<&str> = Permission::codes().collect();
    let unknown = codes.into_iter().find(|code| !known.contains(code.as_str()));
    unknown.map_or(Ok(()), |code| {
        let meant = did_you_mean(code, Permission::codes());
        let reason = format!("cannot have \"{}\": there is no such permission{meant}", code.escape_debug());
        Err(Error::invalid(field, reason))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_unique_and_named() {
        let codes: BTreeSet<&str> = Permission::codes().collect();
        assert_eq!(codes.len(), Permission::ALL.len());
        for permission in Permission::ALL {
            assert!(!permission.name_zh.is_empty() && !permission.name_en.is_empty(), "{permission:?}");
        }
    }

    #[test]
    fn an_unknown_code_is_refused_with_the_nearest_one() {
        let result =
            |code: &str| require_known("grants", [&code.to_owned()]).map_err(|error| error.to_string());
        assert_eq!(result("qyapi_base"), Ok(()));
        let expected =
            "grants cannot have \"qyapi_bsae\": there is no such permission; did you mean \"qyapi_base\"?";
        assert_eq!(result("qyapi_bsae"), Err(expected.to_owned()));
        assert_eq!(result("x"), Err("grants cannot have \"x\": there is no such permission".to_owned()));
    }
}
