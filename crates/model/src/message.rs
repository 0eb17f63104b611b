//! What a mass send says, and to whom. Stored with the task; ids of pictures and cards are resolved when it is read.

use serde::{Deserialize, Serialize};

use crate::id::{CardId, DeptId, MediaId, RoleId, UserId};

/// Whom a send names. Everybody named in any way receives it once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receivers {
    /// The whole organisation.
    pub all: bool,
    /// Members by name.
    pub users: Vec<UserId>,
    /// Departments with everything below them.
    pub departments: Vec<DeptId>,
    /// Roles.
    pub roles: Vec<RoleId>,
}

impl Receivers {
    /// Whether it is a message to one person rather than a send to several: one userid and nothing else.
    pub fn is_one_user(&self) -> bool {
        let one = self.users.split_first().is_some_and(|(first, rest)| rest.iter().all(|user| user == first));
        one && !self.all && self.departments.is_empty() && self.roles.is_empty()
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
        /// Where a tap leads.
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
    },
}

/// The two styles of an action card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardAction {
    /// The whole card leads to one place.
    Whole {
        /// The words on it.
        title: String,
        /// The target.
        url: String,
    },
    /// Buttons, each with its own target.
    Buttons {
        /// Side by side rather than below each other.
        horizontal: bool,
        /// At least one.
        buttons: Vec<CardButton>,
    },
}

/// A button of an action card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardButton {
    /// The words on it.
    pub title: String,
    /// The target.
    pub url: String,
}
