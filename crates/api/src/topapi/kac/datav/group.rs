//! `/topapi/kac/datav/group`.

pub mod get;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation)];
