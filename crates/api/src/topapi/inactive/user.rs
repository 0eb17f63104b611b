//! `/topapi/inactive/user`.

pub mod v2;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(v2::OPERATIONS)];
