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
    /// The revision of names, introductions and pictures, for the next `carillon.account_set`.
    revision: String,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}";
    declare_reading("carillon.account_get", path, &[OperatorRole::Editor])
        .title("查询服务号设置", "Get the settings of a service account")
        .purpose(
            "查询一个服务号的名称、简介、介绍、图片和修订号，用于修改前读取。已停用的服务号也可以查询。",
            "Returns name, introductions and pictures of one service account with their revision, which \
             `carillon.account_set` takes. A disabled account can be read too.",
        )
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: AccountRequest) -> Result<Response> {
    let account = state.account(&request.unionid)?;
    Ok(Response { account: AccountView::of(account), revision: revision::settings(state, &request.unionid)? })
}
