//! `/v1.0/carillon/comments`: comments on what all accounts sent.

pub mod query;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(query::operation)];
