//! `carillon.mass_progress`: the status of a mass send with its numbers of receivers and readers. An operation of Carillon: documented
//! operations only count the readers of articles.

use carillon_domain::send::{self, Progress};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::{UNKNOWN_ACCOUNT, UNKNOWN_TASK};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, by the `task_id` that the send operation or `carillon.mass_list` returned.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the send, as in the request.
    task_id: TaskId,
    /// When the send was sent, or is to be sent, in ms since 1970.
    send_time: Timestamp,
    /// 0 to be sent, 1 about to be sent, 2 sent, 3 failed, 4 recalled or cancelled, 5 overdue and held for an operator.
    #[schemars(extend("enum" = [0, 1, 2, 3, 4, 5]))]
    status: i64,
    /// Why the send failed; absent if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_reason: Option<String>,
    /// Since when the send is held because it is overdue, in ms since 1970; absent if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_time: Option<Timestamp>,
    /// The time that the send was scheduled for, in ms since 1970, if it was sent late; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_time: Option<Timestamp>,
    /// When the send was recalled, in ms since 1970; absent if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    recall_time: Option<Timestamp>,
    /// How many members received the send; 0 if it was not sent.
    receivers: i64,
    /// How many of the receivers have read it; 0 if it was not sent.
    readers: u64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_progress", "/v1.0/carillon/message/mass/progress")
        .title("查询群发的送达与已读人数", "Receivers and readers of a mass send")
        .purpose(
            "查询一次群发的状态、接收人数和已读人数，任何类型的消息都有已读人数，\
             也可以查询尚未发出的定时群发。",
            "Returns the state of a send with the numbers of its receivers and readers, for messages of \
             every kind. A scheduled send can be read before it is sent.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver, OperatorRole::Analyst])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let Progress { record, sent, readers } =
        send::progress(tx, &call.env, call.corp(), &request.unionid, &request.task_id)?;
    Ok(Response {
        task_id: record.task,
        send_time: record.send_time,
        status: record.status.number(),
        fail_reason: record.reason,
        hold_time: record.held_at,
        due_time: record.overdue_since,
        recall_time: sent.as_ref().and_then(|sent| sent.recalled_at),
        receivers: sent.map_or(0, |sent| sent.receivers),
        readers,
    })
}
