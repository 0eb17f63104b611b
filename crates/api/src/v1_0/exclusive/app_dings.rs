//! `/v1.0/exclusive/appDings`.

pub mod send;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(send::operation)];
