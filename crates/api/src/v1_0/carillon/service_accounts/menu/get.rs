//! `carillon.account_menu_get`: the menu of a service account as it is stored. An operation of Carillon.

use carillon_domain::account::{menu, revision};
use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{Button, PATH, PERMISSION};
use crate::v1_0::carillon::service_accounts::{AccountRequest, declare_reading};

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The buttons of the menu, from left to right; empty if there are none.
    buttons: Vec<Button>,
    /// Whether members may write while the menu is visible. Without a menu, or with a stopped one, they always may.
    input: bool,
    /// Whether the menu is only stored, and members do not see it.
    stopped: bool,
    /// The revision of the menu, for the next change of it.
    revision: String,
}

pub fn operation() -> Operation {
    declare_reading("carillon.account_menu_get", PATH, &[OperatorRole::Editor])
        .title("查询服务号菜单内容", "Get the menu of a service account as stored")
        .purpose(
            "按保存的内容查询服务号菜单，并返回修订号，可直接用于“设置服务号菜单”。\
             从未设置过菜单时返回空菜单，成员可以发消息。",
            "Returns the menu of a service account as it is stored, in the form that \
             `carillon.account_menu_set` takes, with its revision. An account that never had one has an \
             empty menu that lets members write.",
        )
        .permission(PERMISSION)
        .example(json!({ "unionid": "svcUnionId0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: AccountRequest) -> Result<Response> {
    let stored = menu::get(tx, call.corp(), &request.unionid)?;
    Ok(Response {
        buttons: stored.buttons.iter().map(Button::of).collect(),
        input: stored.enable_input,
        stopped: stored.stopped,
        revision: revision::menu(tx.state().corp(call.corp())?, &request.unionid)?,
    })
}
