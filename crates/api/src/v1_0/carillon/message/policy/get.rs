//! `carillon.send_policy_get`: what an account asks of its sends. An operation of Carillon.

use carillon_model::{error::Result, id::AccountId, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Policy, declare};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

pub fn operation() -> Operation {
    let roles = &[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver];
    declare("carillon.send_policy_get", roles)
        .get()
        .title("查询发送规则", "What an account asks of its sends")
        .example(json!({ "unionid": "svcUnionId0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Policy> {
    tx.state().corp(call.corp())?.account(&request.unionid)?;
    let policy = tx.send_policy(call.corp(), &request.unionid)?;
    Ok(Policy::of(request.unionid, &policy))
}
