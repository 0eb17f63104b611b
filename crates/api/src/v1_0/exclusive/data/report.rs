//! `/v1.0/exclusive/data/report`.

pub mod dept;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(dept::operation)];
