//! `/topapi/serviceaccount`.

pub mod add;
pub mod get;
pub mod list;
pub mod menu;
pub mod update;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(add::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Folder(menu::OPERATIONS),
    Entry::Operation(update::operation),
];

/// Whether an account is in use.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The account is in use.
    Normal,
    /// Deleted permanently: it sends nothing any more, nobody can write to it, and it cannot be restored.
    Disabled,
}

impl Status {
    fn of(disabled: bool) -> Self {
        if disabled { Self::Disabled } else { Self::Normal }
    }
}
