//! The annual report of the organisation, a department or a member, for a past year.

mod chapters;

pub use chapters::{Chapter, Entry, chapters};

use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, UserId},
    statistic::YearTotals,
};
use carillon_store::{FinalDay, Tx};

use super::{cumulative, read, year};

/// The subject of a report.
#[derive(Clone, Debug)]
pub enum AnnualScope {
    /// The organisation.
    Organisation,
    /// A department, with all departments below it on each day.
    Department(DeptId),
    /// A member or former member.
    Member(UserId),
}

/// An annual report.
#[derive(Clone, Debug, Default)]
pub struct Annual {
    /// The totals.
    pub year: YearTotals,
    /// Number of groups of the organisation with a message.
    pub groups_with_messages: u64,
    /// Number of groups created in the organisation. For a member, that follows from facts.
    pub new_groups: u64,
}

/// Returns an annual report.
///
/// Decided: any past year is accepted, not only the last one. A year without facts has zeros.
pub fn annual(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, year: &str, scope: &AnnualScope) -> Result<Annual> {
    let first = (year.len() == 4).then(|| Day::parse(&format!("{year}0101"))).flatten();
    let first = first.ok_or_else(|| Error::invalid("year", "is no year of four digits"))?;
    let year = first.year();
    if year >= read::today(tx, env, corp)?.year() {
        return Err(Error::invalid("year", "is not over yet"));
    }
    match scope {
        AnnualScope::Organisation => {
            let found = year::of_organisation(tx, corp, year)?;
            let (first, last) = (Day(year * 10_000 + 101), Day(year * 10_000 + 1_231));
            let new_groups = tx.state().corp(corp)?.groups_within(first, last, None).created;
            Ok(Annual {
                year: found.year,
                groups_with_messages: found.groups_with_messages,
                new_groups: new_groups.try_into().unwrap_or_default(),
            })
        }
        AnnualScope::Department(id) => {
            require_department(tx, corp, year, *id)?;
            Ok(Annual { year: year::of_department(tx, corp, year, *id)?, ..Annual::default() })
        }
        AnnualScope::Member(userid) => {
            let member = tx.present_or_former_member(corp, userid)?;
            let member = member.ok_or_else(|| Error::because(Rule::UnknownUser, userid.to_string()))?;
            Ok(Annual { year: year::of_member(tx, corp, year, member)?, ..Annual::default() })
        }
    }
}

/// A year that has a report, or will have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportYear {
    /// The year.
    pub year: i32,
    /// The number of its days with statistics.
    pub days: usize,
    /// The number of these whose statistics are stored and include all facts.
    pub days_done: usize,
    /// Whether the report is stored. Otherwise the job is at work on it.
    pub is_ready: bool,
}

/// Returns the past years with statistics, the newest first.
pub fn years(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Vec<ReportYear>> {
    let today = read::today(tx, env, corp)?;
    let mut years = Vec::new();
    let Some(first) = cumulative::next_day(tx, corp, Day(0))? else { return Ok(years) };
    for year in (first.year()..today.year()).rev() {
        let is_ready = year::is_final(tx, corp, year)?;
        let days = year::days_of(tx, corp, year)?;
        if days.is_empty() {
            continue;
        }
        let mut days_done = 0;
        for day in &days {
            let last = tx.last_fact(corp, *day)?;
            let stored = tx.final_day(corp, *day)?;
            let is_done = |one: &FinalDay| one.cumulative > 0 && (one.pruned || one.seq == last);
            days_done += usize::from(stored.is_some_and(|one| is_done(&one)));
        }
        years.push(ReportYear { year, days: days.len(), days_done, is_ready });
    }
    Ok(years)
}

/// Checks that a department exists, or existed at the end of the year.
fn require_department(tx: &mut Tx<'_>, corp: &CorpId, year: i32, id: DeptId) -> Result<()> {
    if tx.state().corp(corp)?.departments.contains_key(&id) {
        return Ok(());
    }
    let key = tx.organisation_key(corp, Day(year * 10_000 + 1_231))?;
    match tx.organisation(corp, &key)?.tree.node(id) {
        Some(_) => Ok(()),
        None => Err(Error::because(Rule::UnknownDepartment, id.to_string())),
    }
}
