//! Lists groups.

use carillon_model::{
    error::{Error, Result},
    group::Group,
    id::{ConversationId, CorpId, GroupNo, UserId},
};
use carillon_store::{GroupFilter, Tx};

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

/// Returns groups with a part of their title, the newest first, and the last one if there are more.
///
/// # Errors
/// `nextToken`, if `after` is no group of the organisation.
pub fn newest(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    (title, with_dissolved): (&str, bool),
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
    let most = i64::try_from(limit.saturating_add(1)).map_err(Error::internal)?;
    let mut found = tx.groups_before(corp, title, with_dissolved, before, most)?;
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().map(|group| group.id.clone()).filter(|_| has_more);
    let mut groups = Vec::with_capacity(found.len());
    for group in found {
        let owner = owner_of(tx, corp, &group)?;
        groups.push(GroupWithOwner { group, owner });
    }
    Ok((groups, next))
}
