//! The list of conversations, a conversation, and the profile of an account.

use super::{Account, Message, Page, Zone};
use crate::{
    clean::{Href, Picture},
    time::Moment,
};

/// The list of conversations.
#[derive(Clone, Debug)]
pub struct ConversationList {
    /// The data that all pages need.
    pub page: Page,
    /// The rows, the one with the newest message first.
    pub rows: Vec<ConversationRow>,
    /// The time zone of the times on the page.
    pub zone: Zone,
}

impl ConversationList {
    /// The number of unread messages in all conversations.
    pub fn unread(&self) -> u64 {
        self.rows.iter().map(|row| row.unread).sum()
    }
}

/// One row of the list.
#[derive(Clone, Debug)]
pub struct ConversationRow {
    /// The account.
    pub account: Account,
    /// The last message as one line of text, from [`MessageBody::summary`](super::MessageBody::summary).
    pub summary: Option<String>,
    /// The time of the last message.
    pub time: Option<Moment>,
    /// The number of unread messages.
    pub unread: u64,
    /// True if one of the unread messages is urgent.
    pub urgent: bool,
    /// The sequence number of the last message; 0 without messages.
    pub seq: i64,
}

/// A conversation with an account.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The data that all pages need.
    pub page: Page,
    /// The account.
    pub account: Account,
    /// One page of messages, with day separators and other marks, oldest first.
    pub items: Vec<Item>,
    /// Messages that were saved because they could not be sent.
    pub unsent: Vec<Unsent>,
    /// The time zone of the times on the page.
    pub zone: Zone,
    /// The cursor of the page of earlier messages; `None` at the start of the conversation.
    pub older: Option<String>,
    /// True if the page has the newest message. Only then it receives events.
    pub is_newest: bool,
    /// The menu; empty if the account has none or has stopped it.
    pub menu: Vec<MenuButton>,
    /// The field for a new message.
    pub composer: Composer,
    /// Why the request that led to this page was refused.
    pub problem: Option<&'static str>,
}

/// An item in the list of messages.
#[derive(Clone, Debug)]
pub enum Item {
    /// The day of the following messages.
    Day(Moment),
    /// The start of the unread messages.
    Unread,
    /// A message.
    Message(Message),
    /// A recalled message.
    Recalled(Recalled),
}

impl Item {
    /// Returns the message if the item is one.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }
}

/// The note in place of a recalled message.
#[derive(Clone, Debug)]
pub struct Recalled {
    /// The id of the message.
    pub id: String,
    /// The sequence number of the message.
    pub seq: i64,
    /// The time when the message was sent.
    pub time: Moment,
}

/// A saved message that could not be sent.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// The idempotency key: a retry does not post the message twice.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The field for a new message.
#[derive(Clone, Debug)]
pub enum Composer {
    /// The member may write.
    Open {
        /// The idempotency key of the message.
        submission: String,
        /// The text that was refused or saved before.
        text: String,
        /// The most characters that a text may have.
        max_chars: usize,
    },
    /// The member may not write; the text says why.
    Closed(&'static str),
    /// No field: on pages of earlier messages.
    Absent,
}

/// A button of the menu. Items without an action are left out.
#[derive(Clone, Debug)]
pub enum MenuButton {
    /// A button with an action.
    Item(MenuItem),
    /// A button that opens a list of items.
    Parent {
        /// The label.
        name: String,
        /// The items; may be empty.
        items: Vec<MenuItem>,
    },
}

/// A menu item.
#[derive(Clone, Debug)]
pub struct MenuItem {
    /// The label.
    pub name: String,
    /// The action.
    pub action: MenuAction,
}

/// The action of a menu item.
#[derive(Clone, Debug)]
pub enum MenuAction {
    /// Opens a page.
    Open(Href),
    /// Posts the choice to a path from [`menu_item`](crate::paths::menu_item).
    Choose(String),
}

/// The profile page of an account.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The data that all pages need.
    pub page: Page,
    /// The account.
    pub account: Account,
    /// The short introduction; may be empty.
    pub brief: String,
    /// The description.
    pub desc: String,
    /// A picture of an example message.
    pub preview: Option<Picture>,
}
