//! A year's statistics: a roll-up of its days.

use serde::{Deserialize, Serialize};

use super::{Metric, Totals};
use crate::{
    id::{DeptId, MemberNo},
    stored_form::stored_forms,
};

/// Metrics of which a year counts the days that each member has a value on.
pub const DAY_METRICS: [Metric; 3] = [Metric::Logins, Metric::AttendanceField, Metric::AttendanceClocks];

stored_forms! {
    "organisation_year" OrganisationYear,
    "department_years" DepartmentYears,
    "member_years" MemberYears,
}

/// What a year comes to, of the organisation, of a department or of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearTotals {
    /// Values of the whole year, and how many different members have one.
    pub totals: Totals,
    /// Of each of [`DAY_METRICS`], the days of all members that have a value on them.
    pub member_days: [u64; DAY_METRICS.len()],
}

impl YearTotals {
    /// The days of all members that have a value of a metric.
    pub fn days(&self, metric: Metric) -> u64 {
        DAY_METRICS.iter().position(|one| *one == metric).map_or(0, |index| self.member_days[index])
    }
}

/// The organisation's year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationYear {
    /// What it comes to.
    pub year: YearTotals,
    /// Different groups with a message.
    pub groups_with_messages: u64,
}

/// The year of each department, those below it included as they were each day; by id, those where nothing happened left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentYears(pub Vec<(DeptId, YearTotals)>);

/// The year of each member, by number; those of whom nothing is told left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberYears(pub Vec<(MemberNo, YearTotals)>);

/// All of a year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolledYear {
    /// The organisation.
    pub organisation: OrganisationYear,
    /// Departments.
    pub departments: DepartmentYears,
    /// Members.
    pub members: MemberYears,
}
