//! The pages of conversations.

use askama::Template;

use super::{Console, ConsoleFrame};
use crate::{
    page::{Frame, Html},
    time::Moment,
    view::{Account, ButtonLayout, DingChannel, Item, MessageBody, Zone},
};

/// The conversations of an account.
#[derive(Clone, Debug)]
pub struct Conversations {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// All conversations, rather than those that wait for a reply.
    pub shows_all: bool,
    /// The conversations.
    pub lines: Vec<ConversationLine>,
    /// The path of the next page.
    pub next: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A conversation in a list.
#[derive(Clone, Debug)]
pub struct ConversationLine {
    /// The path of its page.
    pub href: String,
    /// The name of the member.
    pub name: String,
    /// The newest message in one line.
    pub summary: String,
    /// Whether the account wrote it.
    pub is_by_account: bool,
    /// When it was written; absent if it was removed because of its age.
    pub time: Option<Moment>,
    /// Since when the member waits for a reply.
    pub waiting_since: Option<Moment>,
}

#[derive(Template)]
#[template(path = "console/conversations.html")]
struct ConversationsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    view: &'a Conversations,
}

/// The list of conversations.
pub fn conversations(view: &Conversations) -> Html {
    let frame = Frame::new(&view.console.page);
    ConversationsPage { frame, c: ConsoleFrame::new(&view.console), view }.render()
}

/// A conversation.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The frame.
    pub console: Console,
    /// The account.
    pub account: Account,
    /// The name of the member.
    pub member: String,
    /// The `userid` of the member; absent if the member has left.
    pub userid: Option<String>,
    /// The messages and days, oldest first.
    pub messages: Vec<Item>,
    /// The path of the page of earlier messages.
    pub older: Option<String>,
    /// Since when the member waits for a reply.
    pub waiting_since: Option<Moment>,
    /// Whether a reply can be posted.
    pub may_reply: bool,
    /// Whether the account has blocked the member.
    pub is_blocked: bool,
    /// The path of this page.
    pub path: String,
    /// The text of a reply that was refused.
    pub text: String,
    /// Why it was refused.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/thread.html")]
struct ThreadPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    view: &'a Thread,
}

/// A conversation.
pub fn thread(view: &Thread) -> Html {
    let frame = Frame::new(&view.console.page);
    ThreadPage { frame, c: ConsoleFrame::new(&view.console), view }.render()
}
