//! `robot.send_by_session`: answers a member by the `sessionWebhook` of an event. The address is all that is needed.

use carillon_domain::chat;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::CorpId,
};
use carillon_store::Tx;
use carillon_wire::{Code, FindCorp, Operation, Visitor, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::message::{ActionCard, FeedCard, Given, Link, Markdown, MessageType, Text, declare_parts};
use crate::topapi::Done;

/// Bytes of a message, as documented of robots.
const BODY_LIMIT: usize = 20_000;
/// Observed.
const TOO_LONG: Code = Code::legacy(460101, "message too long, exceed 20000 bytes");
/// Documented of robots: there is no message in JSON.
const NO_MESSAGE: Code = Code::legacy(40035, "缺少参数 json");
const NO_SESSION: Code = Code::legacy(40035, "缺少参数 session");
const NO_KIND: Code = Code::legacy(40035, "缺少参数 msgtype");
/// Documented of robots: a form is no message.
const NOT_JSON: Code = Code::legacy(43004, "无效的HTTP HEADER Content-Type");
/// Documented of a group that is gone; here an account that is, or the member.
const CONVERSATION_GONE: Code = Code::legacy(400013, "会话已关闭");

/// The request. Whom to mention (`at`) is ignored: there is only one.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// What the address of the event has in its query.
    #[schemars(length(min = 1, max = 256))]
    session: String,
    /// The kind of message: text, markdown, link, actionCard or feedCard.
    msgtype: MessageType,
    /// For `text`.
    text: Option<Text>,
    /// For `markdown`.
    markdown: Option<Markdown>,
    /// For `link`.
    link: Option<Link>,
    /// For `actionCard`.
    #[serde(rename = "actionCard")]
    action_card: Option<ActionCard>,
    /// For `feedCard`.
    #[serde(rename = "feedCard")]
    feed_card: Option<FeedCard>,
}

/// The declaration.
pub fn operation() -> Operation {
    let operation = Operation::legacy("robot.send_by_session", "/robot/sendBySession")
        .in_query(&["session"])
        .title("通过sessionWebhook回复消息", "Answer by sessionWebhook")
        .app_types(&[AppType::Internal, AppType::Isv])
        .errors(&[Rule::UnknownSession, Rule::ReplyTypeInvalid, Rule::RepliesTooFrequent])
        .error(Rule::AccountDisabled, CONVERSATION_GONE)
        .error(Rule::MemberBlocked, CONVERSATION_GONE)
        .error(Rule::UnknownUser, CONVERSATION_GONE)
        .error(Rule::BodyTooLarge, TOO_LONG)
        .bad_field("msgtype", codes::of(Rule::ReplyTypeInvalid))
        .missing("msgtype", NO_KIND)
        .bad_field("session", NO_SESSION)
        .error(Rule::BodyUnreadable, NO_MESSAGE)
        .error(Rule::BodyMissing, NO_MESSAGE)
        .error(Rule::JsonNeeded, NOT_JSON)
        .body_limit(BODY_LIMIT)
        .takes_json_alone();
    declare_parts(operation)
        .example(json!({ "session": "SESSION", "msgtype": "text", "text": { "content": "Hello" } }))
        .visitor(FindCorp::Row(corp_of), answer)
}

fn corp_of(tx: &mut Tx<'_>, visitor: &Visitor, request: &Request) -> Result<Option<CorpId>> {
    chat::link::corp_of_session(tx, &visitor.env, &request.session)
}

fn answer(tx: &mut Tx<'_>, visitor: &Visitor, request: Request) -> Result<Done> {
    let given = Given {
        kind: request.msgtype,
        text: request.text,
        markdown: request.markdown,
        link: request.link,
        action_card: request.action_card,
        feed_card: request.feed_card,
    };
    chat::reply(tx, &visitor.env, &request.session, given.content()?)?;
    Ok(Done {})
}
