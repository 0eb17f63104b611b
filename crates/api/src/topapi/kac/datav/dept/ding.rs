//! `/topapi/kac/datav/dept/ding`.

pub mod list;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(list::operation)];
