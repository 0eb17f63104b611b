//! `/v1.0/carillon/publishers`.

pub mod comments;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(comments::OPERATIONS)];
