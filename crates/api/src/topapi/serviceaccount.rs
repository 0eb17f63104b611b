//! `/topapi/serviceaccount`.

pub mod add;
pub mod get;
pub mod list;
pub mod menu;
pub mod update;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether an account is in use.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In use.
    Normal,
    /// Deleted for good: it cannot be put into use again.
    Disabled,
}

impl Status {
    fn of(disabled: bool) -> Self {
        if disabled { Self::Disabled } else { Self::Normal }
    }
}
