//! Who signed in lately: what "monthly active" and "inactive" are read from.

use carillon_model::{
    audience::Audience,
    day::Day,
    error::{Error, Result},
    id::{CorpId, DeptId, MemberNo},
    statistic::{Metric, Organisation, SignIns},
};
use carillon_store::{NamedMember, Tx};

use super::read::DayStatistics;
use crate::page::{Page, Paged};

/// How many days each of the windows has that are told of.
pub const WINDOWS: [i32; 4] = [1, 7, 14, 30];

/// Who signed in within each window that ends with a day, counted from the days themselves.
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
    let day = DayStatistics::open(tx, corp, day)?;
    // The bitmap of an earlier day is there already, and smaller than its column.
    match day.kept_sign_ins(tx)? {
        Some(kept) => Ok(kept.windows[0].clone()),
        None => day.users(tx, Metric::Logins),
    }
}

/// A member who did not sign in on the day.
#[derive(Clone, Debug)]
pub struct Inactive {
    /// The member.
    pub member: NamedMember,
    /// A department of the member; empty without one.
    pub department: String,
    /// Whether the member signed in within each of [`WINDOWS`].
    pub signed_in: [bool; WINDOWS.len()],
}

/// A page of the members of a day who did not sign in on it, of some departments with all below them, or of all.
///
/// Decided: whoever signed in that day is not inactive, so the first of the windows is always without.
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
    let mut members = match departments {
        [] => organisation.places.everyone.clone(),
        some => members_below(&organisation, some),
    };
    members.subtract(&windows[0]);
    let offset = u64::try_from(page.offset()).map_err(Error::internal)?;
    let size = usize::try_from(page.size).map_err(Error::internal)?;
    let shown: Audience = members.page(offset, size).into_iter().collect();
    let places = organisation.departments_of(&shown);
    let mut named = tx.named_members(corp, &shown)?;
    let items = shown.iter().map(|no| Inactive {
        member: named.remove(&no).unwrap_or_default(),
        department: places.get(&no).map(|node| node.name.clone()).unwrap_or_default(),
        signed_in: signed_in(windows, no),
    });
    Ok(Paged { items: items.collect(), total: i64::try_from(members.len()).unwrap_or(i64::MAX) })
}

fn signed_in(windows: &[Audience; WINDOWS.len()], member: MemberNo) -> [bool; WINDOWS.len()] {
    [0, 1, 2, 3].map(|index: usize| windows[index].contains(member))
}

/// Members of some departments and of all below them, each once.
fn members_below(organisation: &Organisation, departments: &[DeptId]) -> Audience {
    let nodes = &organisation.tree.0;
    let chains = organisation.chains();
    let mut members = Audience::empty();
    for (id, direct) in &organisation.places.members {
        let Ok(place) = nodes.binary_search_by_key(id, |node| node.id) else { continue };
        if chains[place].iter().any(|above| departments.contains(&nodes[*above].id)) {
            members.unite(direct);
        }
    }
    members
}
