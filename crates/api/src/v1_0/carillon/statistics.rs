//! `/v1.0/carillon/statistics`.

pub mod families;
pub mod list;
pub mod query;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(families::operation),
    Entry::Operation(list::operation),
    Entry::Operation(query::operation),
];

/// The permission to read the numbers of the organisation.
pub const PERMISSION: &str = "Carillon.Statistics.Read";
