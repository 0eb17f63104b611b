//! The numbers of the data catalogue: the source of each, and the form of a row.

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{
    error::Result,
    fact::{EmployeeType, Employment, EmploymentStatus},
    group::GroupKind,
    id::DeptId,
    statistic::Metric,
};
use carillon_store::Tx;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Number, Value};

/// A number of a service.
pub struct Kpi {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it counts.
    pub caliber: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it is computed from.
    pub source: Source,
}

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
    /// Templates that approvals were submitted by.
    TemplatesUsed,
    /// Members at the end of the day.
    Members,
    /// Members who have ever signed in.
    Activated,
    /// Members who have ever signed in, as a share of all members.
    ActivatedShare,
    /// Members who have ever posted in the circle.
    CircleAuthors,
    /// Employees of a type who have not left.
    EmployedAs(EmployeeType),
    /// Employees of a status.
    EmployeesWho(EmploymentStatus),
    /// Employees who have not left and whose record is incomplete.
    IncompleteEmployees,
}

/// The description of a number.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// The number's id.
    kpi_id: &'static str,
    /// Its name.
    kpi_name: &'static str,
    /// Its unit; empty where the documentation page has none.
    unit: &'static str,
    /// What it counts.
    kpi_caliber: &'static str,
    /// Its period: always a day.
    period: &'static str,
}

/// The period of all numbers.
pub const PERIOD: &str = "DAY";

impl Kpi {
    /// Returns its description.
    pub fn meta(&self) -> Meta {
        let Self { id, name, caliber, unit, .. } = *self;
        Meta { kpi_id: id, kpi_name: name, unit, kpi_caliber: caliber, period: PERIOD }
    }

    /// Returns its name in a row.
    pub fn key(&self) -> String {
        format!("{}_{PERIOD}", self.id)
    }

    /// Computes the number for a day.
    pub fn value(&self, tx: &mut Tx<'_>, day: &DayStatistics) -> Result<Value> {
        let summary = day.summary(tx)?;
        let totals = &summary.totals;
        let employees = |tx: &mut Tx<'_>, filter: &dyn Fn(&Employment) -> bool| -> Result<Value> {
            let cumulative = day.cumulative(tx)?;
            let matching = cumulative.employees.iter().filter(|(employment, _)| filter(employment));
            Ok(whole(matching.map(|(_, count)| count).sum()))
        };
        Ok(match &self.source {
            Source::Value(metric) => whole(totals.value(*metric)),
            Source::Values(metrics) => whole(metrics.iter().map(|metric| totals.value(*metric)).sum()),
            Source::Users(metric) => whole(totals.users(*metric)),
            Source::Minutes(metric) => whole((totals.value(*metric) + 30_000) / 60_000),
            Source::Average(metric) => ratio(totals.value(*metric), totals.users(*metric), 10),
            Source::Share(some, all) => ratio(totals.users(*some), totals.users(*all), RATE),
            Source::ShareOfMembers(metric) => {
                // From the root department: members who left are not in it at the end of the day.
                let departments = day.departments(tx)?;
                let users = departments.get(DeptId::ROOT).map_or(0, |totals| totals.users(*metric));
                ratio(users, summary.contacts, RATE)
            }
            Source::Cumulative(metric) => whole(day.cumulative(tx)?.totals.value(*metric)),
            Source::Groups(kind) => whole(day.groups(tx, *kind)?),
            Source::NewGroups => whole(day.new_groups(tx)?),
            Source::ActiveGroups => whole(summary.active_groups),
            Source::TemplatesUsed => whole(summary.templates_used),
            Source::Members => whole(summary.contacts),
            Source::Activated => whole(day.activated(tx)?.len()),
            Source::ActivatedShare => ratio(day.activated(tx)?.len(), summary.contacts, RATE),
            Source::CircleAuthors => whole(day.cumulative(tx)?.circle_authors),
            Source::EmployedAs(employee_type) => employees(tx, &|employment| {
                employment.employee_type == *employee_type && employment.status != EmploymentStatus::Left
            })?,
            Source::EmployeesWho(status) => employees(tx, &|employment| employment.status == *status)?,
            Source::IncompleteEmployees => employees(tx, &|employment| {
                !employment.complete && employment.status != EmploymentStatus::Left
            })?,
        })
    }
}

/// Rates have four decimal places.
const RATE: u64 = 10_000;

fn whole(number: u64) -> Value {
    number.into()
}

/// Returns a ratio, rounded to a multiple of 1/`parts`; 0 if `all` is 0. A whole ratio has no decimal point: some clients cannot read `1.0`.
fn ratio(part: u64, all: u64, parts: u64) -> Value {
    if all == 0 {
        return whole(0);
    }
    let rounded = (part.saturating_mul(parts) + all / 2) / all;
    if rounded.is_multiple_of(parts) {
        return whole(rounded / parts);
    }
    // Both are far below the 53 bits that are exact.
    #[allow(clippy::cast_precision_loss)]
    let number = Number::from_f64(rounded as f64 / parts as f64);
    number.map_or_else(|| whole(0), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_rounded_and_whole_ratios_have_no_decimal_point() {
        let texts = [(1, 3, RATE), (2, 3, RATE), (3, 3, RATE), (0, 3, RATE), (3, 0, RATE), (16, 5, 10)];
        let texts = texts.map(|(part, all, parts)| ratio(part, all, parts).to_string());
        assert_eq!(texts, ["0.3333", "0.6667", "1", "0", "0", "3.2"]);
    }

    #[test]
    fn ids_of_numbers_are_unique_within_a_service() {
        for service in super::super::table::services() {
            let mut ids: Vec<&str> = service.kpis.iter().map(|kpi| kpi.id).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), service.kpis.len(), "{}", service.id);
        }
    }
}
