//! The content of a message as a mass send gives it: `msg_type` says which of the other fields count.

use std::borrow::Cow;

use carillon_model::{
    error::{Error, Result, Rule},
    id::{CardId, MediaId},
    message::{CardAction, CardButton, Message},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The kind of message. `link` is known to the generated clients, not to the page.
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

/// Structured content, for the kinds that need it.
#[derive(Default, Deserialize, JsonSchema)]
pub struct MessageBody {
    /// For `markdown`.
    markdown: Option<Markdown>,
    /// For `action_card`.
    action_card: Option<ActionCard>,
    /// For `link`.
    link: Option<Link>,
}

/// A markdown message.
#[derive(Deserialize, JsonSchema)]
struct Markdown {
    /// Shown in the list of conversations.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// Markdown; up to 5000 characters are suggested.
    #[schemars(length(min = 1, max = 65_535))]
    text: String,
}

/// An action card: either `single_title` and `single_url`, or `button_list` and `btn_orientation`.
#[derive(Deserialize, JsonSchema)]
struct ActionCard {
    /// Shown in the list of conversations and in notices.
    #[schemars(length(min = 1, max = 64))]
    title: String,
    /// Markdown; up to 1000 characters are suggested.
    #[schemars(length(min = 1, max = 65_535))]
    markdown: String,
    /// The words of a card that leads to one place.
    #[schemars(length(max = 20))]
    single_title: Option<String>,
    /// Where it leads.
    #[schemars(length(max = 500))]
    single_url: Option<String>,
    /// The layout of buttons: 0 below each other, 1 side by side.
    #[schemars(extend("enum" = ["0", "1"]))]
    btn_orientation: Option<String>,
    /// The buttons. Decided: at most twenty; no number is documented.
    #[schemars(length(max = 20))]
    button_list: Option<Vec<Button>>,
}

/// A button.
#[derive(Deserialize, JsonSchema)]
struct Button {
    /// The words on it.
    #[schemars(length(min = 1, max = 20))]
    title: String,
    /// Where it leads.
    #[schemars(length(min = 1, max = 500))]
    action_url: String,
}

/// A link.
#[derive(Deserialize, JsonSchema)]
struct Link {
    /// Headline; up to 100 characters are suggested.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// Description; up to 500 characters are suggested.
    #[schemars(length(min = 1, max = 4096))]
    text: String,
    /// Where it leads.
    #[schemars(length(min = 1, max = 500))]
    message_url: String,
    /// A picture: an address, or the media_id of an uploaded one.
    #[schemars(length(max = 500))]
    pic_url: Option<String>,
}

/// The fields of a request that hold the content.
pub struct Given {
    /// `msg_type`.
    pub kind: MessageType,
    /// `media_id`.
    pub media_id: Option<String>,
    /// `text_content`.
    pub text_content: Option<String>,
    /// `msg_body`.
    pub body: Option<MessageBody>,
}

impl Given {
    /// The message, when all that its kind needs is there.
    pub fn message(self) -> Result<Message> {
        let body = self.body.unwrap_or_default();
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
                let Markdown { title, text } = body.markdown.ok_or_else(|| missing("msg_body.markdown"))?;
                Message::Markdown { title, text }
            }
            MessageType::ActionCard => {
                let card = body.action_card.ok_or_else(|| missing("msg_body.action_card"))?;
                let action =
                    action(card.single_title, card.single_url, card.btn_orientation, card.button_list)?;
                Message::ActionCard { title: card.title, markdown: card.markdown, action }
            }
            MessageType::Link => {
                let link = body.link.ok_or_else(|| missing("msg_body.link"))?;
                let picture = link.pic_url.filter(|picture| !picture.trim().is_empty());
                Message::Link { title: link.title, text: link.text, url: link.message_url, picture }
            }
        })
    }
}

/// Buttons win over the style of one target when both are given (decided: the page forbids neither).
fn action(
    single_title: Option<String>,
    single_url: Option<String>,
    orientation: Option<String>,
    buttons: Option<Vec<Button>>,
) -> Result<CardAction> {
    let buttons = buttons.unwrap_or_default();
    if buttons.is_empty() {
        return Ok(CardAction::Whole {
            title: filled("msg_body.action_card.single_title", single_title)?,
            url: filled("msg_body.action_card.single_url", single_url)?,
        });
    }
    let orientation = filled("msg_body.action_card.btn_orientation", orientation)?;
    let buttons =
        buttons.into_iter().map(|button| CardButton { title: button.title, url: button.action_url });
    Ok(CardAction::Buttons { horizontal: orientation == "1", buttons: buttons.collect() })
}

fn filled(field: &'static str, text: Option<String>) -> Result<String> {
    text.filter(|text| !text.trim().is_empty()).ok_or_else(|| missing(field))
}

fn missing(field: &'static str) -> Error {
    Error::because(Rule::MessageInvalid, Cow::Owned(format!("{field} is missing")))
}
