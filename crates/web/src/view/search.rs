//! The search page.

use super::{Account, Page, Zone};
use crate::time::Moment;

/// A search with its results.
#[derive(Clone, Debug)]
pub struct Search {
    /// The data that all pages need.
    pub page: Page,
    /// The text that was searched for; empty before the first search.
    pub query: String,
    /// The conversation that is searched; `None` for all.
    pub account: Option<Account>,
    /// Accounts with a matching name.
    pub accounts: Vec<Account>,
    /// Matching messages, newest first.
    pub hits: Vec<Hit>,
    /// The cursor of the next page; `None` if everything was searched.
    pub next: Option<String>,
    /// True for the first page of results.
    pub is_first: bool,
    /// The time zone of the times on the page.
    pub zone: Zone,
}

/// A matching message.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The account of the conversation.
    pub account: Account,
    /// The name of the sender.
    pub sender: String,
    /// The time when it was sent.
    pub time: Moment,
    /// The path of the message in its conversation.
    pub href: String,
    /// The parts of an excerpt; true marks a match.
    pub excerpt: Vec<(String, bool)>,
}
