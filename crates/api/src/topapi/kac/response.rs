//! Parts of the responses with statistics.

use std::collections::BTreeMap;

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{
    audience::Audience,
    error::{Error, Result},
    id::{DeptId, MemberNo},
    statistic::{Organisation, Totals, TreeNode},
    time::{self, Timestamp},
};
use carillon_store::{NamedMember, Tx};
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Serialize;

use super::request::DayPageRequest;
use crate::day_page::{self, DayPage};

/// A response with a result.
#[derive(Serialize, JsonSchema)]
pub struct Response<T> {
    /// The numbers of the day, or a page of the list.
    pub result: T,
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
pub struct Page<T> {
    /// The entries of this page.
    data: Vec<T>,
    /// Whether another page follows.
    has_more: bool,
    /// Where the next page begins; 0 on the last page.
    next_cursor: i64,
}

impl<T> From<DayPage<T>> for Response<Page<T>> {
    fn from(page: DayPage<T>) -> Self {
        let (has_more, next_cursor) = (page.next_cursor.is_some(), page.next_cursor.unwrap_or_default());
        Self { result: Page { data: page.items, has_more, next_cursor } }
    }
}

/// Returns a page of the departments of a day. The totals of a department include all departments below it.
pub fn department_list<Row>(
    tx: &mut Tx<'_>,
    day: &DayStatistics,
    request: &DayPageRequest,
    row: impl Fn(&TreeNode, &Totals) -> Row,
) -> Result<Response<Page<Row>>> {
    Ok(day_page::departments(tx, day, request.cursor, request.size, row)?.into())
}

/// A member in a list.
pub struct ListedMember<'p> {
    /// Userid, name and job number; empty for an unknown member.
    pub names: &'p NamedMember,
    /// A department of the member on that day; `None` without any.
    pub dept_id: Option<DeptId>,
    /// The name of the department; empty without any.
    pub dept_name: &'p str,
}

/// The members of a list, loaded together.
pub struct ListedMembers<'o> {
    names: BTreeMap<MemberNo, NamedMember>,
    unknown: NamedMember,
    departments: BTreeMap<MemberNo, &'o TreeNode>,
}

impl<'o> ListedMembers<'o> {
    /// Loads members, each with a department of the day.
    pub fn load(
        tx: &mut Tx<'_>,
        call: &Call,
        organisation: &'o Organisation,
        members: &Audience,
    ) -> Result<Self> {
        Ok(Self {
            names: tx.named_members(call.corp(), members)?,
            unknown: NamedMember::default(),
            departments: organisation.departments_of(members),
        })
    }

    /// Returns a member; with empty names if it was not loaded.
    pub fn get(&self, no: MemberNo) -> ListedMember<'_> {
        let department = self.departments.get(&no);
        ListedMember {
            names: self.names.get(&no).unwrap_or(&self.unknown),
            dept_id: department.map(|node| node.id),
            dept_name: department.map(|node| node.name.as_str()).unwrap_or_default(),
        }
    }
}

/// Returns a formatter of moments in the organisation's time zone.
pub fn local_time_format(tx: &Tx<'_>, call: &Call) -> Result<impl Fn(Timestamp) -> String + use<>> {
    let zone = time::zone(&tx.state().corp(call.corp())?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    Ok(move |time: Timestamp| time.format_in(&zone))
}

/// Formats ms as minutes with one decimal place, as in the documented examples. Rounds half up.
pub fn minutes(ms: u64) -> String {
    tenths(ms, 60_000)
}

/// Formats ms as seconds with one decimal place.
pub fn seconds(ms: u64) -> String {
    tenths(ms, 1_000)
}

/// Formats an average with one decimal place; `0.0` if the count is 0.
pub fn average(total: u64, count: u64) -> String {
    tenths(total, count)
}

/// Formats an average of ms as minutes with one decimal place. Rounded once: not to ms first.
pub fn average_minutes(total_ms: u64, count: u64) -> String {
    tenths(total_ms, count.saturating_mul(60_000))
}

/// Returns the average rounded to a whole number; 0 if the count is 0.
pub fn whole_average(total: u64, count: u64) -> u64 {
    rounded(total, count)
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
            [(749_999, 1), (5_999, 2), (6_000, 2), (1, 0)].map(|(ms, count)| average_minutes(ms, count));
        assert_eq!(averages, ["12.5", "0.0", "0.1", "0.0"]);
        assert_eq!((whole_average(5, 2), whole_average(5, 0)), (3, 0));
    }
}
