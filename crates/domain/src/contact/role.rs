//! Roles and their groups.

use carillon_model::{
    audit::{Change, Subject},
    contact::{Role, RoleGroup},
    error::{Error, Result, Rule},
    id::{CorpId, MemberNo, RoleGroupId, RoleId, UserId},
};
use carillon_store::Tx;

/// The group that every organisation has from the start. Its roles are given by administrators, not through the API.
pub const DEFAULT_GROUP: &str = "默认";

/// Adds a group of roles.
pub fn add_group(tx: &mut Tx<'_>, corp: &CorpId, name: &str) -> Result<RoleGroupId> {
    if tx.role_group_named(corp, name)?.is_some() {
        return Err(Error::because(Rule::RoleNameTaken, "name"));
    }
    let group = RoleGroup { id: RoleGroupId(tx.next_number(corp, "role_group")?), name: name.to_owned() };
    tx.insert_role_group(corp, &group)?;
    tx.changed(corp, Change::created(Subject::RoleGroup, group.id).with("name", name));
    Ok(group.id)
}

/// Adds a role to a group.
pub fn add(tx: &mut Tx<'_>, corp: &CorpId, group: RoleGroupId, name: &str) -> Result<RoleId> {
    if tx.role_group(corp, group)?.is_none() {
        return Err(Rule::UnknownRoleGroup.into());
    }
    if tx.roles(corp)?.iter().any(|role| role.group_id == group && role.name == name) {
        return Err(Rule::RoleNameTaken.into());
    }
    let role = Role { id: RoleId(tx.next_number(corp, "role")?), group_id: group, name: name.to_owned() };
    tx.insert_role(corp, &role)?;
    tx.changed(corp, Change::created(Subject::Role, role.id).with("name", name).with("group", group));
    Ok(role.id)
}

/// A role that must exist.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, id: RoleId) -> Result<Role> {
    tx.role(corp, id)?.ok_or(Error::Rule(Rule::UnknownRole))
}

/// Gives each of the roles to each of the members.
pub fn give(tx: &mut Tx<'_>, corp: &CorpId, roles: &[RoleId], users: &[UserId]) -> Result<()> {
    let members = assignable(tx, corp, roles, users)?;
    for role in roles {
        for member in &members {
            tx.give_role(corp, *role, *member)?;
        }
        tx.changed(corp, Change::updated(Subject::Role, role).between("given_to", "", userids(users)));
    }
    Ok(())
}

/// Takes each of the roles from each of the members.
pub fn take(tx: &mut Tx<'_>, corp: &CorpId, roles: &[RoleId], users: &[UserId]) -> Result<()> {
    let members = assignable(tx, corp, roles, users)?;
    for role in roles {
        for member in &members {
            tx.take_role(corp, *role, *member)?;
        }
        tx.changed(corp, Change::updated(Subject::Role, role).between("taken_from", userids(users), ""));
    }
    Ok(())
}

/// Members by name, as the audit trail tells them.
fn userids(users: &[UserId]) -> String {
    users.iter().map(UserId::as_str).collect::<Vec<_>>().join(" ")
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
