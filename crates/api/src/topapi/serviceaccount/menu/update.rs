//! `serviceaccount.menu_update`: replaces the menu of a service account.

use carillon_domain::account::menu;
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    service_account::{Menu, MenuButton},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::ButtonType;
use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The whole menu, which replaces the previous one (decided: the page does not say whether it merges). Nothing changes if absent: the
    /// documented example of a form sends none.
    menu: Option<NewMenu>,
}

/// A menu.
#[derive(Deserialize, JsonSchema)]
struct NewMenu {
    /// Buttons, left to right.
    #[schemars(length(max = menu::MAX_BUTTONS))]
    button: Option<Vec<NewButton>>,
    /// Whether a member may write.
    enable_input: bool,
    /// 0 in use, 1 stopped.
    #[schemars(extend("enum" = [0, 1]))]
    status: i64,
}

/// A button. With `sub_button` it is a parent; its `type` is stored and ignored.
#[derive(Deserialize, JsonSchema)]
struct NewButton {
    /// The action of a tap; absent for a parent.
    #[serde(rename = "type")]
    kind: Option<ButtonType>,
    #[serde(flatten)]
    common: ItemFields,
    /// Items below the button.
    #[schemars(length(max = menu::MAX_CHILDREN))]
    sub_button: Option<Vec<NewItem>>,
}

/// An item below a button.
#[derive(Deserialize, JsonSchema)]
struct NewItem {
    /// The action of a tap.
    #[serde(rename = "type")]
    kind: ButtonType,
    #[serde(flatten)]
    common: ItemFields,
}

/// The common fields of buttons and items.
#[derive(Deserialize, JsonSchema)]
struct ItemFields {
    /// The label.
    #[schemars(length(min = 1, max = menu::MAX_NAME_CHARS))]
    name: String,
    /// Sent with the event of a click.
    #[schemars(length(max = menu::MAX_KEY_CHARS))]
    key: Option<String>,
    /// The target address of `view`.
    #[schemars(length(max = menu::MAX_URL_CHARS))]
    url: Option<String>,
    /// The card or picture of `media_id`, the article of `view_article`.
    #[schemars(length(max = menu::MAX_MEDIA_ID_CHARS))]
    media_id: Option<String>,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.menu_update", "/topapi/serviceaccount/menu/update")
        .title("服务号菜单更新", "Update the chat menu of a service account")
        .permission("qyapi_service_account_menu")
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled])
        .example(json!({
            "unionid": "svcUnionId0001",
            "menu": {
                "enable_input": true,
                "status": 0,
                "button": [
                    { "name": "News", "type": "media_id", "media_id": "cardMedia0001", "key": "KEY_NEWS" },
                    { "name": "Our site", "type": "view", "url": "https://example.com/?from=menu&lang=en" },
                    {
                        "name": "Weather",
                        "sub_button": [
                            { "name": "Today", "type": "click", "key": "KEY_TODAY" },
                            { "name": "Map", "type": "view", "url": "https://example.com/map?zoom=3%2C5" },
                            { "name": "Forecast", "type": "media_id", "media_id": "cardMedia0001" },
                        ],
                    },
                ],
            },
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    match request.menu {
        Some(new) => menu::set(tx, call.corp(), &request.unionid, &new.into())?,
        None => menu::get(tx, call.corp(), &request.unionid).map(drop)?,
    }
    Ok(EmptyResponse {})
}

impl From<NewMenu> for Menu {
    fn from(new: NewMenu) -> Self {
        let buttons = new.button.unwrap_or_default().into_iter().map(MenuButton::from).collect();
        Self { buttons, enable_input: new.enable_input, stopped: new.status == 1 }
    }
}

impl From<NewButton> for MenuButton {
    fn from(new: NewButton) -> Self {
        let children =
            new.sub_button.unwrap_or_default().into_iter().map(|item| item.common.button(Some(item.kind)));
        Self { children: children.collect(), ..new.common.button(new.kind) }
    }
}

impl ItemFields {
    fn button(self, kind: Option<ButtonType>) -> MenuButton {
        MenuButton {
            name: self.name,
            kind: kind.map(Into::into),
            key: self.key,
            url: self.url,
            media_id: self.media_id,
            children: Vec::new(),
        }
    }
}
