//! The content of a mass message, on either host: `msg_type` decides which of the other fields apply.

mod body;

use std::borrow::Cow;

use carillon_model::{
    error::{Error, Result, Rule},
    id::{CardId, MediaId},
    message::{CardAction, CardButton, Message, MessageKind},
};
use carillon_wire::{Reaches, operation::SendFields};
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::body::MessageBody;
use self::body::{ActionCard, Markdown};

/// The rules about the number of sends, which a send on either host can break.
pub const QUOTA_RULES: &[Rule] = &[
    Rule::SendTooFrequent,
    Rule::DailySendsUsedUp,
    Rule::DailySendsToUserUsedUp,
    Rule::SendsPerSecondUsedUp,
    Rule::SendsPerMinuteUsedUp,
    Rule::DailyReceiversUsedUp,
];

/// The receivers of a send on either host, for whoever tries one.
pub const RECEIVERS: Reaches = Reaches::Send(SendFields {
    account: "unionid",
    everybody: "is_to_all",
    userids: "userid_list",
    departments: "dep_id_list",
    roles: "roleIds",
});

/// The kind of message. Decided: an old client has types for `file`, `oa`, `voice` and `link`. The pages name only `link` (that of
/// v1.0), so the other three are refused.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    /// A plain text.
    Text,
    /// A card of one to eight articles.
    NewsCard,
    /// A picture that was uploaded.
    Image,
    /// A text in Markdown.
    Markdown,
    /// A text with one or more buttons.
    ActionCard,
    /// A card of exactly one article.
    SingleNewsCard,
    /// A link with headline and picture.
    Link,
}

impl From<MessageType> for MessageKind {
    fn from(kind: MessageType) -> Self {
        match kind {
            MessageType::Text => Self::Text,
            MessageType::NewsCard => Self::NewsCard,
            MessageType::Image => Self::Image,
            MessageType::Markdown => Self::Markdown,
            MessageType::ActionCard => Self::ActionCard,
            MessageType::SingleNewsCard => Self::SingleNewsCard,
            MessageType::Link => Self::Link,
        }
    }
}

/// The fields of a request that hold the content.
pub struct MessageFields {
    /// `msg_type`.
    pub kind: MessageType,
    /// `media_id`.
    pub media_id: Option<String>,
    /// `text_content`.
    pub text_content: Option<String>,
    /// `msg_body.markdown`.
    pub markdown: Option<Markdown>,
    /// `msg_body.action_card`.
    pub action_card: Option<ActionCard>,
    /// `msg_body.link`.
    pub link: Option<LinkFields>,
}

/// A link.
pub struct LinkFields {
    /// Headline.
    pub title: String,
    /// Description.
    pub text: String,
    /// The target address.
    pub url: String,
    /// A picture.
    pub picture: Option<String>,
    /// Where it opens.
    pub open_type: Option<i64>,
}

impl MessageFields {
    /// Returns the message.
    ///
    /// # Errors
    /// [`Rule::MessageInvalid`] or [`Rule::MessageLinkIncomplete`] if a field that the kind needs is missing.
    pub fn into_message(self) -> Result<Message> {
        Ok(match self.kind {
            MessageType::Text => Message::Text { content: require_text("text_content", self.text_content)? },
            MessageType::Image => {
                Message::Image { media_id: MediaId::from(require_text("media_id", self.media_id)?) }
            }
            MessageType::NewsCard => {
                Message::NewsCard { card_id: CardId::from(require_text("media_id", self.media_id)?) }
            }
            MessageType::SingleNewsCard => {
                Message::SingleNewsCard { card_id: CardId::from(require_text("media_id", self.media_id)?) }
            }
            MessageType::Markdown => {
                let markdown = self.markdown.ok_or_else(|| missing("msg_body.markdown"))?;
                Message::Markdown { title: markdown.title, text: markdown.text }
            }
            MessageType::ActionCard => {
                self.action_card.ok_or_else(|| missing("msg_body.action_card"))?.into_message()?
            }
            MessageType::Link => {
                let missing = || Error::because(Rule::MessageLinkIncomplete, "msg_body.link is missing");
                let link = self.link.ok_or_else(missing)?;
                Message::Link {
                    title: link.title,
                    text: link.text,
                    url: link.url,
                    picture: link.picture.filter(|picture| !picture.trim().is_empty()),
                    open_type: link.open_type,
                }
            }
        })
    }
}

impl ActionCard {
    /// If a card has both buttons and a single target, the buttons count (decided: the page does not forbid it).
    fn into_message(self) -> Result<Message> {
        let buttons = self.button_list.unwrap_or_default().into_iter();
        let buttons: Vec<CardButton> =
            buttons.map(|button| CardButton { title: button.title, url: button.action_url }).collect();
        let action = if buttons.is_empty() {
            CardAction::Whole {
                title: require_text("msg_body.action_card.single_title", self.single_title)?,
                url: require_text("msg_body.action_card.single_url", self.single_url)?,
            }
        } else {
            let orientation = require_text("msg_body.action_card.btn_orientation", self.btn_orientation)?;
            CardAction::Buttons { horizontal: orientation == "1", buttons }
        };
        Ok(Message::ActionCard { title: self.title, markdown: self.markdown, action })
    }
}

fn require_text(field: &'static str, text: Option<String>) -> Result<String> {
    text.filter(|text| !text.trim().is_empty()).ok_or_else(|| missing(field))
}

fn missing(field: &'static str) -> Error {
    Error::because(Rule::MessageInvalid, Cow::Owned(format!("{field} is missing")))
}
