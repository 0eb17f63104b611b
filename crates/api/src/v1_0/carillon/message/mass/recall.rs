//! `carillon.mass_recall`: recalls a mass send. An operation of Carillon, for operators: the documented one is for apps.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::{
    EmptyResponse,
    exclusive::follow::message::{UNKNOWN_ACCOUNT, UNKNOWN_TASK},
};

const TOO_LATE: Code = Code::both(800025, "taskId非法: 超过24小时的消息不能撤回", "recall.too.late", 400);
const ALREADY_RECALLED: Code = Code::both(800025, "taskId非法: 消息已撤回", "already.recalled", 400);

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account that sent it.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The id that the send returned. It can be recalled for 24 hours.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_recall", "/v1.0/carillon/message/mass/recall")
        .title("撤回群发", "Recall a mass send as an operator")
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Sender])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .error(Rule::RecallTooLate, TOO_LATE)
        .error(Rule::AlreadyRecalled, ALREADY_RECALLED)
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0003" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    send::recall(tx, &call.env, call.corp(), &request.unionid, &request.task_id)?;
    Ok(EmptyResponse {})
}
