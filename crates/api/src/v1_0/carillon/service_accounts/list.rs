//! `carillon.account_list`: the service accounts that the caller may manage. An operation of Carillon.

use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{AccountView, MANAGE};
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// Whether disabled accounts are listed too; false if absent.
    with_disabled: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The accounts, in the order in which they were added. An organisation has at most 40 that are not disabled.
    accounts: Vec<AccountView>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.account_list", "/v1.0/carillon/service-accounts")
        .get()
        .title("查询可管理的服务号", "List the service accounts to manage")
        .purpose(
            "查询调用者可以管理的服务号及其名称、简介和图片，不分页。\
             角色只限于某些服务号的运营人员只能看到这些服务号；默认不包含已停用的。",
            "Lists the service accounts that the caller may manage, with names and pictures, on one \
             page. An operator whose roles are limited to accounts sees only those. Disabled ones are \
             left out by default.",
        )
        .permission(MANAGE)
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor])
        .filters_accounts()
        .example(json!({ "withDisabled": true }))
        .snapshot(handle)
}

fn handle(state: &CorpState, call: &Call, request: Request) -> Result<Response> {
    let (scope, with_disabled) = (call.accounts(), request.with_disabled.unwrap_or_default());
    let accounts = state.accounts.values();
    let accounts =
        accounts.filter(|account| scope.contains(&account.id) && (with_disabled || !account.disabled));
    Ok(Response { accounts: accounts.map(|account| AccountView::of(account)).collect() })
}
