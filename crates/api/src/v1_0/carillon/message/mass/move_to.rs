//! `carillon.mass_move`: moves a scheduled mass send to another time. An operation of Carillon.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::decided_by;
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
    /// The scheduled send, by the `task_id` that `carillon.mass_list` returns for status 0 or 5.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
    /// When to send it, in ms since 1970: in the future, at most 366 days ahead.
    send_time: Timestamp,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_move", "/v1.0/carillon/message/mass/move")
        .title("修改定时群发的时间", "Move a scheduled send to another time")
        .purpose(
            "修改一次尚未发出的定时群发的发送时间，`task_id`、内容、接收人和审批不变。\
             因逾期而等待决定的群发改期后到时自动发送。",
            "Changes the time of a scheduled send. Its id, its message, its receivers and its approval \
             stay. One that is held because it is overdue is sent at the new time.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Sender])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .errors(&[Rule::NotWaiting, Rule::QuietHours])
        .example(
            json!({ "unionid": "svcUnionId0001", "task_id": "task0002", "send_time": 1_760_086_500_000_i64 }),
        )
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let Request { unionid, task_id, send_time } = request;
    let by = decided_by(call);
    send::move_to(tx, &call.env, call.corp(), (&unionid, &task_id), send_time, by)?;
    Ok(EmptyResponse {})
}
