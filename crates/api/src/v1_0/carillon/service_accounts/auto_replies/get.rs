//! `carillon.auto_replies_get`: the automatic replies of a service account. An operation of Carillon.

use carillon_model::{
    error::{self, Result},
    id::AccountId,
    operator::OperatorRole,
};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Reply, Rule};
use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The reply to a member who opens the conversation for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    welcome: Option<Reply>,
    /// The rules in the order in which they are tried.
    rules: Vec<Rule>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.auto_replies_get", "/v1.0/carillon/service-accounts/{unionid}/auto-replies")
        .get()
        .title("查询服务号自动回复", "Get the automatic replies of a service account")
        .permission("qyapi_service_account_manage")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor])
        .account_field("unionid")
        .error(error::Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    state.account(&request.unionid)?;
    let replies = state.auto_replies(&request.unionid);
    Ok(Response {
        welcome: replies.welcome.as_ref().map(Reply::of).transpose()?,
        rules: replies.rules.iter().map(Rule::of).collect::<Result<_>>()?,
    })
}
