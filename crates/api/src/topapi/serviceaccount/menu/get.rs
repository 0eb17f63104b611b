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

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The menu; without buttons where none was set (decided: the page does not say).
    menu: ShownMenu,
}

/// A menu.
#[derive(Serialize, JsonSchema)]
struct ShownMenu {
    /// Buttons, left to right.
    button: Vec<ShownButton>,
    /// Whether a member may write.
    enable_input: bool,
    /// 0 in use, 1 stopped.
    #[schemars(extend("enum" = [0, 1]))]
    status: i64,
}

/// A button.
#[derive(Serialize, JsonSchema)]
struct ShownButton {
    #[serde(flatten)]
    item: ShownItem,
    /// Items below the button; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sub_button: Vec<ShownItem>,
}

/// An item below a button, or what a button has in common with one.
#[derive(Serialize, JsonSchema)]
struct ShownItem {
    /// The words on it.
    name: String,
    /// What a tap does: `media_id` comes back as `click`, `view_article` as `view`. A parent may have none.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<ButtonType>,
    /// Sent with the event of a click.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Where it leads: for an article, its link while it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The card, picture or article that the button was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.menu_get", "/topapi/serviceaccount/menu/get")
        .title("查询服务号菜单", "Get the chat menu of a service account")
        .permission("qyapi_service_account_menu")
        .errors(&[Rule::UnknownAccount])
        .example(json!({ "unionid": "svcUnionId0001" }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let stored = menu::get(tx, call.corp(), &request.unionid)?;
    let mut button = Vec::with_capacity(stored.buttons.len());
    for top in &stored.buttons {
        let mut sub_button = Vec::with_capacity(top.children.len());
        for child in &top.children {
            sub_button.push(shown(tx, call, &request.unionid, child)?);
        }
        button.push(ShownButton { item: shown(tx, call, &request.unionid, top)?, sub_button });
    }
    Ok(Response {
        menu: ShownMenu { button, enable_input: stored.enable_input, status: stored.stopped.into() },
    })
}

fn shown(tx: &mut Tx<'_>, call: &Call, account: &AccountId, button: &MenuButton) -> Result<ShownItem> {
    Ok(ShownItem {
        name: button.name.clone(),
        kind: button.kind.map(MenuButtonKind::listed_kind).map(Into::into),
        key: button.key.clone(),
        url: menu::target(tx, call.corp(), account, button, &call.env, &call.base_url())?,
        media_id: button.media_id.clone(),
    })
}
