//! What facts add up to: metrics, and the parts of a day's statistics as they are kept.

mod metric;
mod organisation;
mod part;
mod year;

pub use metric::{Column, Fold, Metric, Total, Totals};
pub use organisation::{Memberships, Organisation, Tree, TreeNode};
pub use part::*;
pub use year::{DAY_METRICS, DepartmentYears, MemberYears, OrganisationYear, RolledYear, YearTotals};
