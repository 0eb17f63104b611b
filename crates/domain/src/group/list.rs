//! Finds groups.

use carillon_model::{
    error::Result,
    group::Group,
    id::{CorpId, UserId},
};
use carillon_store::{GroupFilter, Tx};

use super::owner_of;
use crate::page::{Page, Paged};

/// Which groups are asked for.
#[derive(Clone, Debug)]
pub struct GroupQuery {
    /// Who asks: a member.
    pub operator: UserId,
    /// The owner.
    pub owner: Option<UserId>,
    /// What else they have in common; its owner is not looked at.
    pub filter: GroupFilter,
}

/// A group that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The group.
    pub group: Group,
    /// The owner's userid and name; none when nobody is left.
    pub owner: Option<(UserId, String)>,
}

/// A page of the groups, oldest first, each with its owner's userid and name.
///
/// New groups come last, so the pages of a query do not shift while groups are made.
pub fn list(tx: &mut Tx<'_>, corp: &CorpId, query: GroupQuery, page: Page) -> Result<Paged<Found>> {
    super::named(tx, corp, "operatorUserId", &query.operator)?;
    let mut filter = query.filter;
    if let Some(owner) = &query.owner {
        // Whoever is no member owns nothing.
        let Some(owner) = tx.member_no(corp, owner)? else {
            return Ok(Paged { items: Vec::new(), total: 0 });
        };
        filter.owner = Some(owner);
    }
    let total = tx.count_groups(corp, &filter)?;
    let mut items = Vec::new();
    for group in tx.groups(corp, &filter, page.offset(), page.size)? {
        let owner = owner_of(tx, corp, &group)?;
        items.push(Found { group, owner });
    }
    Ok(Paged { items, total })
}
