//! `/v1.0/carillon/message`.

pub mod drafts;
pub mod mass;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(drafts::OPERATIONS), Entry::Folder(mass::OPERATIONS)];
