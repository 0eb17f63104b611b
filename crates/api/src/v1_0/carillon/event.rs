//! `/v1.0/carillon/event`.

pub mod delivery;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(delivery::OPERATIONS)];
