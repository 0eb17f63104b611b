//! `/v1.0/exclusive/data/doc`.

pub mod dept;
pub mod org;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(dept::operation), Entry::Operation(org::operation)];
