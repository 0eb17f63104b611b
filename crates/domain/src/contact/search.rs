//! Members and departments by a part of their name, and members in the order of their names.

use carillon_model::{
    error::Result,
    id::{CorpId, DeptId, UserId},
    spelling::{self, Query},
};
use carillon_store::{CorpState, Tx};

/// How much of a name was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// All of it, letter by letter.
    Whole,
    /// A part, in its own letters, in pinyin or in the initials of its pinyin.
    Part,
}

/// Which way names are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From A to Z.
    Ascending,
    /// From Z to A.
    Descending,
}

/// A page of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The page.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: u64,
    /// Whether more follow.
    pub more: bool,
}

/// Members by name, in the order of entry: at most `limit`, after the first `offset`.
pub fn users(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    typed: &str,
    how: Match,
    offset: u64,
    limit: usize,
) -> Result<Found<UserId>> {
    let found = match how {
        Match::Whole => tx.members_named(corp, typed)?,
        Match::Part => tx.members_named_like(corp, &Query::of(typed))?,
    };
    let mut items = Vec::new();
    for member in found.page(offset, limit) {
        items.extend(tx.member_name(corp, member)?.map(|(userid, _)| userid));
    }
    let total = found.len();
    Ok(Found { more: offset.saturating_add(limit as u64) < total, items, total })
}

/// Departments by a part of their name, by id: at most `limit`, after the first `offset`.
pub fn departments(state: &CorpState, typed: &str, offset: u64, limit: usize) -> Found<DeptId> {
    let query = Query::of(typed);
    let found: Vec<DeptId> = state
        .departments
        .values()
        .filter(|node| spelling::matches(&node.department.profile.name, &node.spelling, &query))
        .map(|node| node.department.id)
        .collect();
    let total = found.len() as u64;
    let first = usize::try_from(offset).unwrap_or(usize::MAX);
    let items = found.into_iter().skip(first).take(limit).collect();
    Found { items, total, more: offset.saturating_add(limit as u64) < total }
}

/// Members in the order of the pinyin of their names. Userids that nobody has are left out: there is no name to sort them by.
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
    // Stable: members of the same name stay in the order in which they were given.
    match direction {
        Direction::Ascending => keyed.sort_by(|(a, _), (b, _)| a.cmp(b)),
        Direction::Descending => keyed.sort_by(|(a, _), (b, _)| b.cmp(a)),
    }
    Ok(keyed.into_iter().map(|(_, userid)| userid).collect())
}
