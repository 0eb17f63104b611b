//! `mass.recall`: recalls a mass send.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account that sent it.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The id that the send returned.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

pub fn operation() -> Operation {
    Operation::legacy("mass.recall", "/topapi/message/mass/recall")
        .title("撤回群发消息", "Recall a mass send")
        .permission("qyapi_service_account_message")
        .errors(&[Rule::UnknownAccount, Rule::UnknownTask, Rule::RecallTooLate, Rule::AlreadyRecalled])
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0001" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    send::recall(tx, &call.env, call.corp(), &request.unionid, &request.task_id)?;
    Ok(EmptyResponse {})
}
