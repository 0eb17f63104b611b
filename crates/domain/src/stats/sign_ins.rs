//! Members who signed in on a day and in the days before. "Active", "monthly active" and "inactive" are derived from this.
//! Decided: members are active if facts say that they signed in or came online, and only then.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    day::Day,
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, MemberNo, UserId},
    statistic::{Organisation, SignIns},
};
use carillon_store::{NamedMember, Tx};
use jiff::ToSpan;

use super::read::{self, DayStatistics};
use crate::page::{Page, Paged};

/// Lengths of the windows, in days.
pub const WINDOWS: [i32; 4] = [1, 7, 14, 30];

/// Computes the windows that end with a day from the days themselves.
pub(super) fn count(tx: &mut Tx<'_>, corp: &CorpId, day: Day) -> Result<SignIns> {
    let mut found = SignIns::default();
    let mut sum = Audience::empty();
    let mut from = 0;
    for (window, days) in found.windows.iter_mut().zip(WINDOWS) {
        for back in from..days {
            sum.unite(&signed_in_on(tx, corp, day.plus(-back))?);
        }
        from = days;
        *window = sum.clone().compact();
    }
    Ok(found)
}

fn signed_in_on(tx: &mut Tx<'_>, corp: &CorpId, day: Day) -> Result<Audience> {
    DayStatistics::open(tx, corp, day)?.sign_ins_of_day(tx)
}

/// Which members of a day to select.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityFilter {
    /// Members who signed in on it.
    Active,
    /// All other members.
    Inactive,
}

/// Returns the members at the end of a day who are active or inactive, of some departments with all below them, or of all.
fn members_of(
    tx: &mut Tx<'_>,
    day: &DayStatistics,
    organisation: &Organisation,
    filter: ActivityFilter,
    departments: Option<&[DeptId]>,
) -> Result<Arc<Audience>> {
    let mut members = match departments {
        None if filter == ActivityFilter::Inactive => return day.inactive(tx),
        None => organisation.memberships.everyone.clone(),
        Some(some) => members_below(organisation, some),
    };
    let active = &day.sign_ins_of_day(tx)?;
    match filter {
        ActivityFilter::Active => members.intersect(active),
        ActivityFilter::Inactive => members.subtract(active),
    }
    Ok(Arc::new(members))
}

/// Returns a page of the userids of active or inactive members of a day, and the number on all pages. The day must be over and
/// within the last month.
pub fn userids(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    day: Day,
    filter: ActivityFilter,
    departments: Option<&[DeptId]>,
    (offset, size): (u64, usize),
) -> Result<(Vec<UserId>, u64)> {
    let today = read::today(tx, env, corp)?;
    let oldest = today.date().and_then(|today| today.checked_sub(1.month()).ok());
    let is_recent = day < today && day.date() >= oldest;
    if !is_recent {
        return Err(Error::invalid("query_date", "must be a day before today within the last month"));
    }
    let day = DayStatistics::open(tx, corp, day)?;
    let organisation = day.organisation(tx)?;
    let known = &tx.state().corp(corp)?.departments;
    let is_unknown = |id: &&DeptId| !known.contains_key(*id) && organisation.tree.node(**id).is_none();
    if let Some(unknown) = departments.unwrap_or_default().iter().find(is_unknown) {
        return Err(Error::because(Rule::UnknownDepartment, unknown.to_string()));
    }
    let members = members_of(tx, &day, &organisation, filter, departments)?;
    let page: Audience = members.page(offset, size).into_iter().collect();
    let named = tx.named_members(corp, &page)?;
    let userids =
        page.iter().filter_map(|no| named.get(&no)).map(|named| UserId::from(named.userid.as_str()));
    Ok((userids.collect(), members.len()))
}

/// A member who did not sign in on a day.
#[derive(Clone, Debug)]
pub struct Inactive {
    /// The member.
    pub member: NamedMember,
    /// A department of the member. Empty if there is none.
    pub department: String,
    /// Whether the member signed in within each of [`WINDOWS`].
    pub signed_in: [bool; WINDOWS.len()],
}

/// Returns a page of the inactive members of a day, of some departments with all below them, or of all.
///
/// Decided: a member who signed in on the day is not inactive, so the first window is always false.
pub fn inactive(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    day: Day,
    departments: &[DeptId],
    page: Page,
) -> Result<Paged<Inactive>> {
    let day = DayStatistics::open(tx, corp, day)?;
    let organisation = day.organisation(tx)?;
    let windows = &day.sign_ins(tx)?.windows;
    let departments = (!departments.is_empty()).then_some(departments);
    let members = members_of(tx, &day, &organisation, ActivityFilter::Inactive, departments)?;
    let offset = u64::try_from(page.offset()).map_err(Error::internal)?;
    let size = usize::try_from(page.size).map_err(Error::internal)?;
    let page_members: Audience = members.page(offset, size).into_iter().collect();
    let departments_by_member = organisation.departments_of(&page_members);
    let mut named = tx.named_members(corp, &page_members)?;
    let items = page_members.iter().map(|no| Inactive {
        member: named.remove(&no).unwrap_or_default(),
        department: departments_by_member.get(&no).map(|node| node.name.clone()).unwrap_or_default(),
        signed_in: signed_in(windows, no),
    });
    Ok(Paged { items: items.collect(), total: i64::try_from(members.len()).unwrap_or(i64::MAX) })
}

fn signed_in(windows: &[Audience; WINDOWS.len()], member: MemberNo) -> [bool; WINDOWS.len()] {
    [0, 1, 2, 3].map(|index: usize| windows[index].contains(member))
}

/// Returns the members of some departments and of all below them, each once.
fn members_below(organisation: &Organisation, departments: &[DeptId]) -> Audience {
    let nodes = &organisation.tree.0;
    let chains = organisation.ancestor_chains();
    let mut members = Audience::empty();
    for (id, direct) in &organisation.memberships.members {
        let Ok(node_index) = nodes.binary_search_by_key(id, |node| node.id) else { continue };
        if chains[node_index].iter().any(|above| departments.contains(&nodes[*above].id)) {
            members.unite(direct);
        }
    }
    members
}
