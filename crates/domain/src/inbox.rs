//! What a member has in the inbox. It is read, not written: a send is one row, and each member looks for what is theirs.

use std::{ops::Range, sync::Arc};

use carillon_model::{
    error::Result,
    id::{AccountId, CorpId, MemberNo, MessageId, SendSeq, TaskId},
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::{ChatMessage, ConversationKey, RecalledSend, SendRow, Tx};

/// Unread messages are counted up to here; more are just as many.
pub const MOST_UNREAD: usize = 100;

/// After all places.
const END: SendSeq = SendSeq(i64::MAX);
/// Before all places.
const START: SendSeq = SendSeq(0);

/// A message in a conversation.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A mass send that the member received.
    Sent(SendRow),
    /// What the member and the account say to each other.
    Chat(ChatMessage),
}

impl Entry {
    /// Its place: a later one has a larger number.
    pub fn seq(&self) -> SendSeq {
        match self {
            Self::Sent(send) => send.seq,
            Self::Chat(chat) => chat.seq,
        }
    }

    /// When it came.
    pub fn created_at(&self) -> Timestamp {
        match self {
            Self::Sent(send) => send.created_at,
            Self::Chat(chat) => chat.created_at,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Sent(send) => send.task.as_str(),
            Self::Chat(chat) => chat.id.as_str(),
        }
    }

    /// The mass send, if it is one: what receipts are for.
    pub fn sent(&self) -> Option<&SendRow> {
        match self {
            Self::Sent(send) => Some(send),
            Self::Chat(_) => None,
        }
    }
}

/// A member's conversation with an account.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The account.
    pub account: Arc<ServiceAccount>,
    /// The newest message; none when neither has said anything.
    pub last: Option<Entry>,
    /// Messages not read yet, up to [`MOST_UNREAD`].
    pub unread: usize,
    /// Whether one of them is urgent.
    pub urgent: bool,
}

/// The conversations of a member, the most recent first. Accounts that have sent nothing yet stand at the end; disabled ones
/// stay for as long as there is something of theirs to read.
pub fn conversations(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<Vec<Conversation>> {
    let accounts: Vec<_> = tx.state().corp(corp)?.accounts.values().map(Arc::clone).collect();
    let mut found = Vec::with_capacity(accounts.len());
    for account in accounts {
        let read_to = tx.read_mark(corp, member, &account.id)?;
        let last = messages(tx, corp, member, &account.id, None, 1)?.pop();
        if last.is_some() || !account.disabled {
            let is_read = last.as_ref().is_none_or(|last| last.seq() <= read_to);
            let unread =
                if is_read { Unread::default() } else { unread(tx, corp, member, &account.id, read_to)? };
            found.push(Conversation { account, last, unread: unread.count, urgent: unread.urgent });
        }
    }
    found.sort_by_key(|conversation| {
        std::cmp::Reverse(conversation.last.as_ref().map(|last| (last.created_at(), last.seq())))
    });
    Ok(found)
}

/// What of a conversation is not read yet.
#[derive(Default)]
struct Unread {
    count: usize,
    urgent: bool,
}

fn unread(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    read_to: SendSeq,
) -> Result<Unread> {
    let place = ConversationKey { corp: corp.clone(), account: account.clone(), member };
    let sent = places(tx, corp, member, account, read_to..END, MOST_UNREAD)?.len();
    let said = tx.count_account_messages_after(&place, read_to, MOST_UNREAD)?;
    let urgent = sent > 0 && tx.has_ding_after(corp, member, account, read_to)?;
    Ok(Unread { count: MOST_UNREAD.min(sent + said), urgent })
}

/// Messages of a conversation, newest first: at most `limit`, from before a place on.
pub fn messages(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    before: Option<SendSeq>,
    limit: usize,
) -> Result<Vec<Entry>> {
    let mut between = START..before.unwrap_or(END);
    let place = ConversationKey { corp: corp.clone(), account: account.clone(), member };
    let chat = tx.chat_messages(&place, between.clone(), limit)?;
    // Sends older than a whole page of talk are on another page.
    if let Some(last) = chat.last().filter(|_| chat.len() >= limit) {
        between.start = last.seq;
    }
    let sent = places(tx, corp, member, account, between, limit)?;
    let mut chat = chat.into_iter().peekable();
    let mut messages = Vec::with_capacity(limit);
    for seq in sent {
        while let Some(row) = chat.next_if(|row| row.seq > seq) {
            messages.push(Entry::Chat(row));
        }
        if messages.len() >= limit {
            break;
        }
        messages.extend(tx.send_at(corp, seq)?.map(Entry::Sent));
    }
    messages.extend(chat.map(Entry::Chat));
    messages.truncate(limit);
    Ok(messages)
}

/// Recalled sends that one look goes through.
const MOST_RECALLED: i64 = 50;

/// What was recalled of a conversation, newest first, after the start of a range of places and before its end: of it nothing is left but that
/// it was there. Recalled sends that reached others alone are looked at too, so after fifty of them the older ones leave no trace.
pub fn recalled(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    between: Range<Option<SendSeq>>,
) -> Result<Vec<RecalledSend>> {
    let between = between.start.unwrap_or(START)..between.end.unwrap_or(END);
    let mut recalled = tx.recalled_indexed(corp, member, account, between.clone(), MOST_RECALLED)?;
    recalled.extend(tx.recalled_broadcasts(corp, member, account, between, MOST_RECALLED)?);
    recalled.sort_unstable_by_key(|send| std::cmp::Reverse(send.seq));
    Ok(recalled)
}

/// One message of a conversation by its id, whatever it is.
pub fn entry(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    id: &str,
) -> Result<Option<Entry>> {
    let place = ConversationKey { corp: corp.clone(), account: account.clone(), member };
    if let Some(chat) = tx.chat_message_in(&place, &MessageId::from(id))? {
        return Ok(Some(Entry::Chat(chat)));
    }
    Ok(message(tx, corp, member, account, &TaskId::from(id))?.map(Entry::Sent))
}

/// One mass send, if the member received it and it was not taken back.
pub fn message(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    task: &TaskId,
) -> Result<Option<SendRow>> {
    let Some(send) = tx.send_by_task(corp, account, task)? else { return Ok(None) };
    let mine = send.recalled_at.is_none() && tx.received(corp, account, send.seq, member)?;
    Ok(mine.then_some(send))
}

/// What a member has seen of a conversation.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Mass sends.
    pub sends: Vec<SendSeq>,
    /// The newest message of all.
    pub newest: Option<SendSeq>,
}

