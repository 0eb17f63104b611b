//! `carillon.mass_recall`: recalls a mass send. An operation of Carillon, for operators: the documented one is for apps.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, Reaches};
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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, by its `task_id`; it must have been sent in the last 24 hours.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_recall", "/v1.0/carillon/message/mass/recall")
        .title("撤回群发", "Recall a mass send as an operator")
        .purpose(
            "撤回 24 小时内发出的群发：消息立即从成员的收件箱消失，随消息的文章链接失效；发送记录保留。\
             已停用服务号的群发也可以撤回。",
            "Recalls a send within 24 hours: it disappears from inboxes at once, and its links to \
             articles stop working. The record of the send remains. Sends of a disabled account can be \
             recalled too.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Sender])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .error(Rule::RecallTooLate, TOO_LATE)
        .error(Rule::AlreadyRecalled, ALREADY_RECALLED)
        .reaches(Reaches::EarlierSend { account: "unionid", task: "task_id" })
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0003" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    send::recall(tx, &call.env, call.corp(), &request.unionid, &request.task_id)?;
    Ok(EmptyResponse {})
}
