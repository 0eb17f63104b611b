//! `/topapi/kac/datav/microapp/detail`.

pub mod list;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(list::operation)];
