//! Statistics: metrics, and the parts in which the statistics of a day are stored.

mod metric;
mod organisation;
mod part;
mod year;

pub use metric::{Column, Fold, Metric, Total, Totals};
pub use organisation::{Memberships, Organisation, Tree, TreeNode};
pub use part::*;
pub use year::{DAY_METRICS, DepartmentYears, MemberYears, OrganisationYear, RolledYear, YearTotals};
