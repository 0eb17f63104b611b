//! `/v1.0/carillon/groups/messages`.

pub mod send;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(send::operation)];
