//! Members, departments and roles.

pub mod mobile;

use crate::{
    id::{DeptId, MemberNo, RoleGroupId, RoleId, UserId},
    time::Timestamp,
};

/// A member of the organisation. Texts that were never set are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The dense number.
    pub no: MemberNo,
    /// `userid`.
    pub userid: UserId,
    /// The person's id across organisations (`unionid` of a user).
    pub unionid: String,
    /// The data that the organisation sets.
    pub profile: Profile,
    /// The memberships, by `dept_id`.
    pub departments: Vec<Membership>,
    /// Whether the person has ever signed in.
    pub active: bool,
    /// The administration level; `None` if the member is no administrator.
    pub admin: Option<AdminLevel>,
    /// When the member was created.
    pub created_at: Timestamp,
    /// When the member last changed.
    pub modified_at: Timestamp,
}

/// The level of an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminLevel {
    /// The main administrator, one at most.
    Main,
    /// Any other administrator.
    Sub,
}

/// The data that an organisation sets for a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Name.
    pub name: String,
    /// Mobile number in canonical form (`mobile::canonical`).
    pub mobile: String,
    /// Hide the mobile number on the profile.
    pub hide_mobile: bool,
    /// Extension number.
    pub telephone: String,
    /// Job number.
    pub job_number: String,
    /// Job title.
    pub title: String,
    /// Mail address.
    pub email: String,
    /// Company mail address.
    pub org_email: String,
    /// Edition of the company mailbox, `profession` or `base`.
    pub org_email_type: String,
    /// Place of work.
    pub work_place: String,
    /// Remark.
    pub remark: String,
    /// Custom attributes, the text of a JSON object.
    pub extension: String,
    /// Executive mode.
    pub senior_mode: bool,
    /// Date of hire, ms since 1970.
    pub hired_date: Option<i64>,
    /// The direct manager.
    pub manager_userid: String,
    /// Login mail of a mail account.
    pub login_email: String,
    /// Whether the organisation owns the login (专属帐号).
    pub exclusive_account: bool,
    /// `sso` or `dingtalk`, for such a login.
    pub exclusive_account_type: String,
    /// Login name, for such a login.
    pub login_id: String,
    /// Mobile number in canonical form, for such a login; several members may share it.
    pub exclusive_mobile: String,
    /// How that number was verified.
    pub exclusive_mobile_verify_status: String,
    /// Another organisation that owns the login.
    pub outer_exclusive_corpid: String,
    /// The member's id in that organisation.
    pub outer_exclusive_userid: String,
}

/// The membership of a member in a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The department.
    pub dept_id: DeptId,
    /// Sorts the members of the department, larger first.
    pub order: i64,
    /// Title in this department; empty if there is none.
    pub title: String,
    /// Whether the member leads the department.
    pub leader: bool,
    /// Place of work in this department; empty if there is none.
    pub work_place: String,
    /// Whether this is the main position.
    pub main: bool,
    /// Translated attributes of the position, the text of a JSON object; empty if there are none.
    pub extension_i18n: String,
}

impl Membership {
    /// A membership without order, title and other properties.
    pub fn ordinary(dept_id: DeptId) -> Self {
        Self {
            dept_id,
            order: 0,
            title: String::new(),
            leader: false,
            work_place: String::new(),
            main: false,
            extension_i18n: String::new(),
        }
    }
}

/// The data that an organisation sets for a department.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepartmentProfile {
    /// Name, unique among its siblings.
    pub name: String,
    /// Smaller sorts first.
    pub order: i64,
    /// An identifier that the caller chooses.
    pub source_identifier: String,
    /// Hidden from the contact list.
    pub hide_dept: bool,
    /// Departments that may see it although it is hidden.
    pub dept_permits: Vec<DeptId>,
    /// Members that may see it although it is hidden.
    pub user_permits: Vec<UserId>,
    /// Its members see only part of the organisation.
    pub outer_dept: bool,
    /// Its members see their own department and below, rather than only themselves.
    pub outer_dept_only_self: bool,
    /// Members that its members see as well.
    pub outer_permit_users: Vec<UserId>,
    /// Departments that its members see as well.
    pub outer_permit_depts: Vec<DeptId>,
    /// It has a group chat.
    pub create_dept_group: bool,
    /// New members join that group chat.
    pub auto_add_user: bool,
    /// That group chat includes departments below.
    pub group_contain_sub_dept: bool,
    /// The group chat includes restricted departments.
    pub group_contain_outer_dept: bool,
    /// The group chat includes hidden departments.
    pub group_contain_hidden_dept: bool,
    /// The owner of the group chat, a direct member of the department.
    pub org_dept_owner: Option<UserId>,
    /// Requests to join are approved automatically.
    pub auto_approve_apply: bool,
    /// A code that the organisation chooses.
    pub code: String,
    /// Introduction.
    pub brief: String,
    /// Extension field, JSON text.
    pub extension: String,
    /// Phone.
    pub telephone: String,
}

/// A department in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// `dept_id`.
    pub id: DeptId,
    /// The parent department; `None` for the root.
    pub parent_id: Option<DeptId>,
    /// The data that the organisation sets.
    pub profile: DepartmentProfile,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `role_id`.
    pub id: RoleId,
    /// The group that it belongs to.
    pub group_id: RoleGroupId,
    /// Name, unique in its group.
    pub name: String,
}

/// The scope that a member manages by a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManageScope {
    /// Everybody.
    Everyone,
    /// These departments and all below them, by id. Empty once all of them were deleted.
    Departments(Vec<DeptId>),
}

/// A group of roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGroup {
    /// `group_id`.
    pub id: RoleGroupId,
    /// Name.
    pub name: String,
}
