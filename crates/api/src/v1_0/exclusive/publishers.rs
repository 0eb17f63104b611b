//! `/v1.0/exclusive/publishers`.

pub mod comments;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(comments::OPERATIONS)];
