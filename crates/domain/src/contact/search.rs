//! Searches members and departments by part of their names, and sorts members by name.

use carillon_model::{
    error::Result,
    id::{CorpId, DeptId, UserId},
    spelling::{self, Query},
};
use carillon_store::{CorpState, Tx};

/// How a query matches a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The whole name, letter by letter.
    Whole,
    /// Part of the name: letters, pinyin or initials of the pinyin.
    Part,
}

/// Sort direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From A to Z.
    Ascending,
    /// From Z to A.
    Descending,
}

/// A page of search results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPage<T> {
    /// The results on this page.
    pub items: Vec<T>,
    /// Number of results on all pages.
    pub total: u64,
    /// Whether more results follow.
    pub more: bool,
}

/// Returns members by name, in the order in which they were added: at most `limit`, after the first `offset`.
pub fn users(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    text: &str,
    how: Match,
    offset: u64,
    limit: usize,
) -> Result<SearchPage<UserId>> {
    let found = match how {
        Match::Whole => tx.members_named(corp, text)?,
        Match::Part => tx.members_named_like(corp, &Query::of(text))?,
    };
    let mut items = Vec::new();
    for member in found.page(offset, limit) {
        items.extend(tx.member_name(corp, member)?.map(|(userid, _)| userid));
    }
    let total = found.len();
    Ok(SearchPage { more: offset.saturating_add(limit as u64) < total, items, total })
}

/// Returns departments by part of their name, by id: at most `limit`, after the first `offset`.
pub fn departments(state: &CorpState, text: &str, offset: u64, limit: usize) -> SearchPage<DeptId> {
    let query = Query::of(text);
    let found: Vec<DeptId> = state
        .departments
        .values()
        .filter(|node| spelling::matches(&node.department.profile.name, &node.spelling, &query))
        .map(|node| node.department.id)
        .collect();
    let total = found.len() as u64;
    let first = usize::try_from(offset).unwrap_or(usize::MAX);
    let items = found.into_iter().skip(first).take(limit).collect();
    SearchPage { items, total, more: offset.saturating_add(limit as u64) < total }
}

/// Sorts members by the pinyin of their names. Unknown userids are left out, because they have no name.
pub fn sort_by_name(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    userids: Vec<UserId>,
    direction: Direction,
) -> Result<Vec<UserId>> {
    let mut keyed = Vec::with_capacity(userids.len());
    for userid in userids {
        if let Some(key) = tx.sort_key(corp, &userid)? {
            keyed.push((key, userid));
        }
    }
    // The sort is stable: members with the same name keep their order.
    match direction {
        Direction::Ascending => keyed.sort_by(|(a, _), (b, _)| a.cmp(b)),
        Direction::Descending => keyed.sort_by(|(a, _), (b, _)| b.cmp(a)),
    }
    Ok(keyed.into_iter().map(|(_, userid)| userid).collect())
}
