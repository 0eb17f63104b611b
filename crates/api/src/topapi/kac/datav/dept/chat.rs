//! `/topapi/kac/datav/dept/chat`.

pub mod summary;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(summary::OPERATIONS)];
