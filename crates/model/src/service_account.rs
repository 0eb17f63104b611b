//! Service accounts and their menus.

use serde::Serialize;

use crate::{
    id::{AccountId, MediaId},
    time::Timestamp,
};

/// How many service accounts an organisation may have (800004).
pub const MAX_ACCOUNTS: usize = 40;
/// Maximum number of characters of a name.
pub const MAX_NAME_CHARS: usize = 30;
/// Maximum number of characters of the short introduction.
pub const MAX_BRIEF_CHARS: usize = 60;
/// Maximum number of characters of the introduction on the profile page.
pub const MAX_DESC_CHARS: usize = 200;
/// Number of characters of the revision of a part of an account.
pub const MAX_REVISION_CHARS: usize = 32;

/// A service account (服务号).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// `unionid`.
    pub id: AccountId,
    /// Its number in the order of creation within the organisation.
    pub seq: i64,
    /// Unique among the accounts that are not disabled.
    pub name: String,
    /// Avatar.
    pub avatar_media_id: MediaId,
    /// Short introduction.
    pub brief: String,
    /// Introduction on the profile page.
    pub desc: String,
    /// Picture on the profile page.
    pub preview_media_id: MediaId,
    /// Disabled for good: hidden from sending and from members.
    pub disabled: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// The menu; `None` until one was set.
    pub menu: Option<Menu>,
}

/// The menu below a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Menu {
    /// Buttons, left to right.
    pub buttons: Vec<MenuButton>,
    /// Whether a member may write.
    pub enable_input: bool,
    /// A stopped menu is stored and not shown (`status` 1).
    pub stopped: bool,
}

/// A button of a menu, or an item below one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MenuButton {
    /// The label.
    pub name: String,
    /// `click`, `view`, `media_id` or `view_article`; a parent may have none.
    pub kind: Option<MenuButtonKind>,
    /// Sent with the click event.
    pub key: Option<String>,
    /// Target of `view`.
    pub url: Option<String>,
    /// Card or picture of `media_id`, article of `view_article`.
    pub media_id: Option<String>,
    /// Items. A button with items is a parent; items have no items themselves.
    pub children: Vec<MenuButton>,
}

/// What a tap on a menu button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum MenuButtonKind {
    /// Raises an event.
    Click,
    /// Opens a link.
    View,
    /// Answers with a stored card or picture.
    MediaId,
    /// Opens an article.
    ViewArticle,
}

impl MenuButtonKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Click, Self::View, Self::MediaId, Self::ViewArticle];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Click => "click",
            Self::View => "view",
            Self::MediaId => "media_id",
            Self::ViewArticle => "view_article",
        }
    }

    /// Parses the name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The kind in the response of `menu_get`: `click` for `media_id`, `view` for `view_article`.
    pub fn listed_kind(self) -> Self {
        match self {
            Self::Click | Self::MediaId => Self::Click,
            Self::View | Self::ViewArticle => Self::View,
        }
    }
}
