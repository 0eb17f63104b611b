//! Roles and role groups.

use carillon_model::{
    audit::{Change, Subject},
    contact::{ManageScope, Role, RoleGroup},
    env::Env,
    error::{Error, Result, Rule},
    event::{EventData, Label, RoleChange},
    id::{CorpId, DeptId, MemberNo, RoleGroupId, RoleId, UserId},
};
use carillon_store::Tx;

use super::userids;
use crate::event;

/// The role group that every organisation starts with. Administrators assign its roles; the API cannot.
pub const DEFAULT_GROUP: &str = "默认";

/// Adds a role group.
pub fn add_group(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, name: &str) -> Result<RoleGroupId> {
    if tx.role_group_named(corp, name)?.is_some() {
        return Err(Error::because(Rule::RoleNameTaken, "name"));
    }
    let group = RoleGroup { id: RoleGroupId(tx.next_number(corp, "role_group")?), name: name.to_owned() };
    tx.insert_role_group(corp, &group)?;
    tx.changed(corp, Change::created(Subject::RoleGroup, group.id).with("name", name));
    event::raise(tx, env, corp, EventData::RolesAdded(vec![Label::Group(group.id)]))?;
    Ok(group.id)
}

/// Adds a role to a group.
pub fn add(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, group: RoleGroupId, name: &str) -> Result<RoleId> {
    if tx.role_group(corp, group)?.is_none() {
        return Err(Rule::UnknownRoleGroup.into());
    }
    if tx.roles(corp)?.iter().any(|role| role.group_id == group && role.name == name) {
        return Err(Rule::RoleNameTaken.into());
    }
    let role = Role { id: RoleId(tx.next_number(corp, "role")?), group_id: group, name: name.to_owned() };
    tx.insert_role(corp, &role)?;
    tx.changed(corp, Change::created(Subject::Role, role.id).with("name", name).with("group", group));
    event::raise(tx, env, corp, EventData::RolesAdded(vec![Label::Role(role.id)]))?;
    Ok(role.id)
}

/// Deletes a role that no member has.
pub fn delete(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: RoleId) -> Result<()> {
    let role = get(tx, corp, id)?;
    require_changeable(tx, corp, &role)?;
    let held = tx.state().corp(corp)?.role_members.get(&id).is_some_and(|members| !members.is_empty());
    if held {
        return Err(Rule::RoleHeld.into());
    }
    tx.changed(corp, Change::removed(Subject::Role, id).with("name", role.name).with("group", role.group_id));
    tx.delete_role(corp, id)?;
    event::raise(tx, env, corp, EventData::RolesRemoved(vec![Label::Role(id)]))
}

/// Renames a role.
pub fn rename(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: RoleId, name: &str) -> Result<()> {
    let role = get(tx, corp, id)?;
    require_changeable(tx, corp, &role)?;
    let taken = |other: &Role| other.group_id == role.group_id && other.id != id && other.name == name;
    if tx.roles(corp)?.iter().any(taken) {
        return Err(Rule::RoleNameTaken.into());
    }
    tx.changed(corp, Change::updated(Subject::Role, id).between("name", &role.name, name));
    tx.rename_role(corp, id, name)?;
    let change = EventData::RoleChanged {
        label: Label::Role(id),
        name_before: role.name,
        name_after: name.to_owned(),
        group: Some(role.group_id),
    };
    event::raise(tx, env, corp, change)
}

/// Replaces the scope that a member manages through a role.
pub fn set_scope(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    userid: &UserId,
    id: RoleId,
    scope: &ManageScope,
) -> Result<()> {
    let member = super::user::number(tx, corp, userid)?;
    get(tx, corp, id)?;
    let state = tx.state().corp(corp)?;
    if !state.role_members.get(&id).is_some_and(|members| members.contains(member)) {
        return Err(Rule::RoleNotHeld.into());
    }
    if let ManageScope::Departments(departments) = scope
        && let Some(unknown) = departments.iter().find(|dept| !state.departments.contains_key(*dept))
    {
        return Err(Error::because(Rule::UnknownDepartment, unknown.to_string()));
    }
    let before = tx.manage_scope(corp, id, member)?;
    let change = Change::updated(Subject::Role, id).between(
        "scope",
        format!("{userid}: {}", audit_text(&before)),
        format!("{userid}: {}", audit_text(scope)),
    );
    tx.changed(corp, change);
    tx.set_manage_scope(corp, id, member, scope)
}

/// Scope as text for the audit trail.
fn audit_text(scope: &ManageScope) -> String {
    match scope {
        ManageScope::Everyone => "everyone".to_owned(),
        ManageScope::Departments(departments) => {
            departments.iter().map(DeptId::to_string).collect::<Vec<_>>().join(" ")
        }
    }
}

fn require_changeable(tx: &mut Tx<'_>, corp: &CorpId, role: &Role) -> Result<()> {
    let default = tx.role_group_named(corp, DEFAULT_GROUP)?;
    if Some(role.group_id) == default { Err(Rule::SystemRole.into()) } else { Ok(()) }
}

/// Returns a role, which must exist.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, id: RoleId) -> Result<Role> {
    tx.role(corp, id)?.ok_or(Error::Rule(Rule::UnknownRole))
}

/// Assigns each role to each member.
pub fn give(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, roles: &[RoleId], users: &[UserId]) -> Result<()> {
    let members = assignable(tx, corp, roles, users)?;
    for role in roles {
        for member in &members {
            tx.grant_role(corp, *role, *member)?;
        }
        tx.changed(corp, Change::updated(Subject::Role, role).between("given_to", "", userids(users)));
    }
    let change = RoleChange::Given;
    event::raise(
        tx,
        env,
        corp,
        EventData::RoleMembersChanged { change, roles: roles.to_vec(), members: users.to_vec() },
    )
}

/// Removes each role from each member.
pub fn take(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, roles: &[RoleId], users: &[UserId]) -> Result<()> {
    let members = assignable(tx, corp, roles, users)?;
    for role in roles {
        for member in &members {
            tx.revoke_role(corp, *role, *member)?;
        }
        tx.changed(corp, Change::updated(Subject::Role, role).between("taken_from", userids(users), ""));
    }
    let change = RoleChange::Taken;
    event::raise(
        tx,
        env,
        corp,
        EventData::RoleMembersChanged { change, roles: roles.to_vec(), members: users.to_vec() },
    )
}

fn assignable(tx: &mut Tx<'_>, corp: &CorpId, roles: &[RoleId], users: &[UserId]) -> Result<Vec<MemberNo>> {
    let default = tx.role_group_named(corp, DEFAULT_GROUP)?;
    for id in roles {
        let role = get(tx, corp, *id)?;
        if Some(role.group_id) == default {
            return Err(Error::because(Rule::UnknownRole, "roles of the default group cannot be assigned"));
        }
    }
    users.iter().map(|userid| super::user::number(tx, corp, userid)).collect()
}
