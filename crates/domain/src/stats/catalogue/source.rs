//! What the numbers of a day are computed from.

use carillon_model::{
    error::Result,
    fact::{EmployeeType, Employment, EmploymentStatus},
    group::GroupKind,
    id::DeptId,
    statistic::{Metric, Totals},
};
use carillon_store::Tx;

use crate::stats::{publisher, read::DayStatistics};

/// What a number is computed from.
pub enum Source {
    /// A metric's value.
    Value(Metric),
    /// The sum of several metrics.
    Values(&'static [Metric]),
    /// Members who have a value.
    Users(Metric),
    /// A metric in ms, in whole minutes, rounded.
    Minutes(Metric),
    /// A metric's value for each member who has one.
    Average(Metric),
    /// A metric's value for each unit of another's value, rounded to a whole number.
    WholeAverage(Metric, Metric),
    /// Members who have a value, as a share of those who have another.
    Share(Metric, Metric),
    /// Members who have a value, as a share of all members at the end of the day.
    ShareOfMembers(Metric),
    /// A metric's value to date.
    Cumulative(Metric),
    /// Groups of a kind, or of all, at the end of the day.
    Groups(Option<GroupKind>),
    /// Groups created.
    NewGroups,
    /// Groups that got a message.
    ActiveGroups,
    /// Viewers of the most watched live.
    MostViewers,
    /// Templates that approvals were submitted by.
    TemplatesUsed,
    /// Members at the end of the day.
    Members,
    /// Members who have ever signed in.
    Activated,
    /// Members who have ever signed in, as a share of all members.
    ActivatedShare,
    /// Members who signed in within 30 days that end with the day.
    MonthlyActive,
    /// Members who have ever posted in the circle.
    CircleAuthors,
    /// Employees of a type who have not left.
    EmployedAs(EmployeeType),
    /// Employees of a status.
    EmployeesWho(EmploymentStatus),
    /// Employees who have not left and whose record is incomplete.
    IncompleteEmployees,
    /// Service accounts at the end of the day.
    Accounts,
    /// Articles that they have published.
    CumulativeArticles,
    /// Views of these articles.
    CumulativeArticleReads,
}

/// What a number counts. Numbers with the same measure can share an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Members.
    People,
    /// Things or events.
    Count,
    /// Minutes.
    Minutes,
    /// A quotient with one decimal place.
    Average,
    /// A share of one.
    Share,
}

/// A number as an exact decimal fraction: `value / parts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The number of parts.
    pub value: u64,
    /// How many parts make one: 1, 10 or 10,000.
    pub parts: u64,
}

/// Whom numbers are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The organisation.
    Organisation,
    /// A department with all departments below it on each day.
    Department(DeptId),
}

/// Shares have four decimal places.
const SHARE_PARTS: u64 = 10_000;
/// Averages have one.
const AVERAGE_PARTS: u64 = 10;

impl Figure {
    fn whole(value: u64) -> Self {
        Self { value, parts: 1 }
    }

    /// Returns a quotient, rounded to a multiple of 1/`parts`; 0 if `all` is 0.
    fn quotient(part: u64, all: u64, parts: u64) -> Self {
        if all == 0 {
            return Self::whole(0);
        }
        Self { value: (part.saturating_mul(parts) + all / 2) / all, parts }
    }
}

/// The shortest decimal number: no zeros at its end, no point in a whole number.
impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.value / self.parts, self.value % self.parts);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = self.parts.ilog10() as usize;
        let rest = format!("{rest:0digits$}");
        write!(f, "{whole}.{}", rest.trim_end_matches('0'))
    }
}

impl Source {
    /// What the number counts.
    pub fn measure(&self) -> Measure {
        match self {
            Self::Users(_)
            | Self::Members
            | Self::Activated
            | Self::MonthlyActive
            | Self::MostViewers
            | Self::WholeAverage(..)
            | Self::CircleAuthors
            | Self::EmployedAs(_)
            | Self::EmployeesWho(_)
            | Self::IncompleteEmployees => Measure::People,
            Self::Minutes(_) => Measure::Minutes,
            Self::Average(_) => Measure::Average,
            Self::Share(..) | Self::ShareOfMembers(_) | Self::ActivatedShare => Measure::Share,
            Self::Value(_)
            | Self::Values(_)
            | Self::Cumulative(_)
            | Self::Groups(_)
            | Self::NewGroups
            | Self::ActiveGroups
            | Self::TemplatesUsed
            | Self::Accounts
            | Self::CumulativeArticles
            | Self::CumulativeArticleReads => Measure::Count,
        }
    }

    /// Returns true if the number is what holds at the end of the day, so that a day without any fact has it too.
    pub fn is_of_state(&self) -> bool {
        matches!(
            self,
            Self::Members
                | Self::Activated
                | Self::ActivatedShare
                | Self::MonthlyActive
                | Self::Cumulative(_)
                | Self::Groups(_)
                | Self::NewGroups
                | Self::CircleAuthors
                | Self::EmployedAs(_)
                | Self::EmployeesWho(_)
                | Self::IncompleteEmployees
                | Self::Accounts
                | Self::CumulativeArticles
                | Self::CumulativeArticleReads
        )
    }

