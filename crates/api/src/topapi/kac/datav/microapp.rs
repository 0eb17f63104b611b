//! `/topapi/kac/datav/microapp`.

pub mod detail;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(detail::OPERATIONS)];
