//! `carillon.account_get`: the settings of a service account. An operation of Carillon.

use carillon_domain::account::revision;
use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{AccountRequest, AccountView, declare_reading};

#[derive(Serialize, JsonSchema)]
struct Response {
    #[serde(flatten)]
    account: AccountView,
    /// The revision of the settings.
    revision: String,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}";
    declare_reading("carillon.account_get", path, &[OperatorRole::Editor])
        .title("查询服务号设置", "Get the settings of a service account")
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: AccountRequest) -> Result<Response> {
    let account = state.account(&request.unionid)?;
    Ok(Response { account: AccountView::of(account), revision: revision::settings(state, &request.unionid)? })
}
