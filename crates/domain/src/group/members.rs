//! The members of a group.

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    group::Group,
    id::{ConversationId, CorpId, DeptId, UserId},
};
use carillon_store::Tx;

use super::{MAX_MEMBERS, active_group, find, members_below_all, members_named, record_joins, set_members};
use crate::page::{Page, Paged};

/// Members selected by userid and by department.
#[derive(Clone, Debug, Default)]
pub struct MemberSelection {
    /// Userids.
    pub users: Vec<UserId>,
    /// Departments with all departments below them. Their members at this moment are selected.
    pub departments: Vec<DeptId>,
}

impl MemberSelection {
    /// Returns true if the selection is empty.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.departments.is_empty()
    }
}

/// Adds members to a group. Those already in it stay. Returns the changed group.
pub fn add_members(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: &ConversationId,
    selection: &MemberSelection,
) -> Result<Group> {
    change(tx, env, corp, id, selection, |members, named| members.unite(named))
}

/// Removes members from a group. Those not in it are ignored. Returns the changed group.
pub fn remove_members(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: &ConversationId,
    selection: &MemberSelection,
) -> Result<Group> {
    change(tx, env, corp, id, selection, |members, named| members.subtract(named))
}

fn change(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: &ConversationId,
    selection: &MemberSelection,
    edit: fn(&mut Audience, &Audience),
) -> Result<Group> {
    let before = active_group(tx, corp, id)?;
    if before.kind.follows_organisation() {
        return Err(Rule::GroupMembersFollow.into());
    }
    if selection.is_empty() {
        return Err(Error::invalid("memberUserIds", "or memberDeptIds must name somebody"));
    }
    let mut named = members_named(tx, corp, "memberUserIds", &selection.users)?;
    named.unite(&members_below_all(tx, corp, "memberDeptIds", &selection.departments)?);
    let mut members = tx.group_members(corp, before.no)?;
    edit(&mut members, &named);
    if members.len() > MAX_MEMBERS {
        let reason = format!("{} members, at most {MAX_MEMBERS}", members.len());
        return Err(Error::because(Rule::TooManyGroupMembers, reason));
    }
    let mut group = before.clone();
    let mut new = members.clone();
    new.subtract(&tx.group_members(corp, group.no)?);
    set_members(tx, env, corp, &mut group, &members)?;
    record_joins(tx, env, corp, &group, &new)?;
    let change = Change::updated(Subject::Group, id)
        .between("members", before.member_count, group.member_count)
        .hidden("owner", &before.owner, &group.owner);
    tx.changed(corp, change);
    Ok(group)
}

/// Returns a page of the members of a group, those longest in the organisation first.
pub fn member_page(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId, page: Page) -> Result<Paged<UserId>> {
    let group = find(tx, corp, id)?;
    let members = tx.group_members(corp, group.no)?;
    let offset = u64::try_from(page.offset()).map_err(Error::internal)?;
    let size = usize::try_from(page.size).map_err(Error::internal)?;
    let mut items = Vec::new();
    for member in members.page(offset, size) {
        items.extend(tx.member_name(corp, member)?.map(|(userid, _)| userid));
    }
    Ok(Paged { items, total: group.member_count })
}
