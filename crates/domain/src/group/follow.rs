//! Updates groups that follow the organisation when members join it, change departments or leave it.

use std::collections::BTreeMap;

use carillon_model::{
    audience::Audience,
    contact::Membership,
    env::Env,
    error::Result,
    id::{CorpId, DeptId, GroupNo, MemberNo},
};
use carillon_store::Tx;

use super::set_members;

/// New members joined. Each group changes once, however many members it gets.
pub(crate) fn joined(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    new: &[(MemberNo, Vec<Membership>)],
) -> Result<()> {
    let mut joining: BTreeMap<Option<DeptId>, Audience> = BTreeMap::new();
    for (member, memberships) in new {
        let departments = memberships.iter().map(|membership| Some(membership.dept_id));
        for followed in std::iter::once(None).chain(departments) {
            joining.entry(followed).or_default().insert(*member);
        }
    }
    for (followed, new) in joining {
        if let Some(group) = tx.following_group(corp, followed)? {
            change(tx, env, corp, group, |members| {
                let before = members.len();
                members.unite(&new);
                members.len() > before
            })?;
        }
    }
    Ok(())
}

/// A member's departments changed.
pub(crate) fn moved(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    (before, after): (&[Membership], &[Membership]),
) -> Result<()> {
    let has = |memberships: &[Membership], one: &Membership| {
        memberships.iter().any(|membership| membership.dept_id == one.dept_id)
    };
    for membership in before.iter().filter(|membership| !has(after, membership)) {
        if let Some(group) = tx.following_group(corp, Some(membership.dept_id))? {
            change(tx, env, corp, group, |members| members.remove(member))?;
        }
    }
    for membership in after.iter().filter(|membership| !has(before, membership)) {
        if let Some(group) = tx.following_group(corp, Some(membership.dept_id))? {
            change(tx, env, corp, group, |members| members.insert(member))?;
        }
    }
    Ok(())
}

/// A member left the organisation, and so leaves every group.
pub(crate) fn left(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, member: MemberNo) -> Result<()> {
    for group in tx.groups_of(corp, member)? {
        change(tx, env, corp, group, |members| members.remove(member))?;
    }
    Ok(())
}

fn change(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    group: GroupNo,
    edit: impl FnOnce(&mut Audience) -> bool,
) -> Result<()> {
    let mut members = tx.group_members(corp, group)?;
    if let Some(mut group) = tx.group_at(corp, group)?
        && edit(&mut members)
    {
        set_members(tx, env, corp, &mut group, &members)?;
    }
    Ok(())
}
