//! The inbox of a member. It is assembled when it is read: a send is one row, and a read finds those that the member received.

use std::{ops::Range, sync::Arc};

use carillon_model::{
    error::Result,
    id::{AccountId, CorpId, MemberNo, MessageId, SendSeq, TaskId},
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::{ChatMessage, ConversationHead, ConversationKey, RecalledSend, SendRow, Tx};

/// Maximum of the unread count. More unread messages are not counted.
pub const MAX_UNREAD_COUNT: usize = 100;

/// Upper bound of all sequence numbers.
const END: SendSeq = SendSeq(i64::MAX);
/// Lower bound of all sequence numbers.
const START: SendSeq = SendSeq(0);

/// A message in a conversation.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A mass send that the member received.
    Sent(SendRow),
    /// A message between the member and the account.
    Chat(ChatMessage),
}

impl Entry {
    /// The sequence number. Later entries have larger numbers.
    pub fn seq(&self) -> SendSeq {
        match self {
            Self::Sent(send) => send.seq,
            Self::Chat(chat) => chat.seq,
        }
    }

    /// The time at which it was sent.
    pub fn created_at(&self) -> Timestamp {
        match self {
            Self::Sent(send) => send.created_at,
            Self::Chat(chat) => chat.created_at,
        }
    }

    /// Its id: `task_id` of a mass send, or the id of the message.
    pub fn id(&self) -> &str {
        match self {
            Self::Sent(send) => send.task.as_str(),
            Self::Chat(chat) => chat.id.as_str(),
        }
    }

    /// The mass send, if it is one. Only these have receipts.
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
    /// The newest message. None if there is none.
    pub last: Option<Entry>,
    /// Number of unread messages, up to [`MAX_UNREAD_COUNT`].
    pub unread: usize,
    /// Whether an unread message is urgent.
    pub urgent: bool,
}

