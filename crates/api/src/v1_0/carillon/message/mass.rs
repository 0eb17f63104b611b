//! `/v1.0/carillon/message/mass`.

pub mod cancel;
pub mod history;
pub mod limits;
pub mod list;
pub mod months;
pub mod move_to;
pub mod progress;
pub mod reach;
pub mod recall;
pub mod receivers;
pub mod schedule;
pub mod send_now;

use carillon_domain::send::DecidedBy;
use carillon_wire::{Call, Caller};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(cancel::operation),
    Entry::Operation(history::operation),
    Entry::Operation(limits::operation),
    Entry::Operation(list::operation),
    Entry::Operation(months::operation),
    Entry::Operation(move_to::operation),
    Entry::Operation(progress::operation),
    Entry::Operation(reach::operation),
    Entry::Operation(recall::operation),
    Entry::Operation(receivers::operation),
    Entry::Operation(schedule::operation),
    Entry::Operation(send_now::operation),
];

/// Who decides about a scheduled send.
fn decided_by(call: &Call) -> DecidedBy {
    match &call.caller {
        Caller::Operator(_) | Caller::Member(_) => DecidedBy::Operator,
        Caller::App(_) | Caller::Local(_) => DecidedBy::Program,
    }
}
