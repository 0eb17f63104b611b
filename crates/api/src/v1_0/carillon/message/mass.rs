//! `/v1.0/carillon/message/mass`.

pub mod cancel;
pub mod history;
pub mod limits;
pub mod list;
pub mod months;
pub mod progress;
pub mod reach;
pub mod recall;
pub mod receivers;
pub mod schedule;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(cancel::operation),
    Entry::Operation(history::operation),
    Entry::Operation(limits::operation),
    Entry::Operation(list::operation),
    Entry::Operation(months::operation),
    Entry::Operation(progress::operation),
    Entry::Operation(reach::operation),
    Entry::Operation(recall::operation),
    Entry::Operation(receivers::operation),
    Entry::Operation(schedule::operation),
];