/// Returns the conversations of a member, the most recent first. Accounts without messages come last. Disabled accounts are
/// included as long as they have messages.
pub fn conversations(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<Vec<Conversation>> {
    let accounts: Vec<_> = tx.state().corp(corp)?.accounts.values().map(Arc::clone).collect();
    let heads = tx.conversation_heads(corp, member)?;
    let mut found = Vec::with_capacity(accounts.len());
    for account in accounts {
        let head = heads.get(&account.id).copied().unwrap_or_default();
        let read_to = head.read_to.unwrap_or(START);
        let last = last_entry(tx, corp, member, &account.id, head)?;
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

/// Returns the newest entry of a conversation, the same that [`messages`] would return first.
fn last_entry(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    head: ConversationHead,
) -> Result<Option<Entry>> {
    let range = head.last_chat.unwrap_or(START)..END;
    let indexed = head.last_indexed.into_iter().collect();
    for seq in merge_sends(tx, corp, member, account, range, 1, indexed)? {
        if let Some(send) = tx.send_at(corp, seq)? {
            return Ok(Some(Entry::Sent(send)));
        }
    }
    if head.last_chat.is_none() {
        return Ok(None);
    }
    let conversation = ConversationKey { corp: corp.clone(), account: account.clone(), member };
    Ok(tx.chat_messages(&conversation, START..END, 1)?.pop().map(Entry::Chat))
}

/// Unread messages of a conversation.
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
    let conversation = ConversationKey { corp: corp.clone(), account: account.clone(), member };
    let sent = send_seqs(tx, corp, member, account, read_to..END, MAX_UNREAD_COUNT)?.len();
    let replies = tx.count_account_messages_after(&conversation, read_to, MAX_UNREAD_COUNT)?;
    let urgent = sent > 0 && tx.has_ding_after(corp, member, account, read_to)?;
    Ok(Unread { count: MAX_UNREAD_COUNT.min(sent + replies), urgent })
}

/// Returns messages of a conversation, newest first: at most `limit`, older than `before`.
pub fn messages(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    before: Option<SendSeq>,
    limit: usize,
) -> Result<Vec<Entry>> {
    let mut range = START..before.unwrap_or(END);
    let conversation = ConversationKey { corp: corp.clone(), account: account.clone(), member };
    let chat = tx.chat_messages(&conversation, range.clone(), limit)?;
    // Sends older than a whole page of chat messages are on another page.
    if let Some(last) = chat.last().filter(|_| chat.len() >= limit) {
        range.start = last.seq;
    }
    let sent = send_seqs(tx, corp, member, account, range, limit)?;
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

/// Maximum number of recalled sends examined in one read.
const MAX_RECALLED: i64 = 50;

/// Returns the recalled sends of a conversation within a range that excludes both ends, newest first. Only the time of a recalled
/// send is left. Recalled sends to other members are examined too, so older ones leave no trace after fifty of them.
pub fn recalled(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    range: Range<Option<SendSeq>>,
) -> Result<Vec<RecalledSend>> {
    let range = range.start.unwrap_or(START)..range.end.unwrap_or(END);
    let mut recalled = tx.recalled_indexed(corp, member, account, range.clone(), MAX_RECALLED)?;
    recalled.extend(tx.recalled_broadcasts(corp, member, account, range, MAX_RECALLED)?);
    recalled.sort_unstable_by_key(|send| std::cmp::Reverse(send.seq));
    Ok(recalled)
}

/// Returns an entry of a conversation by its id, whatever its kind.
pub fn entry(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    id: &str,
) -> Result<Option<Entry>> {
    let conversation = ConversationKey { corp: corp.clone(), account: account.clone(), member };
    if let Some(chat) = tx.chat_message_in(&conversation, &MessageId::from(id))? {
        return Ok(Some(Entry::Chat(chat)));
    }
    Ok(message(tx, corp, member, account, &TaskId::from(id))?.map(Entry::Sent))
}

/// Returns a mass send, if the member received it and it was not recalled.
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

/// What a member has read of a conversation.
#[derive(Clone, Debug, Default)]
pub struct ReadReceipts {
    /// Mass sends that get a receipt.
    pub sends: Vec<SendSeq>,
    /// The newest message read, of any kind.
    pub newest: Option<SendSeq>,
}

impl<'e> FromIterator<&'e Entry> for ReadReceipts {
    fn from_iter<I: IntoIterator<Item = &'e Entry>>(entries: I) -> Self {
        let mut receipts = Self::default();
        for entry in entries {
            receipts.sends.extend(entry.sent().map(|send| send.seq));
            receipts.newest = receipts.newest.max(Some(entry.seq()));
        }
        receipts
    }
}

/// Stores receipts of a member, and marks everything up to the newest message as read.
pub fn mark_read(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    receipts: &ReadReceipts,
    at: Timestamp,
) -> Result<()> {
    for seq in &receipts.sends {
        tx.insert_receipt(corp, *seq, member, at)?;
    }
    match receipts.newest {
        Some(newest) => tx.set_read_mark(corp, member, account, newest),
        None => Ok(()),
    }
}

/// Maximum number of receipts folded in one unit of work, to keep units short.
const FOLD_BATCH: i64 = 2_000;

/// Returns the sends with receipts that are not folded yet.
pub fn sends_to_fold(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Vec<SendSeq>> {
    let mut found = Vec::new();
    let mut last = START;
    while let Some(seq) = tx.next_send_to_fold(corp, last)? {
        found.push(seq);
        last = seq;
    }
    Ok(found)
}

/// Folds receipts of a send into the bitmap of its readers. Returns true if more remain.
pub fn fold_receipts(tx: &mut Tx<'_>, corp: &CorpId, seq: SendSeq) -> Result<bool> {
    tx.fold_receipts(corp, seq, FOLD_BATCH)
}

/// Returns the sequence numbers of the mass sends to a member within a range that excludes both ends, newest first. Merges
/// indexed sends, broadcasts in memory and archived broadcasts.
fn send_seqs(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    range: Range<SendSeq>,
    limit: usize,
) -> Result<Vec<SendSeq>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let indexed = tx.indexed_sends(corp, member, account, range.end, most)?;
    merge_sends(tx, corp, member, account, range, limit, indexed)
}

/// Merges the newest indexed sends with the broadcasts to the member.
fn merge_sends(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    range: Range<SendSeq>,
    limit: usize,
    indexed: Vec<SendSeq>,
) -> Result<Vec<SendSeq>> {
    let mut send_seqs = indexed;
    send_seqs.retain(|seq| *seq > range.start);
    let window = &tx.state().corp(corp)?.broadcasts;
    let first = window.first();
    if let Some(timeline) = window.get(account) {
        send_seqs.extend(timeline.received(member, range.clone()).take(limit));
    }
    keep_newest(&mut send_seqs, limit);
    // Anything older than a whole page is on another page.
    let after = send_seqs.last().filter(|_| send_seqs.len() >= limit).map_or(range.start, |last| *last);
    if after < first {
        let missing = limit - send_seqs.iter().filter(|seq| **seq >= first).count();
        let archived = after..first.min(range.end);
        send_seqs.extend(tx.archived_broadcasts(corp, member, account, archived, missing)?);
        keep_newest(&mut send_seqs, limit);
    }
    Ok(send_seqs)
}

fn keep_newest(send_seqs: &mut Vec<SendSeq>, limit: usize) {
    send_seqs.sort_unstable_by(|a, b| b.cmp(a));
    send_seqs.truncate(limit);
}
