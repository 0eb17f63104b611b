//! Lists groups.

use carillon_model::{
    error::Result,
    group::Group,
    id::{CorpId, UserId},
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
