//! Who belongs to a group.

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    group::Group,
    id::{ConversationId, CorpId, DeptId, UserId},
};
use carillon_store::Tx;

use super::{MAX_MEMBERS, all_below, all_named, find, in_use, record_joins, set_members};
use crate::page::{Page, Paged};

/// Members, by name and by department.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// By name.
    pub users: Vec<UserId>,
    /// All who belong to a department or to one below it, as of now.
    pub departments: Vec<DeptId>,
}

impl Named {
    /// Whether nobody is named in any way.
    pub fn is_nobody(&self) -> bool {
        self.users.is_empty() && self.departments.is_empty()
    }
}

/// Adds members to a group; those who belong to it already stay. Answers the group as it is then.
pub fn add_members(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: &ConversationId,
    who: &Named,
) -> Result<Group> {
    change(tx, env, corp, id, who, |members, named| members.unite(named))
}

/// Removes members from a group; those who do not belong to it do not matter. Answers the group as it is then.
pub fn remove_members(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: &ConversationId,
    who: &Named,
) -> Result<Group> {
    change(tx, env, corp, id, who, |members, named| members.subtract(named))
}

fn change(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: &ConversationId,
    who: &Named,
    by: fn(&mut Audience, &Audience),
) -> Result<Group> {
    let before = in_use(tx, corp, id)?;
    if before.kind.follows_the_organisation() {
        return Err(Rule::GroupMembersFollow.into());
    }
    if who.is_nobody() {
        return Err(Error::invalid("memberUserIds", "or memberDeptIds must name somebody"));
    }
    let mut named = all_named(tx, corp, "memberUserIds", &who.users)?;
    named.unite(&all_below(tx, corp, "memberDeptIds", &who.departments)?);
    let mut members = tx.group_members(corp, before.no)?;
    by(&mut members, &named);
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

/// A page of the members of a group, those longest in the organisation first.
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
