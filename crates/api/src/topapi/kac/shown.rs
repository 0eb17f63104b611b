//! What answers with statistics have in common.

use std::collections::BTreeMap;

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{
    audience::Audience,
    error::{Error, Result},
    id::{DeptId, MemberNo},
    statistic::{Organisation, Totals, Tree, TreeNode},
    time::{self, Timestamp},
};
use carillon_store::{NamedMember, Tx};
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Serialize;

/// An answer.
#[derive(Serialize, JsonSchema)]
pub struct Answer<T> {
    /// What was asked for.
    pub result: T,
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Whether others follow.
    pub has_more: bool,
    /// Where the next page begins; 0 when none follows.
    pub next_cursor: i64,
}

impl<T> Page<T> {
    /// A page of things that stand in the order of their cursors. A cursor is that of the last thing that was shown, so that
    /// things that come in between, at the end, are shown once.
    pub fn of(things: impl Iterator<Item = T>, size: usize, cursor: impl Fn(&T) -> i64) -> Self {
        let mut data = Vec::new();
        let mut last = 0;
        for thing in things {
            if data.len() == size {
                return Self { data, has_more: true, next_cursor: last };
            }
            last = cursor(&thing);
            data.push(thing);
        }
        Self { data, has_more: false, next_cursor: 0 }
    }

    /// The page with its things as they are shown.
    pub fn show<Shown>(self, show: impl FnMut(T) -> Shown) -> Page<Shown> {
        let Self { data, has_more, next_cursor } = self;
        Page { data: data.into_iter().map(show).collect(), has_more, next_cursor }
    }
}

/// A page of departments of a day, by id, with what happened in each and everything below it.
pub fn departments<T>(
    tx: &mut Tx<'_>,
    day: &DayStatistics,
    cursor: i64,
    size: usize,
    show: impl Fn(&TreeNode, &Totals) -> T,
) -> Result<Page<T>> {
    let tree = day.tree(tx)?;
    let totals = day.departments(tx)?;
    let nothing = Totals::default();
    let page = Page::of(after(&tree, cursor), size, |node| node.id.0);
    Ok(page.show(|node| show(node, totals.get(node.id).unwrap_or(&nothing))))
}

/// The departments of a tree whose ids come after one.
pub fn after(tree: &Tree, id: i64) -> impl Iterator<Item = &TreeNode> {
    let start = tree.0.partition_point(|node| node.id <= DeptId(id));
    tree.0[start..].iter()
}

/// A member as the lists name one.
pub struct Person<'p> {
    /// Names; empty ones of whoever is not known.
    pub named: &'p NamedMember,
    /// The department that the member belonged to on the day; none for whoever belonged to none.
    pub dept_id: Option<DeptId>,
    /// Its name.
    pub dept_name: &'p str,
}

/// Members of a list, looked up together.
pub struct People<'o> {
    named: BTreeMap<MemberNo, NamedMember>,
    nobody: NamedMember,
    departments: BTreeMap<MemberNo, &'o TreeNode>,
}

impl<'o> People<'o> {
    /// Looks members up, each with a department of the day.
    pub fn find(
        tx: &mut Tx<'_>,
        call: &Call,
        organisation: &'o Organisation,
        members: &Audience,
    ) -> Result<Self> {
        Ok(Self {
            named: tx.named_members(call.corp(), members)?,
            nobody: NamedMember::default(),
            departments: organisation.departments_of(members),
        })
    }

    /// One of them.
    pub fn person(&self, no: MemberNo) -> Person<'_> {
        let department = self.departments.get(&no);
        Person {
            named: self.named.get(&no).unwrap_or(&self.nobody),
            dept_id: department.map(|node| node.id),
            dept_name: department.map(|node| node.name.as_str()).unwrap_or_default(),
        }
    }
}

/// Date and time of day in the organisation's time zone.
pub fn clock(tx: &Tx<'_>, call: &Call) -> Result<impl Fn(Timestamp) -> String + use<>> {
    let zone = time::zone(&tx.state().corp(call.corp())?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    Ok(move |time: Timestamp| time.format_in(&zone))
}

/// Minutes as text with one decimal place, as in the documented examples; half a tenth counts as one.
pub fn minutes(ms: u64) -> String {
    tenths(ms, 60_000)
}

/// Seconds, the same way.
pub fn seconds(ms: u64) -> String {
    tenths(ms, 1_000)
}

/// How many there are of something for each of others, as text with one decimal place; 0.0 when there are no others.
pub fn average(of: u64, each: u64) -> String {
    tenths(of, each)
}

/// The average of times as minutes, the same way: rounded once, not to ms first.
pub fn average_minutes(ms: u64, each: u64) -> String {
    tenths(ms, each.saturating_mul(60_000))
}

/// The average rounded to a whole number; 0 when there are no others.
pub fn whole_average(of: u64, each: u64) -> u64 {
    rounded(of, each)
}

fn tenths(number: u64, unit: u64) -> String {
    let tenths = rounded(number.saturating_mul(10), unit);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn rounded(number: u64, unit: u64) -> u64 {
    number.saturating_add(unit / 2).checked_div(unit).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_decimal_place() {
        let texts = [0, 2_999, 3_000, 60_000, 749_999, 750_000].map(minutes);
        assert_eq!(texts, ["0.0", "0.0", "0.1", "1.0", "12.5", "12.5"]);
        assert_eq!(seconds(120_000), "120.0");
        assert_eq!((average(16, 5), average(3, 0)), ("3.2".to_owned(), "0.0".to_owned()));
        let averages =
            [(749_999, 1), (5_999, 2), (6_000, 2), (1, 0)].map(|(ms, each)| average_minutes(ms, each));
        assert_eq!(averages, ["12.5", "0.0", "0.1", "0.0"]);
        assert_eq!((whole_average(5, 2), whole_average(5, 0)), (3, 0));
    }

    #[test]
    fn a_cursor_is_that_of_the_last_entry_shown() {
        let page = |from: i64, size| {
            let things = (1..=5_i64).filter(move |number| *number > from);
            Page::of(things, size, |number| *number)
        };
        let first = page(0, 2);
        assert_eq!((first.data, first.has_more, first.next_cursor), (vec![1, 2], true, 2));
        let last = page(3, 2);
        assert_eq!((last.data, last.has_more, last.next_cursor), (vec![4, 5], false, 0));
    }
}
