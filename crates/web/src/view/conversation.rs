//! The list of conversations, a conversation, and the profile of an account.

use super::{Account, Message, Page, Zone};
use crate::{
    clean::{Href, Picture},
    time::Moment,
};

/// The list of conversations.
#[derive(Clone, Debug)]
pub struct ConversationList {
    /// What every page needs.
    pub page: Page,
    /// The rows, most recent first.
    pub rows: Vec<ConversationRow>,
    /// By what scripts keep in the browser what the server does not have: the name of the member there, and a key.
    pub vault: String,
    /// In which times are shown.
    pub zone: Zone,
}

impl ConversationList {
    /// Unread messages of all conversations.
    pub fn unread(&self) -> u64 {
        self.rows.iter().map(|row| row.unread).sum()
    }
}

/// One row of the list.
#[derive(Clone, Debug)]
pub struct ConversationRow {
    /// The account.
    pub account: Account,
    /// The last message in a line, from [`MessageBody::summary`](super::MessageBody::summary).
    pub summary: Option<String>,
    /// When it came.
    pub time: Option<Moment>,
    /// How many messages were not read.
    pub unread: u64,
    /// Whether one of them is urgent.
    pub urgent: bool,
    /// The place of the last message.
    pub seq: i64,
}

/// A conversation with an account.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// What every page needs.
    pub page: Page,
    /// The account.
    pub account: Account,
    /// One page of messages with what stands between them, oldest first.
    pub items: Vec<Item>,
    /// Messages that could not be sent: they were saved, and can be sent again.
    pub unsent: Vec<Unsent>,
    /// By what scripts keep in the browser what the server does not have: the name of the member there, and a key.
    pub vault: String,
    /// In which times are shown.
    pub zone: Zone,
    /// The cursor of the page before; `None` at the start of the conversation.
    pub older: Option<String>,
    /// Whether the newest message is among them. Only then is the page live.
    pub is_newest: bool,
    /// The menu: empty if the account has none or has stopped it.
    pub menu: Vec<MenuButton>,
    /// Where the member writes.
    pub composer: Composer,
    /// Why what the member did just now was refused.
    pub problem: Option<&'static str>,
}

/// What stands in a conversation.
#[derive(Clone, Debug)]
pub enum Item {
    /// A day begins.
    Day(Moment),
    /// What follows is unread.
    Unread,
    /// A message.
    Message(Message),
    /// Where a message was recalled.
    Recalled(Recalled),
}

impl Item {
    /// The message, if it is one.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }
}

/// What is left of a recalled message.
#[derive(Clone, Debug)]
pub struct Recalled {
    /// Its id.
    pub id: String,
    /// Its place.
    pub seq: i64,
    /// When it had been sent.
    pub time: Moment,
}

/// A message that could not be sent.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// Its idempotency key: sent again, it is one message.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Where a member writes.
#[derive(Clone, Debug)]
pub enum Composer {
    /// The member may write.
    Open {
        /// The name that the message will have, so that sent twice it is one message.
        submission: String,
        /// What was written before it was refused.
        text: String,
        /// Characters that it may have.
        max_chars: usize,
    },
    /// The member may not write, and why.
    Closed(&'static str),
    /// Not here: on pages of earlier messages, and of accounts where it needs no word.
    Absent,
}

/// A button of the menu bar. Only items that do something are shown.
#[derive(Clone, Debug)]
pub enum MenuButton {
    /// A button that does something itself.
    Item(MenuItem),
    /// A button that opens more.
    Parent {
        /// Its label.
        name: String,
        /// What it opens.
        items: Vec<MenuItem>,
    },
}

/// A menu item.
#[derive(Clone, Debug)]
pub struct MenuItem {
    /// Its label.
    pub name: String,
    /// What it does.
    pub action: MenuAction,
}

/// What a menu item does.
#[derive(Clone, Debug)]
pub enum MenuAction {
    /// Opens a page.
    Open(Href),
    /// Tells the account that it was chosen: the path to post to, from [`menu_item`](crate::paths::menu_item).
    Choose(String),
}

/// The profile page of an account.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What every page needs.
    pub page: Page,
    /// The account.
    pub account: Account,
    /// The short introduction, possibly empty.
    pub brief: String,
    /// What the account sends.
    pub desc: String,
    /// A picture of its messages.
    pub preview: Option<Picture>,
}
