//! `/v1.0/carillon/publishers/{publisherId}/comments`.

pub mod delete;
pub mod list;
pub mod selected;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(delete::operation),
    Entry::Operation(list::operation),
    Entry::Operation(selected::operation),
];
