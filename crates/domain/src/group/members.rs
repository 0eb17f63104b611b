//! The members of a group.

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    group::Group,
    id::{ConversationId, CorpId, DeptId, MemberNo, UserId},
};
use carillon_store::Tx;

use super::{
    MAX_MEMBERS, active_group, find, members_below_all, members_named, record_joins, set_members, successor,
};

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

/// What the removal of members does to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// The members who leave, those longest in the organisation first. Members of others are not among them.
    pub members: Vec<(UserId, String)>,
    /// The number of members who stay.
    pub left: u64,
    /// Whether the owner leaves.
    pub owner_leaves: bool,
    /// Who owns the group then; `None` if nobody is left.
    pub successor: Option<(UserId, String)>,
}

/// Returns what [`remove_members`] would do with members.
///
/// # Errors
/// Those of [`remove_members`].
pub fn leaving(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId, users: &[UserId]) -> Result<Leaving> {
    let group = active_group(tx, corp, id)?;
    if group.kind.follows_organisation() {
        return Err(Rule::GroupMembersFollow.into());
    }
    let mut leaving = members_named(tx, corp, "memberUserIds", users)?;
    let mut staying = tx.group_members(corp, group.no)?;
    leaving.intersect(&staying);
    staying.subtract(&leaving);
    let mut administrators = tx.group_administrators(corp, group.no)?;
    administrators.intersect(&staying);
    let owner = group.owner.filter(|owner| staying.contains(*owner));
    let successor = owner.or_else(|| successor(&administrators, &staying));
    let mut members = Vec::new();
    for member in leaving.iter() {
        members.extend(tx.member_name(corp, member)?);
    }
    Ok(Leaving {
        left: staying.len(),
        owner_leaves: group.owner.is_some_and(|owner| leaving.contains(owner)),
        successor: successor.map(|member| tx.member_name(corp, member)).transpose()?.flatten(),
        members,
    })
}

/// Some members of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPage {
    /// Their userids, those longest in the organisation first.
    pub userids: Vec<UserId>,
    /// The number of members of the group.
    pub total: i64,
    /// The number of the last one, if others follow.
    pub next: Option<MemberNo>,
}

/// Returns at most `limit` members of a group after a member number, those longest in the organisation first.
///
/// # Errors
/// [`Rule::UnknownGroup`], [`Rule::GroupOfAnotherCorp`]
pub fn member_page(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    id: &ConversationId,
    after: Option<MemberNo>,
    limit: usize,
) -> Result<MemberPage> {
    let group = find(tx, corp, id)?;
    let members = tx.group_members(corp, group.no)?;
    let most = limit.saturating_add(1);
    let mut found: Vec<MemberNo> = match after {
        Some(after) => members.after(after.0).take(most).collect(),
        None => members.iter().take(most).collect(),
    };
    let has_more = found.len() > limit;
    found.truncate(limit);
    let mut userids = Vec::with_capacity(found.len());
    for member in &found {
        userids.extend(tx.member_name(corp, *member)?.map(|(userid, _)| userid));
    }
    let next = found.last().copied().filter(|_| has_more);
    Ok(MemberPage { userids, total: group.member_count, next })
}

/// Returns all members of a group.
///
/// # Errors
/// [`Rule::UnknownGroup`], [`Rule::GroupOfAnotherCorp`]
pub fn all_members(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId) -> Result<Audience> {
    let group = find(tx, corp, id)?;
    tx.group_members(corp, group.no)
}
