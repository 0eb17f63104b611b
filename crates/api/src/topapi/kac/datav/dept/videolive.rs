//! `/topapi/kac/datav/dept/videolive`.

pub mod list;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(list::operation)];
