//! Which apps may receive an event: apps of the types that its page names, with a permission. The pages name no permission.
//! Decided: it is one of those of the operations on the same thing, to read it or to change it.

use std::collections::BTreeSet;

use super::EventKind;
use crate::app::AppType;

/// Members and administrators: `user/get`, `user/listadmin`; `v2/user/list`; `v2/user/update`.
const MEMBERS: &[&str] = &["qyapi_get_member", "qyapi_get_department_member", "qyapi_manage_addresslist"];
/// Departments and roles: `v2/department/get`, `role/list`; `v2/department/update`, `role/update_role`.
const DEPARTMENTS_AND_ROLES: &[&str] = &["qyapi_get_department_list", "qyapi_manage_addresslist"];
/// Who has a role: `role/simplelist`; `role/addrolesforemps`.
const MEMBERS_OF_ROLES: &[&str] = &["qyapi_get_department_member", "qyapi_manage_addresslist"];
/// What members write to service accounts: `message/mass/send`.
const MESSAGES: &[&str] = &["qyapi_service_account_message"];
/// What members choose from a menu: the same, and `serviceaccount/menu/update`.
const MENU_CHOICES: &[&str] = &["qyapi_service_account_message", "qyapi_service_account_menu"];
/// Apps: what every app of an organisation has.
const APPS: &[&str] = &["qyapi_base"];

/// What an app needs to receive events of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventAccess {
    /// Codes of permissions, one of which is enough. The first is the one that a refusal names.
    pub permissions: &'static [&'static str],
    /// The types of app.
    pub app_types: &'static [AppType],
}

impl EventAccess {
    /// Whether an app of this type, with these permissions, has access.
    pub fn allows(self, app_type: AppType, grants: &BTreeSet<String>) -> bool {
        self.app_types.contains(&app_type)
            && self.permissions.iter().any(|permission| grants.contains(*permission))
    }

    /// The permission to ask for.
    pub fn permission(self) -> &'static str {
        self.permissions.first().copied().unwrap_or_default()
    }
}

impl EventKind {
    /// Who may receive events of this type, on whatever channel.
    pub fn access(self) -> EventAccess {
        const INTERNAL: &[AppType] = &[AppType::Internal];
        const ORGANISATION: &[AppType] = &[AppType::Internal, AppType::Isv];
        let (permissions, app_types) = match self {
            Self::MembersAdded | Self::MemberChanged | Self::MembersLeft | Self::MemberActivated => {
                (MEMBERS, ORGANISATION)
            }
            Self::AdminsAdded | Self::AdminsRemoved => (MEMBERS, INTERNAL),
            Self::DepartmentsAdded | Self::DepartmentsChanged | Self::DepartmentsRemoved => {
                (DEPARTMENTS_AND_ROLES, ORGANISATION)
            }
            Self::RolesAdded | Self::RoleChanged | Self::RolesRemoved => (DEPARTMENTS_AND_ROLES, INTERNAL),
            Self::RoleMembersChanged => (MEMBERS_OF_ROLES, INTERNAL),
            Self::AccountMessage => (MESSAGES, INTERNAL),
            Self::AccountAction => (MENU_CHOICES, INTERNAL),
            Self::AppReleased => (APPS, INTERNAL),
        };
        EventAccess { permissions, app_types }
    }
}
