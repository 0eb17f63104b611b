//! `carillon.mass_limits`: what the limits leave an account today. An operation of Carillon.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Sends to several members that the account may still make today; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    sends: Option<u64>,
    /// Receivers that all accounts of the organisation together may still reach today; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    receivers: Option<u64>,
    /// When the account may send to several members again, in ms since 1970; absent if it may now.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_send_time: Option<Timestamp>,
    /// The most receivers of one send to everybody or to departments; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_receivers: Option<u64>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_limits", "/v1.0/carillon/message/mass/limits")
        .title("查询群发剩余额度", "What the limits leave an account")
        .purpose(
            "查询服务号今天还剩多少群发额度、何时可以再次群发，不占用额度。未设限额的项目不返回。",
            "Returns what the limits of the server leave a service account today, and when it may send \
             again. It uses no quota. A number without a limit is absent.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let left = send::quota_left(tx, &call.env, call.corp(), &request.unionid)?;
    let max_receivers = call.env.settings.send.max_receivers;
    Ok(Response {
        sends: left.sends,
        receivers: left.receivers,
        next_send_time: left.next_at,
        max_receivers: Some(max_receivers).filter(|limit| *limit > 0),
    })
}
