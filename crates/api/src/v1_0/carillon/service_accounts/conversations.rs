//! `/v1.0/carillon/service-accounts/{unionid}/conversations`: conversations of members with an account.

pub mod agents;
pub mod assign;
pub mod block;
pub mod done;
pub mod list;
pub mod messages;
pub mod reply;

use carillon_model::{
    chat::ChatContent,
    error::{Error, Result, Rule},
    id::{AccountId, MessageId, UserId},
    message::{CardAction, Message},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::{ChatMessage, ConversationKey, Tx};
use carillon_wire::{Call, Operation, operation::Builder};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;
use crate::v1_0::{
    carillon::{APPS_AND_LOCAL, UNKNOWN_MEMBER},
    exclusive::follow::message::UNKNOWN_ACCOUNT,
};

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(agents::operation),
    Entry::Operation(assign::operation),
    Entry::Operation(block::operation),
    Entry::Operation(done::operation),
    Entry::Operation(list::operation),
    Entry::Operation(messages::operation),
    Entry::Operation(reply::operation),
];

pub(super) fn declare(id: &'static str, path: &'static str) -> Builder {
    Operation::v1(id, path)
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Agent])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
}

/// Declares an operation on the conversation with one member.
fn declare_on_one(id: &'static str, path: &'static str) -> Builder {
    declare(id, path).error(Rule::UnknownUser, UNKNOWN_MEMBER)
}

/// Returns the conversation of an account with a member. It may have no message.
fn key(tx: &mut Tx<'_>, call: &Call, account: AccountId, userid: &UserId) -> Result<ConversationKey> {
    tx.state().corp(call.corp())?.account(&account)?;
    let member = tx.member_no(call.corp(), userid)?.ok_or(Rule::UnknownUser)?;
    Ok(ConversationKey { corp: call.corp().clone(), account, member })
}

/// Returns a conversation that has messages.
fn existing(tx: &mut Tx<'_>, call: &Call, account: AccountId, userid: &UserId) -> Result<ConversationKey> {
    let key = key(tx, call, account, userid)?;
    if tx.conversation(&key)?.is_none() {
        return Err(Error::invalid("userId", "has no conversation with the account"));
    }
    Ok(key)
}

/// A message of a conversation.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MessageRow {
    /// The id of the message, unique in the server.
    message_id: MessageId,
    /// When the message was posted, in ms since 1970.
    create_time: Timestamp,
    /// Who wrote it: `member`; or for the account `operator`, `webhook` (an app), `automatic` (menu item or automatic reply).
    #[schemars(extend("enum" = ["member", "operator", "webhook", "automatic"]))]
    author: &'static str,
    /// The kind of message; `choice` if the member chose an item of the menu, `feed` for a list of links.
    #[schemars(extend("enum" = [
        "text", "image", "markdown", "action_card", "news_card", "single_news_card", "link", "ding", "phone_ding", "feed", "choice",
    ]))]
    msg_type: &'static str,
    /// The text, as Markdown in a `markdown` or `action_card`; the label of a chosen item; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The headline of a `markdown`, `action_card` or `link`; absent for other kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The media id of an `image`, or the card id of a `news_card` or `single_news_card`; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
    /// The links of an `action_card`, a `link` or a `feed`; absent for other kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<LinkRow>,
}

/// A link of a message.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LinkRow {
    /// The label of a button, or the headline of a link.
    title: String,
    /// The address that the link opens.
    url: String,
    /// The picture of the link: an address, or the media id of an uploaded one; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
}

impl MessageRow {
    fn of(message: ChatMessage) -> Self {
        let mut row = Self {
            message_id: message.id,
            create_time: message.created_at,
            author: message.author.as_str(),
            msg_type: "",
            text: None,
            title: None,
            media_id: None,
            links: Vec::new(),
        };
        match message.content {
            ChatContent::Message(message) => row.set_message(message),
            ChatContent::Feed(links) => {
                row.msg_type = "feed";
                let links = links.into_iter().map(|link| LinkRow {
                    title: link.title,
                    url: link.url,
                    picture: Some(link.picture).filter(|picture| !picture.is_empty()),
                });
                row.links = links.collect();
            }
            ChatContent::Choice { name } => (row.msg_type, row.text) = ("choice", Some(name)),
        }
        row
    }

    fn set_message(&mut self, message: Message) {
        self.msg_type = message.kind().as_str();
        match message {
            Message::Text { content } | Message::Ding { content, .. } => self.text = Some(content),
            Message::Image { media_id } => self.media_id = Some(media_id.to_string()),
            Message::Markdown { title, text } => (self.title, self.text) = (Some(title), Some(text)),
            Message::ActionCard { title, markdown, action } => {
                (self.title, self.text) = (Some(title), Some(markdown));
                let link = |title, url| LinkRow { title, url, picture: None };
                self.links = match action {
                    CardAction::Whole { title, url } => vec![link(title, url)],
                    CardAction::Buttons { buttons, .. } => {
                        buttons.into_iter().map(|button| link(button.title, button.url)).collect()
                    }
                };
            }
            Message::NewsCard { card_id } | Message::SingleNewsCard { card_id } => {
                self.media_id = Some(card_id.to_string());
            }
            Message::Link { title, text, url, picture, .. } => {
                self.text = Some(text);
                self.links = vec![LinkRow { title: title.clone(), url, picture }];
                self.title = Some(title);
            }
        }
    }
}
