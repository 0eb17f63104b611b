//! `/v1.0/exclusive/data/calendar`.

pub mod org;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(org::operation)];
