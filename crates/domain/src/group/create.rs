//! Creates a group.

use std::collections::BTreeMap;

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    fact::GroupCreated,
    group::{Group, GroupKind, GroupOrigin, GroupTemplate},
    id::{CorpId, DeptId, GroupNo, MemberNo, UserId},
    time::Timestamp,
};
use carillon_store::Tx;

use super::{
    MAX_MEMBERS, member_named, members::MemberSelection, members_below_all, members_named, record_joins,
    set_administrators, set_members, type_of,
};
use crate::{mint, stats::fact};

/// A group to create.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: GroupKind,
    /// The department, if the group follows one.
    pub department: Option<DeptId>,
    /// The template, if it is a scene group.
    pub template: GroupTemplate,
    /// The owner, who becomes a member.
    pub owner: UserId,
    /// Administrators besides the owner, who become members.
    pub administrators: Vec<UserId>,
    /// Other members. Must be empty for a group that follows the organisation.
    pub members: MemberSelection,
    /// Whether its files are also stored in the drive.
    pub synced_to_drive: bool,
    /// Custom attributes.
    pub extensions: BTreeMap<String, String>,
}

/// Creates a group.
///
/// Decided: an app creates a group in the name of its owner. An organisation has at most one group of all staff, and a department
/// at most one group.
pub fn create(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: NewGroup) -> Result<Group> {
    let owner_no = member_named(tx, corp, "ownerUserId", &new.owner)?;
    let members = first_members(tx, corp, owner_no, &new)?;
    let now = env.now();
    let mut group = Group {
        no: GroupNo(tx.next_number(corp, "group")?),
        id: mint::conversation_id(env),
        origin: GroupOrigin::Operation,
        title: new.title,
        kind: new.kind,
        department: new.department,
        template: new.template,
        synced_to_drive: new.synced_to_drive,
        extensions: new.extensions,
        owner: Some(owner_no),
        creator: owner_no,
        member_count: 0,
        administrator_count: 0,
        words_banned: false,
        used_bytes: 0,
        created_at: now,
        active_at: now,
        dissolved_at: None,
        named_until: Timestamp(0),
        titled_at: now,
    };
    tx.insert_group(corp, &group)?;
    set_members(tx, env, corp, &mut group, &members)?;
    set_administrators(tx, corp, &mut group, &new.administrators)?;
    let created =
        GroupCreated { open_conversation_id: group.id.to_string(), group_type: type_of(group.kind) };
    fact::record(tx, corp, now, Some(owner_no), created)?;
    if !group.kind.follows_organisation() {
        record_joins(tx, env, corp, &group, &members)?;
    }
    let change = Change::created(Subject::Group, &group.id)
        .with("title", &group.title)
        .with("type", group.kind.number())
        .with("owner", &new.owner)
        .with("members", group.member_count);
    tx.changed(corp, change);
    Ok(group)
}

fn first_members(tx: &mut Tx<'_>, corp: &CorpId, owner: MemberNo, new: &NewGroup) -> Result<Audience> {
    let is_department = new.kind == GroupKind::Department;
    if is_department != new.department.is_some() {
        let reason =
            if is_department { "is needed for a group of type 2" } else { "is for groups of type 2" };
        return Err(Error::invalid("deptId", reason));
    }
    let is_scene = new.kind == GroupKind::Scene;
    if is_scene == new.template.id.is_empty() {
        let reason = if is_scene { "is needed for a group of type 4" } else { "is for groups of type 4" };
        return Err(Error::invalid("templateId", reason));
    }
    if !new.kind.follows_organisation() {
        let mut members = members_named(tx, corp, "administratorUserIds", &new.administrators)?;
        members.unite(&members_named(tx, corp, "memberUserIds", &new.members.users)?);
        members.unite(&members_below_all(tx, corp, "memberDeptIds", &new.members.departments)?);
        members.insert(owner);
        if members.len() > MAX_MEMBERS {
            let reason = format!("{} members, at most {MAX_MEMBERS}", members.len());
            return Err(Error::because(Rule::TooManyGroupMembers, reason));
        }
        return Ok(members);
    }
    if !new.members.is_empty() {
        return Err(Rule::GroupMembersFollow.into());
    }
    if tx.following_group(corp, new.department)?.is_some() {
        return Err(Rule::GroupExists.into());
    }
    let state = tx.state().corp(corp)?;
    let members = match new.department {
        None => &state.everyone,
        Some(department) => match state.departments.get(&department) {
            Some(node) => &node.members,
            None => return Err(Error::invalid("deptId", "is no department")),
        },
    };
    if !members.contains(owner) {
        return Err(Error::because(Rule::NotInGroup, new.owner.to_string()));
    }
    Ok(Audience::clone(members))
}
