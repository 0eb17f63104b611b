//! The content of a message of a robot: `msgtype` decides which of the other fields applies.
//!
//! Each part has its own code for being missing, blank or of another type ([`PART_CODES`]).

use carillon_model::{
    chat::{ChatContent, FeedLink},
    error::{Error, Result},
    message::{CardAction, CardButton, Message},
};
use carillon_wire::{Code, operation::Builder};
use schemars::JsonSchema;
use serde::Deserialize;

/// The parts of a message, with the code of each for its absence. Observed on the vendor's host: 400201, 400202, 400302 to 400304, 400401 to
/// 400403, 400503 and 400602. Decided: the others continue them in the order of the documented texts.
const PART_CODES: [(&str, Code); 22] = [
    (
        "text.content",
        Code::legacy(400_202, "参数 text --》 content 缺失，或者参数格式不正确; miss param : text->content"),
    ),
    ("text", Code::legacy(400_201, "参数 text 缺失，或者参数格式不正确; miss param : text")),
    (
        "link.text",
        Code::legacy(400_302, "参数 link --》 text 缺失，或者参数格式不正确; miss param : link->text"),
    ),
    (
        "link.title",
        Code::legacy(400_303, "参数 link --》 title 缺失，或者参数格式不正确; miss param : link->title"),
    ),
    (
        "link.messageUrl",
        Code::legacy(
            400_304,
            "参数 link --》 messageUrl 缺失，或者参数格式不正确; miss param : link->messageUrl",
        ),
    ),
    ("link", Code::legacy(400_301, "参数 link 缺失，或者参数格式不正确; miss param : link")),
    (
        "markdown.title",
        Code::legacy(
            400_402,
            "参数 markdown --》 title 缺失，或者参数格式不正确; miss param : markdown->title",
        ),
    ),
    (
        "markdown.text",
        Code::legacy(
            400_403,
            "参数 markdown --》 text 缺失，或者参数格式不正确; miss param : markdown->text",
        ),
    ),
    ("markdown", Code::legacy(400_401, "参数 markdown 缺失，或者参数格式不正确; miss param : markdown")),
    (
        "actionCard.title",
        Code::legacy(
            400_502,
            "参数 actionCard --》 title 缺失，或者参数格式不正确; miss param : actionCard->title",
        ),
    ),
    (
        "actionCard.text",
        Code::legacy(
            400_503,
            "参数 actionCard --》 text 缺失，或者参数格式不正确; miss param : actionCard->text",
        ),
    ),
    (
        "actionCard.singleTitle",
        Code::legacy(
            400_504,
            "参数 actionCard --》 singleTitle 缺失，或者参数格式不正确; miss param : actionCard->singleTitle",
        ),
    ),
    (
        "actionCard.singleURL",
        Code::legacy(
            400_505,
            "参数 actionCard --》 singleURL 缺失，或者参数格式不正确; miss param : actionCard->singleURL",
        ),
    ),
    (
        "actionCard.btns[].title",
        Code::legacy(
            400_507,
            "参数 actionCard --》 btns --》 title 缺失，或者参数格式不正确; miss param : actionCard->btns->title",
        ),
    ),
    (
        "actionCard.btns[].actionURL",
        Code::legacy(
            400_508,
            "参数 actionCard --》 btns --》 actionURL 缺失，或者参数格式不正确; miss param : actionCard->btns->actionURL",
        ),
    ),
    (
        "actionCard.btns",
        Code::legacy(
            400_506,
            "参数 actionCard --》 btns 缺失，或者参数格式不正确; miss param : actionCard->btns",
        ),
    ),
    (
        "actionCard",
        Code::legacy(400_501, "参数 actionCard 缺失，或者参数格式不正确; miss param : actionCard"),
    ),
    (
        "feedCard.links[].title",
        Code::legacy(
            400_603,
            "参数 feedCard --》 links --》 title 缺失，或者参数格式不正确; miss param : feedCard->links->title",
        ),
    ),
    (
        "feedCard.links[].messageURL",
        Code::legacy(
            400_604,
            "参数 feedCard --》 links --》 messageURL 缺失，或者参数格式不正确; miss param : feedCard->links->messageURL",
        ),
    ),
    (
        "feedCard.links[].picURL",
        Code::legacy(
            400_605,
            "参数 feedCard --》 links --》 picURL 缺失，或者参数格式不正确; miss param : feedCard->links->picURL",
        ),
    ),
    (
        "feedCard.links",
        Code::legacy(
            400_602,
            "参数 feedCard --》 links 缺失，或者参数格式不正确; miss param : feedCard->links",
        ),
    ),
    ("feedCard", Code::legacy(400_601, "参数 feedCard 缺失，或者参数格式不正确; miss param : feedCard")),
];

/// Declares the codes of all parts.
pub fn declare_part_codes(builder: Builder) -> Builder {
    PART_CODES.into_iter().fold(builder, |builder, (field, code)| builder.bad_field(field, code))
}

/// The kind of message.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MessageType {
    /// A plain text.
    Text,
    /// A text in Markdown.
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
    /// The text of the message, without formatting.
    #[schemars(length(min = 1))]
    content: String,
}

