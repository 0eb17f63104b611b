//! The content of a message as robots give it: `msgtype` says which of the other fields counts.

use carillon_model::{
    error::{Error, Result},
    message::{CardAction, CardButton, Message},
    talk::{FeedLink, TalkContent},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The kind of message.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MessageType {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A link with headline and picture.
    Link,
    /// A text with one or more buttons.
    ActionCard,
    /// A list of links with pictures.
    FeedCard,
}

/// A text.
#[derive(Deserialize, JsonSchema)]
pub struct Text {
    /// The text.
    #[schemars(length(min = 1))]
    content: String,
}

/// A markdown message.
#[derive(Deserialize, JsonSchema)]
pub struct Markdown {
    /// Shown in the list of conversations.
    #[schemars(length(min = 1))]
    title: String,
    /// Markdown.
    #[schemars(length(min = 1))]
    text: String,
}

/// A link.
#[derive(Deserialize, JsonSchema)]
pub struct Link {
    /// Headline.
    #[schemars(length(min = 1))]
    title: String,
    /// Description.
    #[schemars(length(min = 1))]
    text: String,
    /// Where it leads.
    #[schemars(length(min = 1), extend("x-aliases" = ["messageURL"]))]
    #[serde(rename = "messageUrl")]
    message_url: String,
    /// A picture: an address, or the media_id of an uploaded one. Pages show pictures of this server alone.
    #[schemars(extend("x-aliases" = ["picURL"]))]
    #[serde(rename = "picUrl")]
    pic_url: Option<String>,
}

/// An action card: either `singleTitle` and `singleURL`, or `btns`.
#[derive(Deserialize, JsonSchema)]
pub struct ActionCard {
    /// Shown in the list of conversations.
    #[schemars(length(min = 1))]
    title: String,
    /// Markdown.
    #[schemars(length(min = 1))]
    text: String,
    /// The words of a card that leads to one place.
    #[serde(rename = "singleTitle")]
    single_title: Option<String>,
    /// Where it leads.
    #[schemars(extend("x-aliases" = ["singleUrl"]))]
    #[serde(rename = "singleURL")]
    single_url: Option<String>,
    /// The layout of buttons: 0 below each other, 1 side by side.
    #[schemars(extend("enum" = ["0", "1"]))]
    #[serde(rename = "btnOrientation")]
    btn_orientation: Option<String>,
    /// The buttons. Decided: at most twenty; no number is documented.
    #[schemars(length(max = 20))]
    btns: Option<Vec<Button>>,
}

/// A button.
#[derive(Deserialize, JsonSchema)]
struct Button {
    /// The words on it.
    #[schemars(length(min = 1))]
    title: String,
    /// Where it leads.
    #[schemars(length(min = 1), extend("x-aliases" = ["actionUrl"]))]
    #[serde(rename = "actionURL")]
    action_url: String,
}

/// A list of links.
#[derive(Deserialize, JsonSchema)]
pub struct FeedCard {
    /// The links. Decided: at most twenty; no number is documented.
    #[schemars(length(min = 1, max = 20))]
    links: Vec<FeedCardLink>,
}

/// A link of a list.
#[derive(Deserialize, JsonSchema)]
struct FeedCardLink {
    /// Headline.
    #[schemars(length(min = 1))]
    title: String,
    /// Where it leads.
    #[schemars(length(min = 1), extend("x-aliases" = ["messageUrl"]))]
    #[serde(rename = "messageURL")]
    message_url: String,
    /// A picture: an address, or the media_id of an uploaded one. Pages show pictures of this server alone.
    #[schemars(extend("x-aliases" = ["picUrl"]))]
    #[serde(rename = "picURL")]
    pic_url: Option<String>,
}

/// The fields of a request that hold the content.
pub struct Given {
    /// `msgtype`.
    pub kind: MessageType,
    /// `text`.
    pub text: Option<Text>,
    /// `markdown`.
    pub markdown: Option<Markdown>,
    /// `link`.
    pub link: Option<Link>,
    /// `actionCard`.
    pub action_card: Option<ActionCard>,
    /// `feedCard`.
    pub feed_card: Option<FeedCard>,
}

impl Given {
    /// The content, when all that its kind needs is there.
    pub fn content(self) -> Result<TalkContent> {
        let message = match self.kind {
            MessageType::Text => Message::Text { content: needed(self.text, "text")?.content },
            MessageType::Markdown => {
                let Markdown { title, text } = needed(self.markdown, "markdown")?;
                Message::Markdown { title, text }
            }
            MessageType::Link => {
                let link = needed(self.link, "link")?;
                Message::Link {
                    title: link.title,
                    text: link.text,
                    url: link.message_url,
                    picture: link.pic_url.filter(|url| !url.is_empty()),
                    open_type: None,
                }
            }
            MessageType::ActionCard => needed(self.action_card, "actionCard")?.message()?,
            MessageType::FeedCard => {
                let links = needed(self.feed_card, "feedCard")?.links;
                let link = |link: FeedCardLink| FeedLink {
                    title: link.title,
                    url: link.message_url,
                    picture: link.pic_url.unwrap_or_default(),
                };
                return Ok(TalkContent::Feed(links.into_iter().map(link).collect()));
            }
        };
        Ok(TalkContent::Message(message))
    }
}

impl ActionCard {
    fn message(self) -> Result<Message> {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        // Decided: with both, the one link counts, as documented of the fields in their order.
        let action = match (given(self.single_title), given(self.single_url)) {
            (Some(title), Some(url)) => CardAction::Whole { title, url },
            (Some(_), None) => return Err(missing("actionCard.singleURL")),
            (None, _) => {
                let buttons = self.btns.filter(|buttons| !buttons.is_empty());
                let buttons = buttons.ok_or_else(|| missing("actionCard.btns"))?;
                let button = |button: Button| CardButton { title: button.title, url: button.action_url };
                CardAction::Buttons {
                    horizontal: self.btn_orientation.as_deref() == Some("1"),
                    buttons: buttons.into_iter().map(button).collect(),
                }
            }
        };
        Ok(Message::ActionCard { title: self.title, markdown: self.text, action })
    }
}

fn needed<T>(part: Option<T>, field: &'static str) -> Result<T> {
    part.ok_or_else(|| missing(field))
}

fn missing(field: &'static str) -> Error {
    Error::invalid(field, "is missing")
}
