//! `/topapi/serviceaccount/menu`.

pub mod get;
pub mod update;

use carillon_model::service_account::MenuButtonKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(update::operation)];

/// The action of a button.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ButtonType {
    /// Raises the event `isw_user_event_received` with the button's key.
    Click,
    /// Opens the address in `url`.
    View,
    /// Answers in the conversation with a card or picture, and raises the event if the button has a key.
    MediaId,
    /// Opens an article of the account.
    ViewArticle,
}

impl From<ButtonType> for MenuButtonKind {
    fn from(kind: ButtonType) -> Self {
        match kind {
            ButtonType::Click => Self::Click,
            ButtonType::View => Self::View,
            ButtonType::MediaId => Self::MediaId,
            ButtonType::ViewArticle => Self::ViewArticle,
        }
    }
}

impl From<MenuButtonKind> for ButtonType {
    fn from(kind: MenuButtonKind) -> Self {
        match kind {
            MenuButtonKind::Click => Self::Click,
            MenuButtonKind::View => Self::View,
            MenuButtonKind::MediaId => Self::MediaId,
            MenuButtonKind::ViewArticle => Self::ViewArticle,
        }
    }
}
