//! `/v1.0/exclusive/phoneDings`.

pub mod send;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(send::operation)];
