//! `ding.send_phone`: an urgent message by phone. No call is made: the message is urgent in the inbox and says that a call was
//! requested.

use carillon_domain::ding::{self, Channel, Sender};
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, Reaches, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const VOLUME_USED_UP: Code = Code::both(-1, "电话DING额度不足", "volume.lack", 400);

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Receivers by userid; all must be in the scope of the sending account.
    #[schemars(length(min = 1, max = 20))]
    userids: Vec<UserId>,
    /// The text of the message, without formatting. Decided: at most 5000 characters.
    #[schemars(length(min = 1, max = 5000))]
    content: String,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Whether the message was accepted: always true, since a refusal is an error.
    success: bool,
}

/// No permission is documented.
pub fn operation() -> Operation {
    Operation::v1("ding.send_phone", "/v1.0/exclusive/phoneDings/send")
        .title("发送电话DING", "Send an urgent message by phone")
        .purpose(
            "以企业指定的服务号向成员发送电话 DING。不会真正拨打电话：收件箱中出现一条紧急消息，并注明请求了电话提醒。协议、服务号和重复内容的要求与应用内 DING 相同，另有按成员和频率的限制，默认不限。",
            "Sends an urgent message by phone from the account that operators chose for it. No call is placed: the message is urgent in the inbox and says that a call was requested. Agreement, account and repeated content are checked as for DINGs in the app; limits for each member and of the rate are off by default.",
        )
        .errors(&[
            Rule::DingNotAgreed,
            Rule::DingAccountMissing,
            Rule::DingRepeated,
            Rule::DingBatchTooLarge,
            Rule::PhoneDingsToUserUsedUp,
            Rule::DingTooFrequent,
        ])
        .error(Rule::DingVolumeUsedUp, VOLUME_USED_UP)
        .error(Rule::ReceiverUsersInvalid, codes::V1_BAD_PARAMETER)
        .error(Rule::NoReceivers, codes::V1_BAD_PARAMETER)
        .bad_field("userids", codes::of(Rule::DingBatchTooLarge))
        .own_fault(codes::SYSTEM_ERROR)
        .reaches(Reaches::Members { userids: "userids" })
        .example(json!({ "userids": ["user01", "user02"], "content": "The meeting begins at ten" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let Request { userids, content } = request;
    let sender = Sender::App(call.app()?.key.clone());
    ding::send(tx, &call.env, call.corp(), &sender, Channel::Phone, userids, content)?;
    Ok(Response { success: true })
}
