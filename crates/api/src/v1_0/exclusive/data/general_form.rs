//! `/v1.0/exclusive/data/generalForm`.

pub mod dept;
pub mod org;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(dept::operation), Entry::Operation(org::operation)];
