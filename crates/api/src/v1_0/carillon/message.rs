//! `/v1.0/carillon/message`.

pub mod mass;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(mass::OPERATIONS)];
