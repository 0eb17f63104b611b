//! `ding.send_app`: an urgent message in the app.

use carillon_domain::ding::{self, Channel, Sender};
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, Reaches, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::v1_0::EmptyResponse;

const SYSTEM_ERROR: Code = Code::both(-1, "系统内部错误", "system.error", 500);

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Receivers by userid; all must be in the scope of the sending account. Decided: at most a thousand.
    #[schemars(length(min = 1, max = 1000))]
    userids: Vec<UserId>,
    /// The text of the message, without formatting. Decided: at most 5000 characters.
    #[schemars(length(min = 1, max = 5000))]
    content: String,
}

/// Only the status of the response is documented; clients read an object nevertheless.
pub fn operation() -> Operation {
    Operation::v1("ding.send_app", "/v1.0/exclusive/appDings/send")
        .title("DING服务", "Send an urgent message in the app")
        .purpose(
            "以企业指定的服务号向成员发送应用内 DING，消息立即出现在收件箱中并标为紧急，不计入群发记录。须先由运营人员签署协议并指定服务号（“设置DING服务号”），否则返回错误。只要有一位接收人在 24 小时（可配置）内收到过相同内容，整次发送都会被拒绝。",
            "Sends an urgent message to members from the account that operators chose for DINGs; it is in the inbox at once, marked as urgent, and not in the record of sends. Without a signed agreement and such an account it is refused. It is refused as a whole if one of the receivers got the same content within 24 hours by default.",
        )
        .permission("Custom.Ding.Send")
        .errors(&[Rule::DingNotAgreed, Rule::DingAccountMissing, Rule::DingRepeated, Rule::DingVolumeUsedUp])
        .error(Rule::ReceiverUsersInvalid, codes::V1_BAD_PARAMETER)
        .error(Rule::NoReceivers, codes::V1_BAD_PARAMETER)
        .own_fault(SYSTEM_ERROR)
        .reaches(Reaches::Members { userids: "userids" })
        .example(json!({ "userids": ["user01", "user02"], "content": "The meeting begins at ten" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let Request { userids, content } = request;
    let sender = Sender::App(call.app()?.key.clone());
    ding::send(tx, &call.env, call.corp(), &sender, Channel::App, userids, content)?;
    Ok(EmptyResponse {})
}
