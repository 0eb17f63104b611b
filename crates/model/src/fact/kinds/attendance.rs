//! Check-ins, attendance, steps and employment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A member checked in at a place (签到). Feeds check-ins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckIn {
    /// How often the member checked in.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// What is known of a member's attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceEvent {
    /// Was expected to come that day.
    Expected,
    /// Came to work that day.
    Present,
    /// Worked in the field.
    Field,
    /// Asked for a correction.
    Correction,
    /// Clocked in or out.
    Clocked,
}

/// What is known of a member's attendance (考勤). Feeds times expected, times present, times in the field, corrections, and clock-ins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attendance {
    /// What is known of the member's attendance.
    pub event: AttendanceEvent,
    /// How often it happened.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A member's steps of the day so far: the largest of a day counts. Feeds steps, and days of over 5000 steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Steps {
    /// The number of steps of the day so far.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// A type of employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmployeeType {
    /// No type (无员工类型).
    None,
    /// Full time (全职).
    FullTime,
    /// Part time (兼职).
    PartTime,
    /// Intern (实习).
    Intern,
    /// Outsourced (劳务外包).
    Outsourced,
    /// Dispatched (劳务派遣).
    Dispatched,
    /// Rehired after retirement (退休返聘).
    Rehired,
}

/// Where an employee stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentStatus {
    /// On trial before the contract (试岗).
    Trial,
    /// On probation (试用).
    Probation,
    /// Permanent (正式).
    Permanent,
    /// About to leave (待离职).
    Leaving,
    /// Left (离职).
    Left,
}

/// A member's employment from then on, until the next fact of the kind. Feeds the list of employments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Employment {
    /// The type of the employee from now on.
    pub employee_type: EmployeeType,
    /// The status of the employee from now on.
    pub status: EmploymentStatus,
    /// Whether the record has all that it should have.
    pub complete: bool,
}