impl<'e> FromIterator<&'e Entry> for Seen {
    fn from_iter<I: IntoIterator<Item = &'e Entry>>(entries: I) -> Self {
        let mut seen = Self::default();
        for entry in entries {
            seen.sends.extend(entry.sent().map(|send| send.seq));
            seen.newest = seen.newest.max(Some(entry.seq()));
        }
        seen
    }
}

/// Notes that a member has seen messages, and that nothing up to the newest of them is unread.
pub fn mark_read(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    seen: &Seen,
) -> Result<()> {
    for seq in &seen.sends {
        tx.insert_receipt(corp, *seq, member)?;
    }
    match seen.newest {
        Some(newest) => tx.set_read_mark(corp, member, account, newest),
        None => Ok(()),
    }
}

/// Receipts that one unit of work folds, so that others do not wait long.
const FOLDED_AT_ONCE: i64 = 2_000;

/// Sends with receipts that are not folded yet.
pub fn sends_to_fold(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Vec<SendSeq>> {
    let mut found = Vec::new();
    let mut last = START;
    while let Some(seq) = tx.next_send_to_fold(corp, last)? {
        found.push(seq);
        last = seq;
    }
    Ok(found)
}

/// Folds receipts of a send into the bitmap of its readers; returns whether there are more.
pub fn fold_receipts(tx: &mut Tx<'_>, corp: &CorpId, seq: SendSeq) -> Result<bool> {
    tx.fold_receipts(corp, seq, FOLDED_AT_ONCE)
}

/// The places of the mass sends to a member after the start of a range and before its end, newest first: those that are indexed,
/// those in memory and those of the archive, merged.
fn places(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    between: Range<SendSeq>,
    limit: usize,
) -> Result<Vec<SendSeq>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut places = tx.indexed_sends(corp, member, account, between.end, most)?;
    places.retain(|seq| *seq > between.start);
    let window = &tx.state().corp(corp)?.broadcasts;
    let first = window.first();
    if let Some(timeline) = window.get(account) {
        places.extend(timeline.received(member, between.clone()).take(limit));
    }
    newest(&mut places, limit);
    // What is older than a whole page is on another page.
    let after = places.last().filter(|_| places.len() >= limit).map_or(between.start, |last| *last);
    if after < first {
        let missing = limit - places.iter().filter(|seq| **seq >= first).count();
        let archived = after..first.min(between.end);
        places.extend(tx.archived_broadcasts(corp, member, account, archived, missing)?);
        newest(&mut places, limit);
    }
    Ok(places)
}

fn newest(places: &mut Vec<SendSeq>, limit: usize) {
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.truncate(limit);
}
