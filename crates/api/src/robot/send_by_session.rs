//! `robot.send_by_session`: replies to a member by the `sessionWebhook` of an event. The address is the only credential.

use carillon_domain::chat;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::CorpId,
};
use carillon_store::Tx;
use carillon_wire::{Code, FindCorp, Operation, Reaches, Visitor, codes};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::robot_message::{
    ActionCard, FeedCard, Link, Markdown, MessageFields, MessageType, Text, declare_part_codes,
};
use crate::topapi::EmptyResponse;

/// Bytes of a message, as documented for robots.
const BODY_LIMIT: usize = 20_000;
/// Observed.
const TOO_LONG: Code = Code::legacy(460101, "message too long, exceed 20000 bytes");
/// Documented for robots: the body has no JSON message.
const NO_MESSAGE: Code = Code::legacy(40035, "缺少参数 json");
const NO_SESSION: Code = Code::legacy(40035, "缺少参数 session");
const NO_KIND: Code = Code::legacy(40035, "缺少参数 msgtype");
/// Documented for robots: a form is not accepted.
const NOT_JSON: Code = Code::legacy(43004, "无效的HTTP HEADER Content-Type");
/// Documented for a group that no longer exists. Here: an account or a member that no longer exists.
const CONVERSATION_GONE: Code = Code::legacy(400013, "会话已关闭");

/// `at` (members to mention) is ignored: the conversation has a single member.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The query parameter of the `sessionWebhook` that came with a message. It is the only credential.
    #[schemars(length(min = 1, max = 256))]
    session: String,
    /// The kind of message, which names the field with its content.
    msgtype: MessageType,
    /// The content of a message of the kind `text`.
    text: Option<Text>,
    /// The content of a message of the kind `markdown`.
    markdown: Option<Markdown>,
    /// The content of a message of the kind `link`.
    link: Option<Link>,
    /// The content of a message of the kind `actionCard`: either `singleTitle` and `singleURL`, or `btns`.
    #[serde(rename = "actionCard")]
    action_card: Option<ActionCard>,
    /// The content of a message of the kind `feedCard`.
    #[serde(rename = "feedCard")]
    feed_card: Option<FeedCard>,
}

pub fn operation() -> Operation {
    let operation = Operation::legacy("robot.send_by_session", "/robot/sendBySession")
        .in_query(&["session"])
        .title("通过sessionWebhook回复消息", "Answer by sessionWebhook")
        .purpose(
            "用消息事件中的 `sessionWebhook` 回复发消息的成员，回复以服务号的身份立即出现在会话中；`at` 会被忽略。不需要 access_token，知道地址的人都可以回复，请妥善保管。地址默认 90 分钟内有效，应用更换密钥或失去消息权限后失效；默认每分钟最多回复同一成员 20 次。",
            "Replies to a member by the `sessionWebhook` that came with the member's message; the reply is in the conversation at once, as a message of the account, and `at` is ignored. No token is needed: who knows the address can reply. By default it works for 90 minutes and for 20 replies a minute to one member; it ends with the secret or the permission of the app.",
        )
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
    declare_part_codes(operation)
        .reaches(Reaches::OneMember)
        .example(json!({
            "session": "SESSION",
            "msgtype": "actionCard",
            "actionCard": {
                "title": "Your order",
                "text": "**It is ready** at [counter 3](https://example.com/counters/3)",
                "btnOrientation": "0",
                "btns": [
                    { "title": "I come now", "actionURL": "https://example.com/orders/1?answer=now&lang=en" },
                    { "title": "Keep it", "actionURL": "https://example.com/orders/1?answer=later&lang=en" },
                ],
            },
        }))
        .visitor(FindCorp::Row(corp_of), handle)
}

fn corp_of(tx: &mut Tx<'_>, visitor: &Visitor, request: &Request) -> Result<Option<CorpId>> {
    chat::app_url::corp_of_session(tx, &visitor.env, &request.session)
}

fn handle(tx: &mut Tx<'_>, visitor: &Visitor, request: Request) -> Result<EmptyResponse> {
    let message = MessageFields {
        kind: request.msgtype,
        text: request.text,
        markdown: request.markdown,
        link: request.link,
        action_card: request.action_card,
        feed_card: request.feed_card,
    };
    chat::reply(tx, &visitor.env, &request.session, message.into_content()?)?;
    Ok(EmptyResponse {})
}
