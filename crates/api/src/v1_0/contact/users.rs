//! `/v1.0/contact/users`.

pub mod search;
pub mod sort;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(search::operation), Entry::Operation(sort::operation)];
