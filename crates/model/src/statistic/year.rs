//! Statistics of a year: a roll-up of its days.

use serde::{Deserialize, Serialize};

use super::{Metric, Totals};
use crate::{
    id::{DeptId, MemberNo},
    stored_form::stored_forms,
};

/// Metrics for which a year counts the days on which each member has a value.
pub const DAY_METRICS: [Metric; 3] = [Metric::Logins, Metric::AttendanceField, Metric::AttendanceClocks];

stored_forms! {
    "organisation_year" OrganisationYear,
    "department_years" DepartmentYears,
    "member_years" MemberYears,
}

/// The totals of a year, of the organisation, a department or a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearTotals {
    /// Values of the whole year, and the number of distinct members with a value.
    pub totals: Totals,
    /// For each of [`DAY_METRICS`], the sum over members of the days with a value.
    pub member_days: [u64; DAY_METRICS.len()],
}

impl YearTotals {
    /// The sum over members of the days with a value of a metric.
    pub fn days(&self, metric: Metric) -> u64 {
        DAY_METRICS.iter().position(|one| *one == metric).map_or(0, |index| self.member_days[index])
    }
}

/// The organisation's year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationYear {
    /// The totals.
    pub year: YearTotals,
    /// The number of distinct groups with a message.
    pub groups_with_messages: u64,
}

/// The year of each department, including those that were below it on each day; by id, without departments that have no totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentYears(pub Vec<(DeptId, YearTotals)>);

/// The year of each member, by number, without members that have no totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberYears(pub Vec<(MemberNo, YearTotals)>);

/// All statistics of a year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolledYear {
    /// The organisation.
    pub organisation: OrganisationYear,
    /// Departments.
    pub departments: DepartmentYears,
    /// Members.
    pub members: MemberYears,
}
