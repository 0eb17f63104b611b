//! `/topapi/kac/datav/videolive/viewer`.

pub mod list;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(list::operation)];
