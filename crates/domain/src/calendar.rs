//! The calendar: what accounts sent and published, and what they are going to send.

use std::sync::Arc;

use carillon_model::{
    env::Env,
    error::Result,
    id::{AccountId, ArticleId, CorpId, SendDraftId, TaskId},
    message::{Message, MessageKind, SendStatus},
    operator::{OperatorRights, OperatorRole},
    send_draft::SendDraft,
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::{RecordFilter, Tx};

use crate::{page::Page, send};

/// Entries of each kind and account, at most.
pub const MAX_ENTRIES: i64 = 300;

/// What an entry leads to.
#[derive(Clone, Debug)]
pub enum EntryKind {
    /// A send, with its status.
    Send(TaskId, SendStatus),
    /// A draft that waits for approval.
    Draft(SendDraftId),
    /// A published article.
    Article(ArticleId),
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The account.
    pub account: Arc<ServiceAccount>,
    /// When it happened, or is due.
    pub at: Timestamp,
    /// Its title; empty if it has none.
    pub title: String,
    /// The kind of its message; `None` for an article, and for a draft without a message.
    pub message: Option<MessageKind>,
    /// What it is.
    pub kind: EntryKind,
}

/// What to include of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Sends.
    pub sends: bool,
    /// Drafts that wait for approval.
    pub drafts: bool,
    /// Articles.
    pub articles: bool,
}

impl Parts {
    /// Everything.
    pub const ALL: Self = Self { sends: true, drafts: true, articles: true };

    /// What an operator may see of an account.
    pub fn of_operator(rights: &OperatorRights, account: &AccountId) -> Self {
        use OperatorRole::{Analyst, Approver, Editor, Sender};
        Self {
            sends: rights.may_for(&[Editor, Sender, Approver, Analyst], account),
            drafts: rights.may_for(&[Editor, Sender, Approver], account),
            articles: rights.may_for(&[Editor], account),
        }
    }
}

/// Returns the entries of accounts from a time until before another, the earliest first, and whether some were left out.
pub fn entries(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    accounts: &[(Arc<ServiceAccount>, Parts)],
    (from, until): (Timestamp, Timestamp),
) -> Result<(Vec<Entry>, bool)> {
    let mut found = Vec::new();
    let mut is_cut = false;
    let last = until.plus_ms(-1);
    for (account, parts) in accounts {
        if parts.sends {
            for status in [
                SendStatus::Sent,
                SendStatus::Waiting,
                SendStatus::Sending,
                SendStatus::Held,
                SendStatus::Failed,
                SendStatus::Recalled,
            ] {
                let filter = RecordFilter {
                    status,
                    from: Some(from),
                    to: Some(last),
                    kinds: Vec::new(),
                    source: None,
                    held_are_waiting: false,
                    now: env.now(),
                };
                let range = Page { start: 1, size: MAX_ENTRIES };
                let page = send::records(tx, corp, &account.id, &filter, range)?;
                is_cut |= page.total > MAX_ENTRIES;
                found.extend(page.items.into_iter().filter(|one| !one.record.preview).map(|one| Entry {
                    account: Arc::clone(account),
                    at: one.record.send_time,
                    title: one.title.unwrap_or_default(),
                    message: Some(one.record.message.kind()),
                    kind: EntryKind::Send(one.record.task, one.record.status),
                }));
            }
        }
        if parts.drafts {
            let drafts = tx.requested_send_drafts(corp, &account.id, MAX_ENTRIES)?;
            is_cut |= drafts.len() as u64 == MAX_ENTRIES.unsigned_abs();
            let due = |draft: &SendDraft| draft.content.due_at.unwrap_or(draft.changed_at);
            for draft in drafts.into_iter().filter(|one| (from..until).contains(&due(one))) {
                let title = match &draft.content.message {
                    Some(message) => send::title_of(tx, corp, message)?.unwrap_or_default(),
                    None => String::new(),
                };
                let (at, kind) = (due(&draft), EntryKind::Draft(draft.id));
                let message = draft.content.message.as_ref().map(Message::kind);
                found.push(Entry { account: Arc::clone(account), at, title, message, kind });
            }
        }
        if parts.articles {
            let articles = tx.published_articles(corp, &account.id, from, until, MAX_ENTRIES)?;
            is_cut |= articles.len() as u64 == MAX_ENTRIES.unsigned_abs();
            found.extend(articles.into_iter().map(|(id, at, title)| Entry {
                account: Arc::clone(account),
                at,
                title,
                message: None,
                kind: EntryKind::Article(id),
            }));
        }
    }
    found.sort_by_key(|entry| entry.at);
    Ok((found, is_cut))
}
