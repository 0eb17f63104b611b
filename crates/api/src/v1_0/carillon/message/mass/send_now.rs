//! `carillon.mass_send_now`: sends a scheduled mass send now, above all one that is held because it is overdue. An operation of Carillon.

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

use super::decided_by;
use crate::mass_message::QUOTA_RULES;
use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::{
    EmptyResponse,
    exclusive::follow::message::{UNKNOWN_ACCOUNT, UNKNOWN_TASK},
};

const NO_CONTENT: Code = Code::both(800020, "指定消息内容不能为空", "message.not.empty", 400);
const CONTENT_GONE: Code = Code::both(800020, "media_id非法", "invalid.media.id", 400);
const UNKNOWN_CARD: Code = Code::both(800020, "卡片不存在", "card.not.found", 400);
const INVALID_USERS: Code = Code::both(800022, "userId列表非法", "invalid.userid.list", 400);
const NO_RECEIVERS: Code = Code::both(800019, "接收人列表为空", "receivers.list.empty", 400);

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
    Operation::v1("carillon.mass_send_now", "/v1.0/carillon/message/mass/send-now")
        .title("立即发送定时群发", "Send a scheduled send now")
        .purpose(
            "立即发送一次尚未发出的定时群发，主要用于因逾期而等待决定的群发（`carillon.mass_list` 中 `status` 为 5）。\
             接收人和额度在此时确定；被拒绝时群发仍在等待。重复调用只发送一次。",
            "Sends a scheduled send at once, above all one that is held because it is overdue (status 5 in \
             `carillon.mass_list`). Its audience and the quotas are determined now; after a refusal it \
             still waits. Two calls send it once: the second is refused.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Sender])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .error(Rule::MessageInvalid, NO_CONTENT)
        .error(Rule::MessageMediaInvalid, CONTENT_GONE)
        .error(Rule::UnknownCard, UNKNOWN_CARD)
        .error(Rule::NoReceivers, NO_RECEIVERS)
        .error(Rule::ReceiverUsersInvalid, INVALID_USERS)
        .errors(&[Rule::NotWaiting, Rule::QuietHours, Rule::ApprovalNeeded])
        .errors(QUOTA_RULES)
        .reaches(Reaches::Scheduled { account: "unionid", task: "task_id" })
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0005" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let by = decided_by(call);
    send::send_now(tx, &call.env, call.corp(), &request.unionid, &request.task_id, by)?;
    Ok(EmptyResponse {})
}
