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
    /// Buttons, left to right.
    buttons: Vec<Button>,
    /// Whether members may write.
    input: bool,
    /// Whether the menu is stored and not visible.
    stopped: bool,
    /// The revision of the menu.
    revision: String,
}

pub fn operation() -> Operation {
    declare_reading("carillon.account_menu_get", PATH, &[OperatorRole::Editor])
        .title("查询服务号菜单内容", "Get the menu of a service account as stored")
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
