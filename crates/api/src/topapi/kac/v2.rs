//! `/topapi/kac/v2`.

pub mod datav;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(datav::OPERATIONS)];
