//! `/v1.0/carillon/message`.

pub mod drafts;
pub mod mass;
pub mod policy;

use crate::Entry;

pub const OPERATIONS: &[Entry] =
    &[Entry::Folder(drafts::OPERATIONS), Entry::Folder(mass::OPERATIONS), Entry::Folder(policy::OPERATIONS)];
