//! `carillon.auto_replies_set`: replaces the automatic replies of a service account. An operation of Carillon.

use carillon_domain::{account::revision, chat::auto_reply};
use carillon_model::{
    chat::AutoReplies, error::Result, id::AccountId, operator::OperatorRole,
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{PATH, Reply, Rule};
use crate::v1_0::carillon::{Stored, service_accounts::declare_replacing};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// The reply to a member who opens the conversation for the first time; absent: none.
    welcome: Option<Reply>,
    /// The rules for texts of members. The first one that applies counts; absent or empty: none.
    #[schemars(length(max = auto_reply::MAX_RULES))]
    rules: Option<Vec<Rule>>,
}

pub fn operation() -> Operation {
    declare_replacing("carillon.auto_replies_set", PATH, &[OperatorRole::Editor])
        .title("设置服务号自动回复", "Set the automatic replies of a service account")
        .purpose(
            "整体替换服务号的欢迎语和关键词规则，未传的部分会被删除。欢迎语在成员首次打开会话时发送一次；\
             成员发来的文字按顺序匹配，由第一条匹配的规则回复。",
            "Replaces the greeting and all keyword rules of a service account; absent parts are removed. \
             The greeting is sent once, when a member first opens the conversation. The first matching \
             rule replies to a text.",
        )
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

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Stored> {
    let rules = request.rules.unwrap_or_default().into_iter().enumerate();
    let replies = AutoReplies {
        welcome: request.welcome.map(|welcome| welcome.into_message("welcome")).transpose()?,
        rules: rules
            .map(|(index, rule)| rule.into_rule(&format!("rules[{index}]")))
            .collect::<Result<_>>()?,
    };
    let (corp, id) = (call.corp(), &request.unionid);
    revision::require(&revision::auto_replies(tx.state().corp(corp)?, id)?, request.revision.as_deref())?;
    auto_reply::set(tx, corp, id, replies)?;
    Ok(Stored { revision: revision::auto_replies(tx.state().corp(corp)?, id)? })
}
