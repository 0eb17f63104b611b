//! `carillon.mass_progress`: how many received a mass send, and how many have read it. An operation of Carillon's own: what is
//! documented tells a sender the readers of articles alone.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// As `mass.record_detail` documents them.
const UNKNOWN_ACCOUNT: Code = Code::both(800003, "unionid非法", "invalid.unionid", 400);
const UNKNOWN_TASK: Code = Code::both(800025, "taskId非法", "invalid.taskid", 400);

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account that sent it.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, as its answer named it.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The send.
    task_id: TaskId,
    /// When it was accepted, in ms.
    send_time: Timestamp,
    /// When it was taken back, in ms; absent while it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    recall_time: Option<Timestamp>,
    /// How many members received it.
    receivers: i64,
    /// How many of them have read it.
    readers: u64,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("carillon.mass_progress", "/v1.0/carillon/message/mass/progress")
        .title("查询群发的送达与已读人数", "Receivers and readers of a mass send")
        .permission("qyapi_service_account_message")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0001" }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let progress = send::progress(tx, call.corp(), &request.unionid, &request.task_id)?;
    Ok(Response {
        task_id: progress.send.task,
        send_time: progress.send.created_at,
        recall_time: progress.send.recalled_at,
        receivers: progress.send.receivers,
        readers: progress.readers,
    })
}
