//! `/v1.0/carillon/service-accounts/{unionid}/menu`: the menu below the conversation, as it is stored. The vendor's operation returns other
//! kinds than it takes.

pub mod get;
pub mod set;

use carillon_domain::account::menu;
use carillon_model::service_account::{Menu, MenuButton};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Entry, topapi::serviceaccount::menu::ButtonType};

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(set::operation)];

const PATH: &str = "/v1.0/carillon/service-accounts/{unionid}/menu";
const PERMISSION: &str = "qyapi_service_account_menu";

/// A button. With items it opens them, and does nothing else.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Button {
    /// The label that members see on the button or item.
    #[schemars(length(min = 1, max = menu::MAX_NAME_CHARS))]
    name: String,
    /// What a tap on the button does; absent for a button with items, which opens them.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<ButtonType>,
    /// The key in the event `isw_user_event_received` that apps get: required for `click`, optional for `media_id`.
    #[schemars(length(max = menu::MAX_KEY_CHARS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// For `view`: the address that a tap opens; required for it.
    #[schemars(length(max = menu::MAX_URL_CHARS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// For `media_id` the id of a card or picture, for `view_article` that of an article of the account.
    #[schemars(length(max = menu::MAX_MEDIA_ID_CHARS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
    /// The items below the button, from the top; absent for a button without items.
    #[schemars(length(max = menu::MAX_CHILDREN))]
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<MenuItem>>,
}

/// An item below a button.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MenuItem {
    /// The label that members see on the button or item.
    #[schemars(length(min = 1, max = menu::MAX_NAME_CHARS))]
    name: String,
    /// What a tap on the item does. The action decides which of `key`, `url` and `mediaId` it needs.
    action: Option<ButtonType>,
    /// The key in the event `isw_user_event_received` that apps get: required for `click`, optional for `media_id`.
    #[schemars(length(max = menu::MAX_KEY_CHARS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// For `view`: the address that a tap opens; required for it.
    #[schemars(length(max = menu::MAX_URL_CHARS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// For `media_id` the id of a card or picture, for `view_article` that of an article of the account.
    #[schemars(length(max = menu::MAX_MEDIA_ID_CHARS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
}

impl MenuItem {
    fn of(button: &MenuButton) -> Self {
        Self {
            name: button.name.clone(),
            action: button.kind.map(Into::into),
            key: button.key.clone(),
            url: button.url.clone(),
            media_id: button.media_id.clone(),
        }
    }

    fn into_button(self) -> MenuButton {
        let Self { name, action, key, url, media_id } = self;
        MenuButton { name, kind: action.map(Into::into), key, url, media_id, children: Vec::new() }
    }
}

impl Button {
    fn of(button: &MenuButton) -> Self {
        let MenuItem { name, action, key, url, media_id } = MenuItem::of(button);
        let items: Vec<_> = button.children.iter().map(MenuItem::of).collect();
        Self { name, action, key, url, media_id, items: Some(items).filter(|items| !items.is_empty()) }
    }

    fn into_button(self) -> MenuButton {
        let Self { name, action, key, url, media_id, items } = self;
        let children = items.unwrap_or_default().into_iter().map(MenuItem::into_button).collect();
        MenuButton { children, ..MenuItem { name, action, key, url, media_id }.into_button() }
    }
}

fn menu_of(buttons: Vec<Button>, input: bool, stopped: bool) -> Menu {
    Menu { buttons: buttons.into_iter().map(Button::into_button).collect(), enable_input: input, stopped }
}
