//! `/v1.0/exclusive/inactives/users`.

pub mod query;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(query::operation)];
