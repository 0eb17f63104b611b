//! `/v1.0/contact/departments`.

pub mod search;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(search::operation)];
