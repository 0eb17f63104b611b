//! Content and receivers of a mass send. Both are stored with the send; ids of pictures and cards are resolved when it is read.

use serde::{Deserialize, Serialize};

use crate::id::{CardId, DeptId, MediaId, RoleId, UserId};

/// The receivers that a request names. A member who is named several times receives the send once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receivers {
    /// The whole organisation.
    pub all: bool,
    /// Members by userid.
    pub users: Vec<UserId>,
    /// Departments with everything below them.
    pub departments: Vec<DeptId>,
    /// Roles.
    pub roles: Vec<RoleId>,
}

impl Receivers {
    /// Returns true for a message to one member: one userid and nothing else.
    pub fn is_one_user(&self) -> bool {
        let one = self.users.split_first().is_some_and(|(first, rest)| rest.iter().all(|user| user == first));
        one && !self.all && self.departments.is_empty() && self.roles.is_empty()
    }
}

/// Where a send was made (`msg_source`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendSource {
    /// By an operator in the console.
    Console,
    /// By an app through an operation.
    Api,
}

impl SendSource {
    /// The number on the wire.
    pub fn number(self) -> i64 {
        match self {
            Self::Console => 1,
            Self::Api => 2,
        }
    }

    /// The source of a number.
    pub fn from_number(number: i64) -> Option<Self> {
        [Self::Console, Self::Api].into_iter().find(|source| source.number() == number)
    }
}

/// The status of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendStatus {
    /// Scheduled for later.
    Waiting,
    /// Due, and about to be sent.
    Sending,
    /// Sent.
    Sent,
    /// Rejected when it was due.
    Failed,
    /// Recalled, or cancelled before it was due.
    Recalled,
    /// Overdue, or due after a restore: it waits for an operator. The documented operations do not know this status; to them the send
    /// is waiting.
    Held,
}

impl SendStatus {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Sending, Self::Sent, Self::Failed, Self::Recalled, Self::Held];

    /// Its number on the wire.
    pub fn number(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Sending => 1,
            Self::Sent => 2,
            Self::Failed => 3,
            Self::Recalled => 4,
            Self::Held => 5,
        }
    }

    /// The status of a number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.number() == number)
    }
}

/// The content of a message, by `msg_type`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// `text`.
    Text {
        /// Plain text.
        content: String,
    },
    /// `image`.
    Image {
        /// The picture.
        media_id: MediaId,
    },
    /// `markdown`.
    Markdown {
        /// Shown in the list of conversations.
        title: String,
        /// Markdown.
        text: String,
    },
    /// `action_card`.
    ActionCard {
        /// Shown in the list of conversations and notices.
        title: String,
        /// Markdown.
        markdown: String,
        /// The links of the card.
        action: CardAction,
    },
    /// `news_card`: a card of up to eight articles.
    NewsCard {
        /// The card.
        card_id: CardId,
    },
    /// `single_news_card`: a card of exactly one article.
    SingleNewsCard {
        /// The card.
        card_id: CardId,
    },
    /// `link`.
    Link {
        /// Headline.
        title: String,
        /// Description.
        text: String,
        /// Target.
        url: String,
        /// A picture: an address, or the id of an uploaded one.
        picture: Option<String>,
        /// Where it opens: 0 in a browser, 1 in the client's workbench or own browser, 2 in its side panel.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        open_type: Option<i64>,
    },
    /// An urgent message (DING), never sent as `msg_type`.
    Ding {
        /// Plain text.
        content: String,
        /// Requested as a phone call.
        phone: bool,
    },
}

impl Message {
    /// Its kind.
    pub fn kind(&self) -> MessageKind {
        match self {
            Self::Text { .. } => MessageKind::Text,
            Self::Image { .. } => MessageKind::Image,
            Self::Markdown { .. } => MessageKind::Markdown,
            Self::ActionCard { .. } => MessageKind::ActionCard,
            Self::NewsCard { .. } => MessageKind::NewsCard,
            Self::SingleNewsCard { .. } => MessageKind::SingleNewsCard,
            Self::Link { .. } => MessageKind::Link,
            Self::Ding { phone: false, .. } => MessageKind::Ding,
            Self::Ding { phone: true, .. } => MessageKind::PhoneDing,
        }
    }

    /// The card of articles that it shows.
    pub fn card(&self) -> Option<&CardId> {
        match self {
            Self::NewsCard { card_id } | Self::SingleNewsCard { card_id } => Some(card_id),
            _ => None,
        }
    }
}

/// The kinds of message, by their names on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Plain text.
    Text,
    /// A picture.
    Image,
    /// Markdown.
    Markdown,
    /// A text with buttons.
    ActionCard,
    /// A card of articles.
    NewsCard,
    /// A card of one article.
    SingleNewsCard,
    /// A link with headline and picture.
    Link,
    /// An urgent message.
    Ding,
    /// An urgent message, requested as a phone call.
    PhoneDing,
}

impl MessageKind {
    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Markdown => "markdown",
            Self::ActionCard => "action_card",
            Self::NewsCard => "news_card",
            Self::SingleNewsCard => "single_news_card",
            Self::Link => "link",
            Self::Ding => "ding",
            Self::PhoneDing => "phone_ding",
        }
    }
}

/// The two styles of an action card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardAction {
    /// The whole card is one link.
    Whole {
        /// The label.
        title: String,
        /// The target.
        url: String,
    },
    /// Buttons, each with a link.
    Buttons {
        /// Whether they are side by side rather than below each other.
        horizontal: bool,
        /// At least one.
        buttons: Vec<CardButton>,
    },
}

/// A button of an action card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardButton {
    /// The label.
    pub title: String,
    /// The target.
    pub url: String,
}
