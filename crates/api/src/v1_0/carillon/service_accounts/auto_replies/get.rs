//! `carillon.auto_replies_get`: what a service account answers by itself. An operation of Carillon's own.

use carillon_model::{
    error::{self, Result},
    id::AccountId,
};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Reply, Rule};
use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// What greets a member who opens the conversation for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    welcome: Option<Reply>,
    /// What answers texts, in the order in which the rules are tried.
    rules: Vec<Rule>,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("carillon.auto_replies_get", "/v1.0/carillon/service-accounts/{unionid}/auto-replies")
        .get()
        .title("查询服务号自动回复", "Get the automatic replies of a service account")
        .permission("qyapi_service_account_manage")
        .callers(APPS_AND_LOCAL)
        .error(error::Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(answer)
}

fn answer(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    state.account(&request.unionid)?;
    let replies = state.auto_replies(&request.unionid);
    Ok(Response {
        welcome: replies.welcome.as_ref().map(Reply::shown).transpose()?,
        rules: replies.rules.iter().map(Rule::shown).collect::<Result<_>>()?,
    })
}
