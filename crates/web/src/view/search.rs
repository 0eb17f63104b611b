//! The search.

use super::{Account, Page, Zone};
use crate::time::Moment;

/// A search and what it found.
#[derive(Clone, Debug)]
pub struct Search {
    /// What every page needs.
    pub page: Page,
    /// What was typed.
    pub query: String,
    /// The conversation that is searched; all when absent.
    pub account: Option<Account>,
    /// Accounts by their names.
    pub accounts: Vec<Account>,
    /// Messages, newest first.
    pub hits: Vec<Hit>,
    /// Where to go on; none when everything was looked at.
    pub next: Option<String>,
    /// Whether this is the first page of the results.
    pub is_first: bool,
    /// In which times are shown.
    pub zone: Zone,
}

/// A message that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Whose conversation.
    pub account: Account,
    /// Who wrote it.
    pub sender: String,
    /// When.
    pub time: Moment,
    /// The place in the conversation.
    pub href: String,
    /// Parts of an excerpt, and whether each is what was looked for.
    pub excerpt: Vec<(String, bool)>,
}
