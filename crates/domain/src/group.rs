//! Internal groups (内部群): their members, owners, administrators, and bans on messages.

mod ban_words;
mod create;
mod day;
mod dissolve;
mod follow;
pub(crate) mod from_facts;
mod list;
mod members;
mod post;
mod update;

use carillon_model::{
    audience::Audience,
    day::Day,
    env::Env,
    error::{Error, Result, Rule},
    fact::{GroupJoined, GroupType},
    group::{Group, GroupKind},
    id::{ConversationId, CorpId, DeptId, MemberNo, UserId},
};
use carillon_store::{NamedMember, Tx};

use crate::stats::fact;

pub use ban_words::set_words_banned;
pub use create::{NewGroup, create};
pub use day::{DayQuery, GroupOnDay, day};
pub use dissolve::dissolve;
pub(crate) use follow::{joined, left, moved};
pub use list::{GroupQuery, GroupSelection, GroupWithOwner, list, newest, select};
pub use members::{
    Leaving, MemberPage, MemberSelection, add_members, all_members, leaving, member_page, remove_members,
};
pub use post::{Post, post};
pub use update::{GroupChange, update};

/// Maximum number of members of a group that does not follow the organisation. Decided, as no number is documented.
pub const MAX_MEMBERS: u64 = 10_000;
/// Maximum number of administrators of a group besides its owner. Decided likewise.
pub const MAX_ADMINISTRATORS: usize = 20;
/// Maximum number of custom attributes of a group. Decided likewise.
pub const MAX_EXTENSIONS: usize = 20;

/// Returns a group, dissolved or not. A group of another organisation and an unknown one are different errors.
pub fn find(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId) -> Result<Group> {
    if let Some(group) = tx.group(corp, id)? {
        return Ok(group);
    }
    match tx.corp_of_group(id)? {
        Some(_) => Err(Rule::GroupOfAnotherCorp.into()),
        None => Err(Rule::UnknownGroup.into()),
    }
}

/// Returns a group that is not dissolved.
fn active_group(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId) -> Result<Group> {
    let group = find(tx, corp, id)?;
    if group.dissolved_at.is_some() { Err(Rule::GroupDissolved.into()) } else { Ok(group) }
}

/// A group with its owner, administrators and creator.
#[derive(Clone, Debug)]
pub struct GroupDetails {
    /// The group.
    pub group: Group,
    /// The owner's userid and name. None if the group has no members left.
    pub owner: Option<(UserId, String)>,
    /// Its administrators.
    pub administrators: Vec<UserId>,
    /// The creator.
    pub creator: NamedMember,
}

/// Returns a group with its owner and administrators.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId) -> Result<GroupDetails> {
    let group = find(tx, corp, id)?;
    let owner = owner_of(tx, corp, &group)?;
    let mut administrators = Vec::new();
    for member in tx.group_administrators(corp, group.no)?.iter() {
        administrators.extend(tx.member_name(corp, member)?.map(|(userid, _)| userid));
    }
    let creator = tx.named_member(corp, group.creator)?.unwrap_or_default();
    Ok(GroupDetails { group, owner, administrators, creator })
}

fn owner_of(tx: &mut Tx<'_>, corp: &CorpId, group: &Group) -> Result<Option<(UserId, String)>> {
    match group.owner {
        Some(owner) => tx.member_name(corp, owner),
        None => Ok(None),
    }
}

/// Returns the number of the member that a request field names.
fn member_named(tx: &mut Tx<'_>, corp: &CorpId, field: &'static str, userid: &UserId) -> Result<MemberNo> {
    tx.member_no(corp, userid)?.ok_or_else(|| Error::invalid(field, format!("names no member: {userid}")))
}

fn members_named(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    field: &'static str,
    userids: &[UserId],
) -> Result<Audience> {
    userids.iter().map(|userid| member_named(tx, corp, field, userid)).collect()
}

