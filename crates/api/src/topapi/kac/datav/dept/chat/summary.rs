//! `/topapi/kac/datav/dept/chat/summary`.

pub mod list;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(list::operation)];
