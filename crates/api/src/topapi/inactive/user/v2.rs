//! `/topapi/inactive/user/v2`.

pub mod get;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation)];
