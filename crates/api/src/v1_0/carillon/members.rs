//! `/v1.0/carillon/members/{userId}`: what the documented operations on members do not have.

pub mod sessions;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(sessions::OPERATIONS)];
