//! `serviceaccount.menu_get`: the menu of a service account.

use carillon_domain::account::menu;
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    service_account::{MenuButton, MenuButtonKind},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ButtonType;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The menu; without buttons if none was set (decided: the page does not say).
    menu: MenuView,
}

/// A menu.
#[derive(Serialize, JsonSchema)]
struct MenuView {
    /// The buttons of the menu, left to right.
    button: Vec<ButtonView>,
    /// Whether members may write to the account while the menu is in use.
    enable_input: bool,
    /// Whether the menu is shown: 0 in use, 1 stopped; a stopped menu is kept and not shown.
    #[schemars(extend("enum" = [0, 1]))]
    status: i64,
}

/// A button.
#[derive(Serialize, JsonSchema)]
struct ButtonView {
    #[serde(flatten)]
    item: ItemView,
    /// Items below the button; absent without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sub_button: Vec<ItemView>,
}

/// An item below a button, and the common fields of a button.
#[derive(Serialize, JsonSchema)]
struct ItemView {
    /// The label that members see.
    name: String,
    /// The action of a tap: `media_id` is returned as `click`, `view_article` as `view`. Absent for a parent without one.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<ButtonType>,
    /// The key, sent with the event of a click; absent if none was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The target address: for an article, its link while it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The id of the card, picture or article of the button; absent if none was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.menu_get", "/topapi/serviceaccount/menu/get")
        .title("查询服务号菜单", "Get the chat menu of a service account")
        .purpose(
            "查询服务号会话下方的菜单，停用的菜单也会返回。动作类型按官方接口的方式返回，与设置时不一定相同：\
             `media_id` 变为 `click`，`view_article` 变为 `view`，文章按钮的 `url` 是文章链接。",
            "Returns the menu below the conversation with a service account, also a stopped one. Types are returned \
             as the vendor does and may differ from what was set: `media_id` becomes `click` and `view_article` \
             becomes `view`, with the link of the article in `url`.",
        )
        .permission("qyapi_service_account_menu")
        .errors(&[Rule::UnknownAccount])
        .example(json!({ "unionid": "svcUnionId0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let stored = menu::get(tx, call.corp(), &request.unionid)?;
    let mut button = Vec::with_capacity(stored.buttons.len());
    for top in &stored.buttons {
        let mut sub_button = Vec::with_capacity(top.children.len());
        for child in &top.children {
            sub_button.push(item_view(tx, call, &request.unionid, child)?);
        }
        button.push(ButtonView { item: item_view(tx, call, &request.unionid, top)?, sub_button });
    }
    Ok(Response {
        menu: MenuView { button, enable_input: stored.enable_input, status: stored.stopped.into() },
    })
}

fn item_view(tx: &mut Tx<'_>, call: &Call, account: &AccountId, button: &MenuButton) -> Result<ItemView> {
    Ok(ItemView {
        name: button.name.clone(),
        kind: button.kind.map(MenuButtonKind::listed_kind).map(Into::into),
        key: button.key.clone(),
        url: menu::target(tx, call.corp(), account, button, &call.env, &call.base_url())?,
        media_id: button.media_id.clone(),
    })
}