    /// Returns true if the number is counted by department too.
    pub fn has_departments(&self) -> bool {
        matches!(
            self,
            Self::Value(_)
                | Self::Values(_)
                | Self::Users(_)
                | Self::Minutes(_)
                | Self::Average(_)
                | Self::WholeAverage(..)
                | Self::Share(..)
                | Self::ShareOfMembers(_)
                | Self::Members
        )
    }

    /// Computes the number of the organisation for a day.
    pub fn of_organisation(&self, tx: &mut Tx<'_>, day: &DayStatistics) -> Result<Figure> {
        let summary = day.summary(tx)?;
        if let Some(figure) = self.of_totals(&summary.totals) {
            return Ok(figure);
        }
        let employees = |tx: &mut Tx<'_>, filter: &dyn Fn(&Employment) -> bool| -> Result<u64> {
            let cumulative = day.cumulative(tx)?;
            let matching = cumulative.employees.iter().filter(|(employment, _)| filter(employment));
            Ok(matching.map(|(_, count)| count).sum())
        };
        let is_employed = |employment: &Employment| employment.status != EmploymentStatus::Left;
        Ok(Figure::whole(match self {
            Self::ShareOfMembers(metric) => {
                // From the root department: members who left are not in it at the end of the day.
                let departments = day.departments(tx)?;
                let users = departments.get(DeptId::ROOT).map_or(0, |totals| totals.users(*metric));
                return Ok(Figure::quotient(users, summary.contacts, SHARE_PARTS));
            }
            Self::ActivatedShare => {
                return Ok(Figure::quotient(day.activated(tx)?.len(), summary.contacts, SHARE_PARTS));
            }
            Self::Cumulative(metric) => day.cumulative(tx)?.totals.value(*metric),
            Self::Groups(kind) => day.groups(tx, *kind)?,
            Self::NewGroups => day.new_groups(tx)?,
            Self::ActiveGroups => summary.active_groups,
            Self::MostViewers => summary.most_viewers,
            Self::TemplatesUsed => summary.templates_used,
            Self::Members => summary.contacts,
            Self::Activated => day.activated(tx)?.len(),
            Self::MonthlyActive => day.sign_ins(tx)?.windows[3].len(),
            Self::CircleAuthors => day.cumulative(tx)?.circle_authors,
            Self::EmployedAs(employee_type) => employees(tx, &|employment| {
                employment.employee_type == *employee_type && is_employed(employment)
            })?,
            Self::EmployeesWho(status) => employees(tx, &|employment| employment.status == *status)?,
            Self::IncompleteEmployees => {
                employees(tx, &|employment| !employment.complete && is_employed(employment))?
            }
            Self::Accounts => publisher::totals(tx, day)?.accounts,
            Self::CumulativeArticles => publisher::totals(tx, day)?.articles,
            Self::CumulativeArticleReads => publisher::totals(tx, day)?.reads,
            // `of_totals` has the others.
            _ => 0,
        }))
    }

    /// Computes the number of a department for a day. `None` if the department was not there on the day, or the number is not
    /// counted by department.
    pub fn of_department(&self, tx: &mut Tx<'_>, day: &DayStatistics, id: DeptId) -> Result<Option<Figure>> {
        let tree = day.tree(tx)?;
        let Ok(index) = tree.0.binary_search_by_key(&id, |node| node.id) else { return Ok(None) };
        let headcount = |tx: &mut Tx<'_>| -> Result<u64> {
            Ok(day.headcounts(tx)?.0.get(index).copied().unwrap_or_default())
        };
        let departments = day.departments(tx)?;
        let none = Totals::default();
        let totals = departments.get(id).unwrap_or(&none);
        Ok(match self {
            Self::ShareOfMembers(metric) => {
                Some(Figure::quotient(totals.users(*metric), headcount(tx)?, SHARE_PARTS))
            }
            Self::Members => Some(Figure::whole(headcount(tx)?)),
            _ => self.of_totals(totals),
        })
    }

    /// Computes a number that follows from totals alone.
    fn of_totals(&self, totals: &Totals) -> Option<Figure> {
        Some(match self {
            Self::Value(metric) => Figure::whole(totals.value(*metric)),
            Self::Values(metrics) => Figure::whole(metrics.iter().map(|metric| totals.value(*metric)).sum()),
            Self::Users(metric) => Figure::whole(totals.users(*metric)),
            Self::Minutes(metric) => Figure::whole((totals.value(*metric) + 30_000) / 60_000),
            Self::Average(metric) => {
                Figure::quotient(totals.value(*metric), totals.users(*metric), AVERAGE_PARTS)
            }
            Self::WholeAverage(sum, count) => Figure::quotient(totals.value(*sum), totals.value(*count), 1),
            Self::Share(some, all) => Figure::quotient(totals.users(*some), totals.users(*all), SHARE_PARTS),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_and_whole_ones_have_no_point() {
        let texts = [
            (1, 3, SHARE_PARTS),
            (2, 3, SHARE_PARTS),
            (3, 3, SHARE_PARTS),
            (0, 3, SHARE_PARTS),
            (3, 0, SHARE_PARTS),
            (1, 2, SHARE_PARTS),
            (1, 10_000, SHARE_PARTS),
            (16, 5, AVERAGE_PARTS),
            (5, 2, 1),
        ];
        let texts = texts.map(|(part, all, parts)| Figure::quotient(part, all, parts).to_string());
        assert_eq!(texts, ["0.3333", "0.6667", "1", "0", "0", "0.5", "0.0001", "3.2", "3"]);
    }
}
