//! Groups follow the organisation: who joins it, moves within it or leaves it.

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

/// Members are new. A group changes once, however many of them it gets.
pub(crate) fn joined(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    new: &[(MemberNo, Vec<Membership>)],
) -> Result<()> {
    let mut joining: BTreeMap<Option<DeptId>, Audience> = BTreeMap::new();
    for (member, places) in new {
        let departments = places.iter().map(|place| Some(place.dept_id));
        for followed in std::iter::once(None).chain(departments) {
            joining.entry(followed).or_default().insert(*member);
        }
    }
    for (followed, new) in joining {
        if let Some(group) = tx.group_that_follows(corp, followed)? {
            change(tx, env, corp, group, |members| {
                let before = members.len();
                members.unite(&new);
                members.len() > before
            })?;
        }
    }
    Ok(())
}

/// A member has other departments than before.
pub(crate) fn moved(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    member: MemberNo,
    (before, after): (&[Membership], &[Membership]),
) -> Result<()> {
    let has =
        |places: &[Membership], one: &Membership| places.iter().any(|place| place.dept_id == one.dept_id);
    for place in before.iter().filter(|place| !has(after, place)) {
        if let Some(group) = tx.group_that_follows(corp, Some(place.dept_id))? {
            change(tx, env, corp, group, |members| members.remove(member))?;
        }
    }
    for place in after.iter().filter(|place| !has(before, place)) {
        if let Some(group) = tx.group_that_follows(corp, Some(place.dept_id))? {
            change(tx, env, corp, group, |members| members.insert(member))?;
        }
    }
    Ok(())
}

/// A member leaves the organisation, and so every group.
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
    by: impl FnOnce(&mut Audience) -> bool,
) -> Result<()> {
    let mut members = tx.group_members(corp, group)?;
    if let Some(mut group) = tx.group_at(corp, group)?
        && by(&mut members)
    {
        set_members(tx, env, corp, &mut group, &members)?;
    }
    Ok(())
}
