//! `/v1.0/exclusive/data/conferences`.

pub mod base_info;
pub mod detail;

use crate::Entry;

pub const OPERATIONS: &[Entry] =
    &[Entry::Operation(base_info::operation), Entry::Operation(detail::operation)];
