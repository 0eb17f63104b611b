//! `/v1.0/gateway/connections`.

pub mod open;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(open::operation)];
