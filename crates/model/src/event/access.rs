//! The apps that may receive an event: apps of the types that its documentation page names, with a permission. The pages name no
//! permission. Decided: it is a permission of the operations that read or change the same object.

use std::collections::BTreeSet;

use super::EventKind;
use crate::app::AppType;

/// Members and administrators: `user/get`, `user/listadmin`; `v2/user/list`; `v2/user/update`.
const MEMBERS: &[&str] = &["qyapi_get_member", "qyapi_get_department_member", "qyapi_manage_addresslist"];
/// Departments and roles: `v2/department/get`, `role/list`; `v2/department/update`, `role/update_role`.
const DEPARTMENTS_AND_ROLES: &[&str] = &["qyapi_get_department_list", "qyapi_manage_addresslist"];
/// Members of roles: `role/simplelist`; `role/addrolesforemps`.
const MEMBERS_OF_ROLES: &[&str] = &["qyapi_get_department_member", "qyapi_manage_addresslist"];
/// Messages of members to service accounts: `message/mass/send`.
const MESSAGES: &[&str] = &["qyapi_service_account_message"];
/// Menu choices of members: the same, and `serviceaccount/menu/update`.
const MENU_CHOICES: &[&str] = &["qyapi_service_account_message", "qyapi_service_account_menu"];
/// Apps: the permission that every app of an organisation has.
const APPS: &[&str] = &["qyapi_base"];

/// The requirements for an app to receive events of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventAccess {
    /// Codes of permissions, one of which is enough; none if none is needed. Errors name the first.
    pub permissions: &'static [&'static str],
    /// The types of app.
    pub app_types: &'static [AppType],
}

impl EventAccess {
    /// Returns true if an app of this type with these permissions has access.
    pub fn allows(self, app_type: AppType, grants: &BTreeSet<String>) -> bool {
        let has_permission = self.permissions.is_empty()
            || self.permissions.iter().any(|permission| grants.contains(*permission));
        self.app_types.contains(&app_type) && has_permission
    }

    /// The permission that errors name.
    pub fn permission(self) -> &'static str {
        self.permissions.first().copied().unwrap_or_default()
    }
}

impl EventKind {
    /// The apps that may receive events of this type, on any channel.
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
            // Nothing is in it, so every app may receive it.
            Self::Test => (&[][..], ORGANISATION),
        };
        EventAccess { permissions, app_types }
    }
}
