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
    /// The keywords of the rule. It applies if one of them matches; upper and lower case are alike.
    #[schemars(length(min = 1, max = auto_reply::MAX_KEYWORDS))]
    keywords: Vec<Keyword>,
    /// How the text of a member is compared with the keywords.
    matching: Match,
    /// The reply that the account posts if the rule applies.
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
    /// The text contains the keyword.
    Contains,
    /// The text is the keyword, apart from blanks around it.
    Equals,
}

/// A reply.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Reply {
    /// The kind of reply: `text`, `image` or `news_card`.
    msg_type: ReplyType,
    /// The text of a reply of type `text`; absent for others.
    #[schemars(length(max = auto_reply::MAX_TEXT_CHARS))]
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    /// For `image` the media id of the picture, for `news_card` the id of the card; absent for `text`.
    #[schemars(length(max = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
}

/// The kind of a reply.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ReplyType {
    /// A reply in plain text.
    Text,
    /// A picture by its media id.
    Image,
    /// A card with articles of the account.
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
