//! `/topapi/kac/datav/annual_report`.

pub mod get;
mod report;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation)];
