//! `/topapi/v2`.

pub mod department;
pub mod user;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(department::OPERATIONS), Entry::Folder(user::OPERATIONS)];
