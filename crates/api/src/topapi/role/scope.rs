//! `/topapi/role/scope`.

pub mod update;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(update::operation)];
