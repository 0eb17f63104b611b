//! `/media`.

pub mod upload;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(upload::operation)];
