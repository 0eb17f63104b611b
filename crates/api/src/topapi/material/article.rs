//! `/topapi/material/article`.

pub mod add;
pub mod delete;
pub mod get;
pub mod list;
pub mod publish;
pub mod update;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(add::operation),
    Entry::Operation(delete::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Operation(publish::operation),
    Entry::Operation(update::operation),
];
