//! The fields of a member that are written, and their errors.

use carillon_domain::contact::manage::MemberEdit;
use carillon_model::{
    error::Rule,
    id::{DeptId, RoleId},
};
use carillon_wire::{Code, operation::Builder};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::v1_0::carillon::UNKNOWN_MEMBER;

/// The fields besides name and departments, which a new member needs. Absent ones stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberFields {
    /// The mobile number, foreign ones as `+xx-xxxx`; unique in the organisation.
    #[schemars(length(max = 32))]
    mobile: Option<String>,
    /// Whether the mobile number is hidden on the profile.
    hide_mobile: Option<bool>,
    /// The e-mail address, unique in the organisation.
    #[schemars(length(max = 50))]
    email: Option<String>,
    /// The job title, such as `Engineer`.
    #[schemars(length(max = 200))]
    title: Option<String>,
    /// The job number, unique in the organisation.
    #[schemars(length(max = 50))]
    job_number: Option<String>,
    /// The number of the extension, unique in the organisation.
    #[schemars(length(max = 50))]
    telephone: Option<String>,
    /// The place of work, as free text.
    #[schemars(length(max = 100))]
    work_place: Option<String>,
    /// A remark about the member, as free text.
    #[schemars(length(max = 2000))]
    remark: Option<String>,
    /// The ids of all roles from now on; absent: as they are.
    #[schemars(length(max = 300))]
    role_ids: Option<Vec<RoleId>>,
}

impl MemberFields {
    /// The edit, with the name and the departments if they change.
    pub fn into_edit(self, name: Option<String>, departments: Option<Vec<DeptId>>) -> MemberEdit {
        MemberEdit {
            name,
            mobile: self.mobile,
            hide_mobile: self.hide_mobile,
            email: self.email,
            title: self.title,
            job_number: self.job_number,
            telephone: self.telephone,
            work_place: self.work_place,
            remark: self.remark,
            departments,
            roles: self.role_ids,
        }
    }
}

/// Declares the errors of writing a member.
pub fn declare_errors(operation: Builder) -> Builder {
    operation
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .error(Rule::MobileTaken, Code::both(60104, "手机号码在公司中已存在", "mobile.taken", 409))
        .error(Rule::MobileInvalid, Code::both(60103, "手机号码不合法", "mobile.invalid", 400))
        .error(Rule::EmailTaken, Code::both(60106, "邮箱已存在", "email.taken", 409))
        .error(Rule::EmailInvalid, Code::both(60105, "邮箱不合法", "email.invalid", 400))
        .error(Rule::TelephoneTaken, Code::both(40100, "分机号已经存在", "telephone.taken", 409))
        .error(Rule::JobNumberTaken, Code::both(60123, "工号已存在", "job.number.taken", 409))
        .error(Rule::UnknownDepartment, UNKNOWN_DEPARTMENT)
        .error(Rule::UnknownRole, UNKNOWN_ROLE)
}

/// No department has the id.
pub const UNKNOWN_DEPARTMENT: Code = Code::both(60003, "部门不存在", "department.not.found", 404);
/// No role has the id, or it belongs to the default group.
pub const UNKNOWN_ROLE: Code = Code::both(33011, "无效的roleId", "role.not.found", 400);
