//! The numbers of a family for a range of days.

use std::cmp::Reverse;

use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId},
    statistic::{Apps, VersionUse, Versions},
};
use carillon_store::Tx;

use super::{
    catalogue::{Family, Figure, Scope, Topic},
    publisher,
    read::{self, DayStatistics},
};

/// Maximum number of days of a request: a year.
pub const MAX_DAYS: i32 = 366;

/// Days in order, each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRange {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// The numbers of a day.
#[derive(Clone, Debug)]
pub struct DayFigures {
    /// The day.
    pub day: Day,
    /// Whether it is over. The numbers of today cover the time up to now.
    pub is_over: bool,
    /// Whether there is any fact of it. Without, nothing is known of what happened.
    pub has_facts: bool,
    /// For each family its numbers, in their order. `None` where there is no number: not of that day, or not of that department.
    pub figures: Vec<Vec<Option<Figure>>>,
}

impl DayRange {
    /// Checks a requested range.
    ///
    /// # Errors
    /// [`Error::Invalid`] for days that are none or in the future, a range that ends before it begins, and one of more than
    /// [`MAX_DAYS`].
    pub fn parse(tx: &Tx<'_>, env: &Env, corp: &CorpId, from: &str, to: &str) -> Result<Self> {
        let range = Self {
            from: read::requested_day(tx, env, corp, "from", from)?,
            to: read::requested_day(tx, env, corp, "to", to)?,
        };
        if range.to < range.from {
            return Err(Error::invalid("to", "must not be before from"));
        }
        if range.from.plus(MAX_DAYS) <= range.to {
            return Err(Error::invalid("from", format!("must be less than {MAX_DAYS} days before to")));
        }
        Ok(range)
    }

    /// The days that end with one.
    pub fn ending(to: Day, days: i32) -> Self {
        Self { from: to.plus(1 - days), to }
    }

    /// The days.
    pub fn days(self) -> impl Iterator<Item = Day> {
        std::iter::successors(Some(self.from), |day| Some(day.plus(1))).take_while(move |day| *day <= self.to)
    }
}

/// Returns the numbers of families for each day of a range.
///
/// # Errors
/// [`Rule::UnknownDepartment`] for a department that the organisation does not have now, nor had on the last day.
pub fn figures(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    families: &[&Family],
    scope: Scope,
    range: DayRange,
) -> Result<Vec<DayFigures>> {
    let today = read::today(tx, env, corp)?;
    let created = tx.state().corp(corp)?.corp.created_at;
    let created = tx.state().corp(corp)?.day_of(created)?;
    if let Scope::Department(id) = scope {
        require_department(tx, corp, range.to, id)?;
    }
    let mut days = Vec::new();
    for day in range.days() {
        let has_facts = tx.last_fact(corp, day)? > 0 || tx.final_day(corp, day)?.is_some();
        let is_known = has_facts || day >= created;
        let opened = if is_known { Some(DayStatistics::open(tx, corp, day)?) } else { None };
        let mut figures = Vec::new();
        for family in families {
            let mut of_family = Vec::new();
            for number in family.numbers {
                let opened = opened.as_ref().filter(|_| has_facts || number.source.is_of_state());
                of_family.push(match (opened, scope) {
                    (None, _) => None,
                    (Some(day), Scope::Organisation) => Some(number.source.of_organisation(tx, day)?),
                    (Some(day), Scope::Department(id)) => number.source.of_department(tx, day, id)?,
                });
            }
            figures.push(of_family);
        }
        days.push(DayFigures { day, is_over: day < today, has_facts, figures });
    }
    Ok(days)
}

fn require_department(tx: &mut Tx<'_>, corp: &CorpId, last: Day, id: DeptId) -> Result<()> {
    let is_known = tx.state().corp(corp)?.departments.contains_key(&id)
        || DayStatistics::open(tx, corp, last)?.tree(tx)?.node(id).is_some();
    if is_known { Ok(()) } else { Err(Error::because(Rule::UnknownDepartment, id.to_string())) }
}

/// A list of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayList {
    /// Apps, with the number of members who used them.
    Apps,
    /// Versions of clients, with the number of members who signed in with them.
    Versions,
    /// Service accounts, with the number of views of their articles to date.
    Accounts,
}

impl DayList {
    /// All lists.
    pub const ALL: [Self; 3] = [Self::Apps, Self::Versions, Self::Accounts];

    /// The code, in addresses and requests.
    pub fn code(self) -> &'static str {
        match self {
            Self::Apps => "app_users",
            Self::Versions => "client_versions",
            Self::Accounts => "account_reads",
        }
    }

    /// The list of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.code() == code)
    }

    /// Where it belongs.
    pub fn topic(self) -> Topic {
        match self {
            Self::Apps => Topic::Apps,
            Self::Versions => Topic::Members,
            Self::Accounts => Topic::Articles,
        }
    }
}

/// Maximum number of rows of a list of a day.
pub const MAX_ROWS: usize = 1_000;

/// Returns the rows of a list of a day, the largest first: name and number. At most [`MAX_ROWS`].
pub fn day_list(tx: &mut Tx<'_>, corp: &CorpId, list: DayList, day: Day) -> Result<Vec<(String, u64)>> {
    let mut rows: Vec<(String, u64)> = match list {
        DayList::Apps => {
            let apps = DayStatistics::open(tx, corp, day)?.part::<Apps>(tx)?;
            apps.0.iter().map(|app| (app.name.clone(), app.users)).collect()
        }
        DayList::Versions => {
            let versions = DayStatistics::open(tx, corp, day)?.part::<Versions>(tx)?;
            let row = |one: &VersionUse| (format!("{} {}", one.client.as_str(), one.version), one.users);
            versions.0.iter().map(row).collect()
        }
        DayList::Accounts => {
            let found = publisher::publishers(tx, corp, day, 0, usize::MAX)?;
            found.items.into_iter().map(|account| (account.name, account.reads)).collect()
        }
    };
    rows.sort_by(|one, other| (Reverse(one.1), &one.0).cmp(&(Reverse(other.1), &other.0)));
    rows.truncate(MAX_ROWS);
    Ok(rows)
}
