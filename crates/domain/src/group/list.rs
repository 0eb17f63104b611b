//! Lists groups.

use carillon_model::{
    error::{Error, Result},
    group::{Group, GroupKind},
    id::{ConversationId, CorpId, GroupNo, UserId},
};
use carillon_store::{GroupFilter, GroupPosition, GroupSearch, Tx};

use super::owner_of;
use crate::page::{Page, Paged};

/// A query for groups.
#[derive(Clone, Debug)]
pub struct GroupQuery {
    /// The member who asks.
    pub operator: UserId,
    /// Only groups of this owner.
    pub owner: Option<UserId>,
    /// Other conditions. The owner in it is ignored.
    pub filter: GroupFilter,
}

/// A group with its owner.
#[derive(Clone, Debug)]
pub struct GroupWithOwner {
    /// The group.
    pub group: Group,
    /// The owner's userid and name. None if the group has no members left.
    pub owner: Option<(UserId, String)>,
}

/// Returns a page of the groups, oldest first.
///
/// New groups come last, so that pages of a query do not shift while groups are created.
pub fn list(tx: &mut Tx<'_>, corp: &CorpId, query: GroupQuery, page: Page) -> Result<Paged<GroupWithOwner>> {
    super::member_named(tx, corp, "operatorUserId", &query.operator)?;
    let mut filter = query.filter;
    if let Some(owner) = &query.owner {
        // Former members and unknown userids own nothing.
        let Some(owner) = tx.member_no(corp, owner)? else {
            return Ok(Paged { items: Vec::new(), total: 0 });
        };
        filter.owner = Some(owner);
    }
    let total = tx.count_groups(corp, &filter)?;
    let mut items = Vec::new();
    for group in tx.groups(corp, &filter, page.offset(), page.size)? {
        let owner = owner_of(tx, corp, &group)?;
        items.push(GroupWithOwner { group, owner });
    }
    Ok(Paged { items, total })
}

/// Which groups to list.
#[derive(Clone, Debug, Default)]
pub struct GroupSelection {
    /// Part of the title; empty for all.
    pub title: String,
    /// The kind; `None` for all.
    pub kind: Option<GroupKind>,
    /// The owner; `None` for all. Former members and unknown userids own nothing.
    pub owner: Option<UserId>,
    /// Whether dissolved groups are listed too.
    pub with_dissolved: bool,
}

/// Returns at most `limit` groups from a position on.
pub fn select(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    selection: &GroupSelection,
    position: GroupPosition,
    limit: usize,
) -> Result<Vec<GroupWithOwner>> {
    let owner = match &selection.owner {
        Some(userid) => match tx.member_no(corp, userid)? {
            Some(owner) => Some(owner),
            None => return Ok(Vec::new()),
        },
        None => None,
    };
    let search = GroupSearch {
        title: selection.title.clone(),
        kind: selection.kind,
        owner,
        with_dissolved: selection.with_dissolved,
    };
    let most = i64::try_from(limit).map_err(Error::internal)?;
    let found = tx.groups_from(corp, &search, position, most)?;
    let mut groups = Vec::with_capacity(found.len());
    for group in found {
        let owner = owner_of(tx, corp, &group)?;
        groups.push(GroupWithOwner { group, owner });
    }
    Ok(groups)
}

/// Returns groups, the newest first, and the last one if there are more.
///
/// # Errors
/// `nextToken`, if `after` is no group of the organisation.
pub fn newest(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    selection: &GroupSelection,
    after: Option<&ConversationId>,
    limit: usize,
) -> Result<(Vec<GroupWithOwner>, Option<ConversationId>)> {
    let before = match after {
        Some(id) => {
            let found = tx.group(corp, id)?;
            found.ok_or_else(|| Error::invalid("nextToken", "is not one of a response"))?.no
        }
        None => GroupNo(i64::MAX),
    };
    let position = GroupPosition::OlderThan(before);
    let mut groups = select(tx, corp, selection, position, limit.saturating_add(1))?;
    let has_more = groups.len() > limit;
    groups.truncate(limit);
    let next = groups.last().map(|found| found.group.id.clone()).filter(|_| has_more);
    Ok((groups, next))
}
