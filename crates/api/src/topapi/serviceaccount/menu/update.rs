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
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The whole menu, which replaces the previous one (decided: the page does not say). Nothing changes if absent.
    menu: Option<NewMenu>,
}

/// A menu.
#[derive(Deserialize, JsonSchema)]
struct NewMenu {
    /// The buttons of the menu, left to right; none if absent.
    #[schemars(length(max = menu::MAX_BUTTONS))]
    button: Option<Vec<NewButton>>,
    /// Whether members may write to the account while the menu is in use.
    enable_input: bool,
    /// Whether the menu is shown: 0 in use, 1 stopped; a stopped menu is kept and not shown.
    #[schemars(extend("enum" = [0, 1]))]
    status: i64,
}

/// A button. With `sub_button` it is a parent; its `type` is stored and ignored.
#[derive(Deserialize, JsonSchema)]
struct NewButton {
    /// The action of a tap; needed unless there is `sub_button`, ignored with it.
    #[serde(rename = "type")]
    kind: Option<ButtonType>,
    #[serde(flatten)]
    common: ItemFields,
    /// Items below the button, which a tap opens; none if absent.
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
    /// The label that members see.
    #[schemars(length(min = 1, max = menu::MAX_NAME_CHARS))]
    name: String,
    /// Sent with the event of a click; needed for `click`, optional for `media_id`.
    #[schemars(length(max = menu::MAX_KEY_CHARS))]
    key: Option<String>,
    /// The address to open; needed for `view`, and no script.
    #[schemars(length(max = menu::MAX_URL_CHARS))]
    url: Option<String>,
    /// The card or picture of `media_id`, the `article_id` of `view_article`; needed for both.
    #[schemars(length(max = menu::MAX_MEDIA_ID_CHARS))]
    media_id: Option<String>,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.menu_update", "/topapi/serviceaccount/menu/update")
        .title("服务号菜单更新", "Update the chat menu of a service account")
        .purpose(
            "设置服务号会话下方的菜单，整体替换原有菜单，成员打开会话时即可看到。最多 10 个按钮，\
             每个按钮最多 20 个子菜单项；带有 `key` 的 `click` 或 `media_id` 按钮被点击时，\
             会向订阅的应用推送 `isw_user_event_received` 事件。",
            "Sets the menu below the conversation with a service account. It replaces the previous one, and members \
             find it when they open the conversation. There are at most 10 buttons with 20 items each; a tap on a \
             `click` or `media_id` button with a `key` sends subscribed apps the event `isw_user_event_received`.",
        )
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
