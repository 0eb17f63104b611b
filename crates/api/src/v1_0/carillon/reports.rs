//! `/v1.0/carillon/reports`.

pub mod get;
pub mod years;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(years::operation)];
