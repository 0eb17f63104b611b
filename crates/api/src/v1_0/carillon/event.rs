//! `/v1.0/carillon/event`.

pub mod delivery;
pub mod subscriptions;

use crate::Entry;

pub const OPERATIONS: &[Entry] =
    &[Entry::Folder(delivery::OPERATIONS), Entry::Folder(subscriptions::OPERATIONS)];
