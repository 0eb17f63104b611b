//! `ding.send_app`: an urgent message in the app.

use carillon_domain::ding::{self, Channel, Sender};
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::v1_0::EmptyResponse;

const SYSTEM_ERROR: Code = Code::both(-1, "系统内部错误", "system.error", 500);

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Members by userid. Decided: at most a thousand.
    #[schemars(length(min = 1, max = 1000))]
    userids: Vec<UserId>,
    /// Plain text. Decided: at most 5000 characters.
    #[schemars(length(min = 1, max = 5000))]
    content: String,
}

/// Only the status of the response is documented; clients read an object nevertheless.
pub fn operation() -> Operation {
    Operation::v1("ding.send_app", "/v1.0/exclusive/appDings/send")
        .title("DING服务", "Send an urgent message in the app")
        .permission("Custom.Ding.Send")
        .errors(&[Rule::DingNotAgreed, Rule::DingAccountMissing, Rule::DingRepeated, Rule::DingVolumeUsedUp])
        .error(Rule::ReceiverUsersInvalid, codes::V1_BAD_PARAMETER)
        .error(Rule::NoReceivers, codes::V1_BAD_PARAMETER)
        .own_fault(SYSTEM_ERROR)
        .example(json!({ "userids": ["user01", "user02"], "content": "The meeting begins at ten" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let Request { userids, content } = request;
    let sender = Sender::App(call.app()?.key.clone());
    ding::send(tx, &call.env, call.corp(), &sender, Channel::App, userids, content)?;
    Ok(EmptyResponse {})
}
