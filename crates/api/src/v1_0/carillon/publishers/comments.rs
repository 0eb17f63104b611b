//! `/v1.0/carillon/publishers/{publisherId}/comments`.

pub mod list;
pub mod selected;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(list::operation), Entry::Operation(selected::operation)];
