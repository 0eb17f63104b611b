//! `carillon.send_draft_from_scheduled`: calls a scheduled send off and makes a draft of it, to change it or to move it to another
//! time. An operation of Carillon.

use carillon_domain::send::draft;
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

use super::{VersionResponse, declare, operator};
use crate::v1_0::exclusive::follow::message::{UNKNOWN_ACCOUNT, UNKNOWN_TASK};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The scheduled send, by the `task_id` that `carillon.mass_list` returns for status 0 or 5.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/message/drafts/from-scheduled";
    declare("carillon.send_draft_from_scheduled", path, &[OperatorRole::Sender])
        .title("取消定时群发并改回草稿", "Make a draft of a scheduled send")
        .purpose(
            "取消一次尚未发出的定时群发，并用其消息、接收人和时间生成草稿，以便修改内容或改期。\
             原群发变为已取消，草稿须重新发送。",
            "Cancels a scheduled send and makes a draft with its message, receivers and time, to change \
             it or move it to another time. The draft has to be sent again; until then nothing is \
             scheduled.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .errors(&[Rule::NotWaiting, Rule::TooManyDrafts])
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0004" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<VersionResponse> {
    let by = operator(call)?;
    let (corp, account) = (call.corp(), &request.unionid);
    let draft_id = draft::take_back(tx, &call.env, corp, account, &request.task_id, &by)?;
    Ok(VersionResponse { draft_id, version: draft::get(tx, corp, account, draft_id)?.version })
}
