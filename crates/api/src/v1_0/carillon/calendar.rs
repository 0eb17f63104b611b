//! `/v1.0/carillon/calendar`.

pub mod query;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(query::operation)];
