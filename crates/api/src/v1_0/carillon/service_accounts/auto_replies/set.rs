//! `carillon.auto_replies_set`: replaces the automatic replies of a service account. An operation of Carillon.

use carillon_domain::chat::auto_reply;
use carillon_model::{
    chat::AutoReplies,
    error::{self, Result},
    id::AccountId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Reply, Rule};
use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::{EmptyResponse, exclusive::follow::message::UNKNOWN_ACCOUNT};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The reply to a member who opens the conversation for the first time; absent: none.
    welcome: Option<Reply>,
    /// The rules for texts. The first one that applies counts; absent or empty: none.
    #[schemars(length(max = 100))]
    rules: Option<Vec<Rule>>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.auto_replies_set", "/v1.0/carillon/service-accounts/{unionid}/auto-replies")
        .put()
        .title("设置服务号自动回复", "Set the automatic replies of a service account")
        .permission("qyapi_service_account_manage")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor])
        .account_field("unionid")
        .error(error::Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(error::Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({
            "unionid": "svcUnionId0001",
            "welcome": { "msgType": "news_card", "mediaId": "cardMedia0001" },
            "rules": [
                {
                    "keywords": ["wifi", "network"],
                    "matching": "contains",
                    "reply": { "msgType": "text", "content": "The network is called Office." },
                },
                {
                    "keywords": ["map"],
                    "matching": "equals",
                    "reply": { "msgType": "image", "mediaId": "@lADOmap00001" },
                },
            ],
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let rules = request.rules.unwrap_or_default().into_iter().enumerate();
    let replies = AutoReplies {
        welcome: request.welcome.map(|welcome| welcome.into_message("welcome")).transpose()?,
        rules: rules
            .map(|(index, rule)| rule.into_rule(&format!("rules[{index}]")))
            .collect::<Result<_>>()?,
    };
    auto_reply::set(tx, call.corp(), &request.unionid, replies)?;
    Ok(EmptyResponse {})
}
