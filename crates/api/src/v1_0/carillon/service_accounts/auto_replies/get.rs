//! `carillon.auto_replies_get`: the automatic replies of a service account. An operation of Carillon.

use carillon_domain::account::revision;
use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{PATH, Reply, Rule};
use crate::v1_0::carillon::service_accounts::{AccountRequest, declare_reading};

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The reply to a member who opens the conversation for the first time; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    welcome: Option<Reply>,
    /// The rules for texts of members, in the order in which they are tried.
    rules: Vec<Rule>,
    /// The revision of the automatic replies, for the next change of them.
    revision: String,
}

pub fn operation() -> Operation {
    declare_reading("carillon.auto_replies_get", PATH, &[OperatorRole::Editor])
        .title("查询服务号自动回复", "Get the automatic replies of a service account")
        .purpose(
            "查询服务号的欢迎语和关键词回复规则，以及修改时所需的修订号。",
            "Returns the greeting and the keyword rules of a service account, with the revision that a \
             change takes.",
        )
        .example(json!({ "unionid": "svcUnionId0001" }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: AccountRequest) -> Result<Response> {
    let revision = revision::auto_replies(state, &request.unionid)?;
    let replies = state.auto_replies(&request.unionid);
    Ok(Response {
        welcome: replies.welcome.as_ref().map(Reply::of).transpose()?,
        rules: replies.rules.iter().map(Rule::of).collect::<Result<_>>()?,
        revision,
    })
}
