//! `carillon.send_draft_send`: sends a draft, or schedules it if it has a time. The draft is gone then. An operation of Carillon.

use carillon_domain::send::draft;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, SendDraftId, TaskId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, Reaches};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{INVALID_USERS, NO_RECEIVERS, declare_content, declare_on_version, operator};
use crate::mass_message::QUOTA_RULES;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The draft, by the `draft_id` that `carillon.send_draft_list` returns.
    draft_id: SendDraftId,
    /// The version of the draft that the caller has read; if it changed since, the call is refused.
    #[schemars(range(min = 1))]
    version: i64,
    /// The number of receivers from `carillon.send_draft_reach`, if it has to be confirmed; absent otherwise.
    #[schemars(range(min = 0))]
    receivers: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the send, for `carillon.mass_progress` and other operations on it.
    task_id: TaskId,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/message/drafts/{draft_id}/send";
    declare_content(declare_on_version("carillon.send_draft_send", path, &[OperatorRole::Sender]))
        .title("发送群发草稿", "Send a draft, or schedule it")
        .purpose(
            "发送草稿；设定了时间的草稿改为定时群发。成功后草稿删除，返回 `task_id`。审批、\
             免打扰时段和限额不满足时拒绝，草稿不变；接收人数超过服务号的设定时须传入人数确认。",
            "Sends a draft, or schedules it if it has a time, and removes it. It is refused, and the \
             draft stays, without a required approval, in quiet hours, or beyond the limits. Above a \
             number that the account sets, `receivers` has to confirm it.",
        )
        .requires_reauthentication()
        .error(Rule::NoReceivers, NO_RECEIVERS)
        .error(Rule::ReceiverUsersInvalid, INVALID_USERS)
        .errors(&[Rule::ApprovalNeeded, Rule::QuietHours])
        .errors(QUOTA_RULES)
        .reaches(Reaches::Draft { account: "unionid", draft: "draft_id" })
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6006, "version": 2, "receivers": 1 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let by = operator(call)?;
    let at = (&request.unionid, request.draft_id, request.version);
    let task_id = draft::send(tx, &call.env, call.corp(), at, &by, request.receivers)?;
    Ok(Response { task_id })
}
