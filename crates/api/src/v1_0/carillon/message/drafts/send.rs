//! `carillon.send_draft_send`: sends a draft, or schedules it if it has a time. The draft is gone then. An operation of Carillon.

use carillon_domain::send::draft;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, SendDraftId, TaskId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{INVALID_USERS, NO_RECEIVERS, declare_content, declare_on_version, operator};
use crate::mass_message::QUOTA_RULES;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The draft.
    draft_id: SendDraftId,
    /// Its version, as the last read or change returned it.
    #[schemars(range(min = 1))]
    version: i64,
    /// The number of receivers, where the account asks for it.
    #[schemars(range(min = 0))]
    receivers: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The send.
    task_id: TaskId,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/message/drafts/{draft_id}/send";
    declare_content(declare_on_version("carillon.send_draft_send", path, &[OperatorRole::Sender]))
        .title("发送群发草稿", "Send a draft, or schedule it")
        .requires_reauthentication()
        .error(Rule::NoReceivers, NO_RECEIVERS)
        .error(Rule::ReceiverUsersInvalid, INVALID_USERS)
        .errors(&[Rule::ApprovalNeeded, Rule::QuietHours])
        .errors(QUOTA_RULES)
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6006, "version": 2, "receivers": 1 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let by = operator(call)?;
    let at = (&request.unionid, request.draft_id, request.version);
    let task_id = draft::send(tx, &call.env, call.corp(), at, &by, request.receivers)?;
    Ok(Response { task_id })
}