/// A markdown message.
#[derive(Deserialize, JsonSchema)]
pub struct Markdown {
    /// The title, shown in the list of conversations.
    #[schemars(length(min = 1))]
    title: String,
    /// The body of the message in Markdown.
    #[schemars(length(min = 1))]
    text: String,
}

/// A link.
#[derive(Deserialize, JsonSchema)]
pub struct Link {
    /// The headline of the link.
    #[schemars(length(min = 1))]
    title: String,
    /// The description below the headline.
    #[schemars(length(min = 1))]
    text: String,
    /// The address that the message opens.
    #[schemars(length(min = 1), extend("x-aliases" = ["messageURL"]))]
    #[serde(rename = "messageUrl")]
    message_url: String,
    /// A picture: an address, or the media_id of an uploaded one. Pages only show pictures of this server.
    #[schemars(extend("x-aliases" = ["picURL"]))]
    #[serde(rename = "picUrl")]
    pic_url: Option<String>,
}

/// An action card: either `singleTitle` and `singleURL`, or `btns`.
#[derive(Deserialize, JsonSchema)]
pub struct ActionCard {
    /// The title, shown in the list of conversations.
    #[schemars(length(min = 1))]
    title: String,
    /// The body of the message in Markdown.
    #[schemars(length(min = 1))]
    text: String,
    /// The label of the only button, for a card with a single target; needs `singleURL`.
    #[serde(rename = "singleTitle")]
    single_title: Option<String>,
    /// The address of a card with a single target; needs `singleTitle`. With both, `btns` is ignored.
    #[schemars(extend("x-aliases" = ["singleUrl"]))]
    #[serde(rename = "singleURL")]
    single_url: Option<String>,
    /// The layout of buttons: 0 vertical, 1 horizontal; vertical if absent.
    #[schemars(extend("enum" = ["0", "1"]))]
    #[serde(rename = "btnOrientation")]
    btn_orientation: Option<String>,
    /// The buttons, for a card with several targets. Decided: at most twenty; no number is documented.
    #[schemars(length(max = 20))]
    btns: Option<Vec<Button>>,
}

/// A button.
#[derive(Deserialize, JsonSchema)]
struct Button {
    /// The label of the button.
    #[schemars(length(min = 1))]
    title: String,
    /// The address that the button opens.
    #[schemars(length(min = 1), extend("x-aliases" = ["actionUrl"]))]
    #[serde(rename = "actionURL")]
    action_url: String,
}

/// A list of links.
#[derive(Deserialize, JsonSchema)]
pub struct FeedCard {
    /// The links, in the order in which they are shown. Decided: at most twenty; no number is documented.
    #[schemars(length(min = 1, max = 20))]
    links: Vec<FeedCardLink>,
}

/// A link of a list.
#[derive(Deserialize, JsonSchema)]
struct FeedCardLink {
    /// The headline of the link.
    #[schemars(length(min = 1))]
    title: String,
    /// The address that the link opens.
    #[schemars(length(min = 1), extend("x-aliases" = ["messageUrl"]))]
    #[serde(rename = "messageURL")]
    message_url: String,
    /// A picture: an address, or the media_id of an uploaded one. Pages only show pictures of this server.
    #[schemars(length(min = 1), extend("x-aliases" = ["picUrl"]))]
    #[serde(rename = "picURL")]
    pic_url: String,
}

/// The fields of a request that hold the content.
pub struct MessageFields {
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

impl MessageFields {
    /// Returns the content, or names the part that its kind needs and that is missing.
    pub fn into_content(self) -> Result<ChatContent> {
        let message = match self.kind {
            MessageType::Text => Message::Text { content: require(self.text, "text")?.content },
            MessageType::Markdown => {
                let Markdown { title, text } = require(self.markdown, "markdown")?;
                Message::Markdown { title, text }
            }
            MessageType::Link => {
                let link = require(self.link, "link")?;
                Message::Link {
                    title: link.title,
                    text: link.text,
                    url: link.message_url,
                    picture: link.pic_url.filter(|url| !url.is_empty()),
                    open_type: None,
                }
            }
            MessageType::ActionCard => require(self.action_card, "actionCard")?.into_message()?,
            MessageType::FeedCard => {
                let links = require(self.feed_card, "feedCard")?.links;
                let link = |link: FeedCardLink| FeedLink {
                    title: link.title,
                    url: link.message_url,
                    picture: link.pic_url,
                };
                return Ok(ChatContent::Feed(links.into_iter().map(link).collect()));
            }
        };
        Ok(ChatContent::Message(message))
    }
}

impl ActionCard {
    fn into_message(self) -> Result<Message> {
        let non_blank = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        // Decided: with both, the single link counts. The page documents it first.
        let action = match (non_blank(self.single_title), non_blank(self.single_url)) {
            (Some(title), Some(url)) => CardAction::Whole { title, url },
            (Some(_), None) => return Err(missing("actionCard.singleURL")),
            (None, Some(_)) if self.btns.is_none() => return Err(missing("actionCard.singleTitle")),
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

fn require<T>(part: Option<T>, field: &'static str) -> Result<T> {
    part.ok_or_else(|| missing(field))
}

fn missing(field: &'static str) -> Error {
    Error::invalid(field, "is missing")
}
