//! `/v1.0/exclusive/datas`.

pub mod reports;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(reports::OPERATIONS)];
