//! `serviceaccount.get`: one service account, disabled or not.
//!
//! The lists of operators, of blocked members and of allowed receivers are not answered yet: nothing can set them.

use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Account;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1))]
    unionid: AccountId,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The account.
    service_account: Account,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.get", "/topapi/serviceaccount/get")
        .title("查询服务号详情", "Get one service account")
        .permission(super::MANAGE)
        .errors(&[Rule::UnknownAccount])
        .reads()
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(answer)
}

fn answer(state: &CorpState, _call: &Call, request: Request) -> Result<Response> {
    Ok(Response { service_account: Account::from(&**state.account(&request.unionid)?) })
}
