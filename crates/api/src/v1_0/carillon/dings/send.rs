//! `carillon.ding_send`: an operator sends an urgent message. An operation of Carillon; apps have the vendor's operations.

use carillon_domain::ding::{self, Channel, Sender};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, TaskId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation, Reaches, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The account of the channel, as `carillon.ding_settings_get` returns it.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// `app`, or `phone`: then it is marked as one by phone, and no call is placed.
    #[schemars(extend("enum" = ["app", "phone"]))]
    channel: String,
    /// The userids of the receivers; at most 20 by phone.
    #[schemars(length(min = 1, max = 1000))]
    user_ids: Vec<UserId>,
    /// The plain text of the message.
    #[schemars(length(min = 1, max = 5000))]
    content: String,
    /// The number of receivers, where the account asks to confirm sends above a number; else absent.
    confirm: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the message, for `carillon.mass_receivers`.
    task_id: TaskId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.ding_send", "/v1.0/carillon/dings/send")
        .title("发送DING", "Send an urgent message")
        .purpose(
            "运营人员以 DING 服务号的名义向成员发送 DING，成员在收件箱中收到，阅读即为确认；`phone` 只标记为电话 DING 并计入电话额度，不会真的拨打。服务号的静默时间和人数确认对此有效；群发需要审批的服务号不能从这里发送。应用请使用厂商的 DING 接口。",
            "An operator sends an urgent message to members, who get it in the inbox and confirm it by reading. `phone` only marks it and counts for the limits by phone: no call is placed. Quiet hours and confirmation of the account hold; an account whose sends need approval sends none from here. Apps use the vendor's operations.",
        )
        .callers(&[])
        .roles(&[OperatorRole::Sender])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .errors(&[
            Rule::DingNotAgreed,
            Rule::DingAccountMissing,
            Rule::DingRepeated,
            Rule::DingVolumeUsedUp,
            Rule::DingBatchTooLarge,
            Rule::DingTooFrequent,
            Rule::PhoneDingsToUserUsedUp,
            Rule::ApprovalNeeded,
            Rule::QuietHours,
        ])
        .error(Rule::ReceiverUsersInvalid, codes::V1_BAD_PARAMETER)
        .error(Rule::NoReceivers, codes::V1_BAD_PARAMETER)
        .reaches(Reaches::Members { userids: "userIds" })
        .example(json!({
            "unionid": "svcUnionId0001",
            "channel": "app",
            "userIds": ["user01"],
            "content": "The building is closed today",
            "confirm": 1,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let Caller::Operator(operator) = &call.caller else {
        return Err(Error::internal("only operators send from the console"));
    };
    let channel = if request.channel == "phone" { Channel::Phone } else { Channel::App };
    let sender = Sender::Operator {
        userid: operator.signed_in.userid.clone(),
        account: request.unionid,
        confirmed: request.confirm,
    };
    let Request { user_ids, content, .. } = request;
    let task_id = ding::send(tx, &call.env, call.corp(), &sender, channel, user_ids, content)?;
    Ok(Response { task_id })
}
