//! The content of a message as a mass send gives it, on either host: `msg_type` says which of the other fields count.

mod body;

use std::borrow::Cow;

use carillon_model::{
    error::{Error, Result, Rule},
    id::{CardId, MediaId},
    message::{CardAction, CardButton, Message, MessageKind},
};
use schemars::JsonSchema;
use serde::Deserialize;

pub use self::body::MessageBody;
use self::body::{ActionCard, Markdown};

/// The kind of message. Decided: `file`, `oa` and `voice`, which an old client has types for, are refused as the pages name none of
/// them; `link`, which that client has too, is one that the v1.0 page names.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    /// Plain text.
    Text,
    /// A card of one to eight articles.
    NewsCard,
    /// A picture.
    Image,
    /// Markdown.
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
pub struct Given {
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
    pub link: Option<GivenLink>,
}

/// A link.
pub struct GivenLink {
    /// Headline.
    pub title: String,
    /// Description.
    pub text: String,
    /// Where it leads.
    pub url: String,
    /// A picture.
    pub picture: Option<String>,
    /// Where it opens.
    pub open_type: Option<i64>,
}

impl Given {
    /// The message, when all that its kind needs is there.
    pub fn message(self) -> Result<Message> {
        Ok(match self.kind {
            MessageType::Text => Message::Text { content: filled("text_content", self.text_content)? },
            MessageType::Image => {
                Message::Image { media_id: MediaId::from(filled("media_id", self.media_id)?) }
            }
            MessageType::NewsCard => {
                Message::NewsCard { card_id: CardId::from(filled("media_id", self.media_id)?) }
            }
            MessageType::SingleNewsCard => {
                Message::SingleNewsCard { card_id: CardId::from(filled("media_id", self.media_id)?) }
            }
            MessageType::Markdown => {
                let given = self.markdown.ok_or_else(|| missing("msg_body.markdown"))?;
                Message::Markdown { title: given.title, text: given.text }
            }
            MessageType::ActionCard => {
                self.action_card.ok_or_else(|| missing("msg_body.action_card"))?.message()?
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
    /// Buttons win over the style of one target when both are given (decided: the page forbids neither).
    fn message(self) -> Result<Message> {
        let buttons = self.button_list.unwrap_or_default().into_iter();
        let buttons: Vec<CardButton> =
            buttons.map(|button| CardButton { title: button.title, url: button.action_url }).collect();
        let action = if buttons.is_empty() {
            CardAction::Whole {
                title: filled("msg_body.action_card.single_title", self.single_title)?,
                url: filled("msg_body.action_card.single_url", self.single_url)?,
            }
        } else {
            let orientation = filled("msg_body.action_card.btn_orientation", self.btn_orientation)?;
            CardAction::Buttons { horizontal: orientation == "1", buttons }
        };
        Ok(Message::ActionCard { title: self.title, markdown: self.markdown, action })
    }
}

fn filled(field: &'static str, text: Option<String>) -> Result<String> {
    text.filter(|text| !text.trim().is_empty()).ok_or_else(|| missing(field))
}

fn missing(field: &'static str) -> Error {
    Error::because(Rule::MessageInvalid, Cow::Owned(format!("{field} is missing")))
}
