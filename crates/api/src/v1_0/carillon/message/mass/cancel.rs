//! `carillon.mass_cancel`: cancels a scheduled mass send. An operation of Carillon.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::{
    EmptyResponse,
    exclusive::follow::message::{UNKNOWN_ACCOUNT, UNKNOWN_TASK},
};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, by the `task_id` that the send operation or `carillon.mass_list` returned.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_cancel", "/v1.0/carillon/message/mass/cancel")
        .title("取消定时群发", "Call off a send for later")
        .purpose(
            "取消一次尚未发出的定时群发，到时不再发送，记录中显示为已取消。已经发出的群发请用“撤回群发”。",
            "Cancels a scheduled send that is not sent yet, also one that is due. Its record remains as \
             cancelled. What was sent can only be recalled.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Sender])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .errors(&[Rule::NotWaiting])
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0002" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    send::cancel(tx, &call.env, call.corp(), &request.unionid, &request.task_id)?;
    Ok(EmptyResponse {})
}
