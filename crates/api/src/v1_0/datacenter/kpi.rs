//! The numbers of the data catalogue: what each is counted from, and how a row of them looks.

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
    /// What is counted.
    pub caliber: &'static str,
    /// In which unit.
    pub unit: &'static str,
    /// From what.
    pub source: Source,
}

/// What a number is counted from.
pub enum Source {
    /// A metric's value.
    Value(Metric),
    /// The sum of several.
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
    /// They as a share of all members.
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

/// What a number is, for the reader.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// The number's id.
    kpi_id: &'static str,
    /// Its name.
    kpi_name: &'static str,
    /// Its unit; empty where the documentation page has none.
    unit: &'static str,
    /// What is counted.
    kpi_caliber: &'static str,
    /// Its period: always a day.
    period: &'static str,
}

/// The period of all numbers.
pub const PERIOD: &str = "DAY";

impl Kpi {
    /// What the number is.
    pub fn meta(&self) -> Meta {
        let Self { id, name, caliber, unit, .. } = *self;
        Meta { kpi_id: id, kpi_name: name, unit, kpi_caliber: caliber, period: PERIOD }
    }

    /// Its name in a row.
    pub fn key(&self) -> String {
        format!("{}_{PERIOD}", self.id)
    }

    /// The number.
    pub fn value(&self, tx: &mut Tx<'_>, day: &DayStatistics) -> Result<Value> {
        let summary = day.summary(tx)?;
        let totals = &summary.totals;
        let employees = |tx: &mut Tx<'_>, which: &dyn Fn(&Employment) -> bool| -> Result<Value> {
            let cumulative = day.cumulative(tx)?;
            let some = cumulative.employees.iter().filter(|(employment, _)| which(employment));
            Ok(whole(some.map(|(_, count)| count).sum()))
        };
        Ok(match &self.source {
            Source::Value(metric) => whole(totals.value(*metric)),
            Source::Values(metrics) => whole(metrics.iter().map(|metric| totals.value(*metric)).sum()),
            Source::Users(metric) => whole(totals.users(*metric)),
            Source::Minutes(metric) => whole((totals.value(*metric) + 30_000) / 60_000),
            Source::Average(metric) => ratio(totals.value(*metric), totals.users(*metric), 10),
            Source::Share(some, all) => ratio(totals.users(*some), totals.users(*all), RATE),
            Source::ShareOfMembers(metric) => {
                // Those of the root department: leavers are no members at the end of the day.
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
            Source::EmployedAs(employee_type) => employees(tx, &|one| {
                one.employee_type == *employee_type && one.status != EmploymentStatus::Left
            })?,
            Source::EmployeesWho(status) => employees(tx, &|one| one.status == *status)?,
            Source::IncompleteEmployees => {
                employees(tx, &|one| !one.complete && one.status != EmploymentStatus::Left)?
            }
        })
    }
}

/// Rates have four decimal places.
const RATE: u64 = 10_000;

fn whole(number: u64) -> Value {
    number.into()
}

/// A ratio rounded to a part of one; 0 when there is nothing to compare with. Whole numbers have no decimal point: some
/// clients cannot read `1.0`.
fn ratio(of: u64, all: u64, parts: u64) -> Value {
    if all == 0 {
        return whole(0);
    }
    let rounded = (of.saturating_mul(parts) + all / 2) / all;
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
    fn ratios_are_rounded_and_whole_ones_are_whole() {
        let texts = [(1, 3, RATE), (2, 3, RATE), (3, 3, RATE), (0, 3, RATE), (3, 0, RATE), (16, 5, 10)];
        let texts = texts.map(|(of, all, parts)| ratio(of, all, parts).to_string());
        assert_eq!(texts, ["0.3333", "0.6667", "1", "0", "0", "3.2"]);
    }

    #[test]
    fn every_number_has_an_id_of_its_own_in_its_service() {
        for service in super::super::table::SERVICES {
            let mut ids: Vec<&str> = service.kpis.iter().map(|kpi| kpi.id).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), service.kpis.len(), "{}", service.id);
        }
    }
}