fn members_below_all(
    tx: &Tx<'_>,
    corp: &CorpId,
    field: &'static str,
    departments: &[DeptId],
) -> Result<Audience> {
    let state = tx.state().corp(corp)?;
    let mut members = Audience::empty();
    for department in departments {
        if !state.departments.contains_key(department) {
            return Err(Error::invalid(field, format!("names no department: {department}")));
        }
        members.unite(&state.members_below(*department));
    }
    Ok(members)
}

/// Replaces the members of a group and records today's size. If the owner leaves, the group goes to the administrator who has
/// been in the organisation longest, else to the member who has.
fn set_members(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, group: &mut Group, after: &Audience) -> Result<()> {
    let before = tx.group_members(corp, group.no)?;
    if *after == before {
        return Ok(());
    }
    tx.set_group_members(corp, group.no, &before, after)?;
    group.member_count = i64::try_from(after.len()).unwrap_or(i64::MAX);
    let administrators = tx.group_administrators(corp, group.no)?;
    group.administrator_count = i64::try_from(administrators.len()).unwrap_or(i64::MAX);
    if group.owner.is_none_or(|owner| !after.contains(owner)) {
        set_owner(tx, corp, group, successor(&administrators, after))?;
    }
    let today = today(tx, env, corp)?;
    tx.set_group_size(corp, group.no, today, after.len())
}

/// Who owns a group whose owner leaves. `administrators` are those who stay.
fn successor(administrators: &Audience, members: &Audience) -> Option<MemberNo> {
    administrators.iter().next().or_else(|| members.iter().next())
}

/// Sets the owner of a group. An owner stops being an administrator.
fn set_owner(tx: &mut Tx<'_>, corp: &CorpId, group: &mut Group, owner: Option<MemberNo>) -> Result<()> {
    group.owner = owner;
    let mut administrators = tx.group_administrators(corp, group.no)?;
    if owner.is_some_and(|owner| administrators.remove(owner)) {
        tx.set_group_administrators(corp, group.no, &administrators)?;
    }
    group.administrator_count = i64::try_from(administrators.len()).unwrap_or(i64::MAX);
    tx.update_group(corp, group)
}

fn set_administrators(tx: &mut Tx<'_>, corp: &CorpId, group: &mut Group, userids: &[UserId]) -> Result<()> {
    const FIELD: &str = "administratorUserIds";
    let mut administrators = members_named(tx, corp, FIELD, userids)?;
    if let Some(owner) = group.owner {
        administrators.remove(owner);
    }
    if administrators.len() > MAX_ADMINISTRATORS as u64 {
        return Err(Error::invalid(FIELD, format!("must have at most {MAX_ADMINISTRATORS} items")));
    }
    let members = tx.group_members(corp, group.no)?;
    if let Some(non_member) = administrators.iter().find(|member| !members.contains(*member)) {
        let name =
            tx.member_name(corp, non_member)?.map(|(userid, _)| userid.to_string()).unwrap_or_default();
        return Err(Error::because(Rule::NotInGroup, name));
    }
    group.administrator_count = i64::try_from(administrators.len()).unwrap_or(i64::MAX);
    tx.set_group_administrators(corp, group.no, &administrators)
}

/// Records facts of members who joined a group. Decided: not for groups that follow the organisation. Joining the organisation or
/// a department is not joining its group.
fn record_joins(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, group: &Group, members: &Audience) -> Result<()> {
    for member in members.iter() {
        let joined = GroupJoined { open_conversation_id: group.id.to_string() };
        fact::record(tx, corp, env.now(), Some(member), joined)?;
    }
    Ok(())
}

/// The type of a group in facts.
fn type_of(kind: GroupKind) -> GroupType {
    match kind {
        GroupKind::AllStaff => GroupType::AllStaff,
        GroupKind::Department => GroupType::Department,
        GroupKind::Other => GroupType::Internal,
        GroupKind::Scene => GroupType::Scene,
    }
}

/// Today in the organisation's time zone.
fn today(tx: &Tx<'_>, env: &Env, corp: &CorpId) -> Result<Day> {
    tx.state().corp(corp)?.day_of(env.now())
}
