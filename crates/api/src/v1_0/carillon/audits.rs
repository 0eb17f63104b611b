//! `/v1.0/carillon/audits`.

pub mod query;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(query::operation)];
