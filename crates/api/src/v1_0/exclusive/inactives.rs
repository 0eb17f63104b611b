//! `/v1.0/exclusive/inactives`.

pub mod users;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(users::OPERATIONS)];
