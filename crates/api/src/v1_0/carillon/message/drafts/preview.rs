//! `carillon.send_draft_preview`: sends the draft of a send to the operator alone. An operation of Carillon.

use carillon_domain::send::draft;
use carillon_model::{
    error::{Result, Rule},
    id::TaskId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, Reaches};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{DraftRequest, INVALID_USERS, NO_RECEIVERS, WRITE, declare_content, declare_on_one, operator};
use crate::mass_message::QUOTA_RULES;

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the preview, which is a send to the operator alone.
    task_id: TaskId,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/message/drafts/{draft_id}/preview";
    declare_content(declare_on_one("carillon.send_draft_preview", path, WRITE))
        .title("预览群发草稿", "Send the draft of a send to oneself")
        .purpose(
            "把草稿作为预览只发给调用的运营人员自己，不需要审批，草稿不变，其中的链接 24 小时内有效。\
             运营人员须在服务号的发送范围内；预览计入发送频率等限额。",
            "Sends the draft to the calling operator alone. It needs no approval, its links work for 24 \
             hours, and the draft stays. The operator must be in the scope of the account, and rate \
             limits apply.",
        )
        .errors(QUOTA_RULES)
        // The account blocks the operator, or may not send to them.
        .error(Rule::NoReceivers, NO_RECEIVERS)
        .error(Rule::ReceiverUsersInvalid, INVALID_USERS)
        .reaches(Reaches::Caller)
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6001 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DraftRequest) -> Result<Response> {
    let by = operator(call)?;
    let task_id = draft::preview(tx, &call.env, call.corp(), &request.unionid, request.draft_id, &by)?;
    Ok(Response { task_id })
}
