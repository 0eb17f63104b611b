//! `/v1.0/carillon/message/mass`.

pub mod cancel;
pub mod progress;
pub mod schedule;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(cancel::operation),
    Entry::Operation(progress::operation),
    Entry::Operation(schedule::operation),
];
