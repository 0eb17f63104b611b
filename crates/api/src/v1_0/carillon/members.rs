//! `/v1.0/carillon/members/{userId}`: what the documented operations on members do not have.

pub mod sessions;
pub mod sign_on;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(sessions::OPERATIONS), Entry::Operation(sign_on::operation)];
