//! `/v1.0/carillon/service-accounts/{unionid}/auto-replies`: automatic replies of an account.

pub mod get;
pub mod set;
pub mod try_text;

use carillon_domain::chat::auto_reply;
use carillon_model::{
    chat::{KeywordRule, Matching},
    error::{Error, Result},
    id::{CardId, MediaId},
    message::Message,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(set::operation),
    Entry::Operation(get::operation),
    Entry::Operation(try_text::operation),
];

const PATH: &str = "/v1.0/carillon/service-accounts/{unionid}/auto-replies";

/// A rule: texts that get the same reply.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Rule {
    /// Any of these words.
    #[schemars(length(min = 1, max = auto_reply::MAX_KEYWORDS))]
    keywords: Vec<Keyword>,
    /// How a text is compared with the words.
    matching: Match,
    /// The reply.
    reply: Reply,
}

/// A word. Upper and lower case are alike.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Keyword(#[schemars(length(min = 1, max = auto_reply::MAX_KEYWORD_CHARS))] String);

/// How a text is compared with a word.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Match {
    /// The text contains the word.
    Contains,
    /// The text is the word.
    Equals,
}

/// A reply.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Reply {
    /// The kind of message: text, image or news_card.
    msg_type: ReplyType,
    /// For `text`.
    #[schemars(length(max = auto_reply::MAX_TEXT_CHARS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    /// For `image` the picture, for `news_card` the card.
    #[schemars(length(max = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
}

/// The kind of a reply.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ReplyType {
    /// Plain text.
    Text,
    /// A picture.
    Image,
    /// A card of articles.
    NewsCard,
}

impl Reply {
    /// Returns the message. `field` is the path of the reply in the request.
    fn into_message(self, field: &str) -> Result<Message> {
        let missing = |name: &str| Error::invalid(format!("{field}.{name}"), "is missing");
        Ok(match self.msg_type {
            ReplyType::Text => Message::Text { content: self.content.ok_or_else(|| missing("content"))? },
            ReplyType::Image => {
                Message::Image { media_id: MediaId::from(self.media_id.ok_or_else(|| missing("mediaId"))?) }
            }
            ReplyType::NewsCard => {
                Message::NewsCard { card_id: CardId::from(self.media_id.ok_or_else(|| missing("mediaId"))?) }
            }
        })
    }

    fn of(message: &Message) -> Result<Self> {
        let (msg_type, content, media_id) = match message {
            Message::Text { content } => (ReplyType::Text, Some(content.clone()), None),
            Message::Image { media_id } => (ReplyType::Image, None, Some(media_id.to_string())),
            Message::NewsCard { card_id } => (ReplyType::NewsCard, None, Some(card_id.to_string())),
            _ => return Err(Error::internal("an automatic reply of a kind that cannot be set")),
        };
        Ok(Self { msg_type, content, media_id })
    }
}

impl Rule {
    fn into_rule(self, field: &str) -> Result<KeywordRule> {
        Ok(KeywordRule {
            keywords: self.keywords.into_iter().map(|keyword| keyword.0).collect(),
            matching: match self.matching {
                Match::Contains => Matching::Contains,
                Match::Equals => Matching::Equals,
            },
            reply: self.reply.into_message(&format!("{field}.reply"))?,
        })
    }

    fn of(rule: &KeywordRule) -> Result<Self> {
        Ok(Self {
            keywords: rule.keywords.iter().cloned().map(Keyword).collect(),
            matching: match rule.matching {
                Matching::Contains => Match::Contains,
                Matching::Equals => Match::Equals,
            },
            reply: Reply::of(&rule.reply)?,
        })
    }
}
