//! `mass.recall`: recalls a mass send.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, Reaches};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account that sent it, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, by the `task_id` that `mass.send_legacy` or `mass.send` returned.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

pub fn operation() -> Operation {
    Operation::legacy("mass.recall", "/topapi/message/mass/recall")
        .title("撤回群发消息", "Recall a mass send")
        .purpose(
            "撤回 24 小时内的一次群发，不论它来自哪个群发接口。消息会立即从收件箱和已打开的页面中消失，\
             消息中的文章链接随之失效；已停用服务号的群发也可以撤回。",
            "Recalls a send of the last 24 hours, whichever operation made it. The message disappears from inboxes \
             and open pages at once, and its links to articles stop working. Sends of a disabled account can be \
             recalled too.",
        )
        .permission("qyapi_service_account_message")
        .errors(&[Rule::UnknownAccount, Rule::UnknownTask, Rule::RecallTooLate, Rule::AlreadyRecalled])
        .reaches(Reaches::EarlierSend { account: "unionid", task: "task_id" })
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0001" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    send::recall(tx, &call.env, call.corp(), &request.unionid, &request.task_id)?;
    Ok(EmptyResponse {})
}
