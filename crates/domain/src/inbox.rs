//! What a member has in the inbox. It is read, not written: a send is one row, and each member looks for what is theirs.

use std::{ops::Range, sync::Arc};

use carillon_model::{
    error::Result,
    id::{AccountId, CorpId, MemberNo, SendSeq, TaskId},
    service_account::ServiceAccount,
};
use carillon_store::{SendRow, Tx};

/// Unread messages are counted up to here; more are just as many.
pub const MOST_UNREAD: usize = 100;

/// After all places.
const END: SendSeq = SendSeq(i64::MAX);
/// Before all places.
const START: SendSeq = SendSeq(0);

/// A member's conversation with an account.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The account.
    pub account: Arc<ServiceAccount>,
    /// The newest message; none when the account has not sent the member anything.
    pub last: Option<SendRow>,
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
        let last = match places(tx, corp, member, &account.id, START..END, 1)?.first() {
            Some(newest) => tx.send_at(corp, *newest)?,
            None => None,
        };
        if last.is_some() || !account.disabled {
            let unread = places(tx, corp, member, &account.id, read_to..END, MOST_UNREAD)?.len();
            let urgent = unread > 0 && tx.has_ding_after(corp, member, &account.id, read_to)?;
            found.push(Conversation { account, last, unread, urgent });
        }
    }
    found.sort_by_key(|conversation| {
        std::cmp::Reverse(conversation.last.as_ref().map(|send| (send.created_at, send.seq)))
    });
    Ok(found)
}

/// Messages of an account to a member, newest first: at most `limit`, from before a place on.
pub fn messages(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    before: Option<SendSeq>,
    limit: usize,
) -> Result<Vec<SendRow>> {
    let mut messages = Vec::with_capacity(limit);
    for seq in places(tx, corp, member, account, START..before.unwrap_or(END), limit)? {
        messages.extend(tx.send_at(corp, seq)?);
    }
    Ok(messages)
}

/// One message, if the member received it and it was not taken back.
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

/// Notes that a member has seen messages, and that nothing up to the newest of them is unread.
pub fn mark_read(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    account: &AccountId,
    seen: &[SendSeq],
) -> Result<()> {
    for seq in seen {
        tx.insert_receipt(corp, *seq, member)?;
    }
    match seen.iter().max() {
        Some(newest) => tx.set_read_mark(corp, member, account, *newest),
        None => Ok(()),
    }
}

/// Folds the receipts of sends that have many into their bitmaps, a few sends at a time; answers whether more wait.
pub fn fold_receipts(tx: &mut Tx<'_>) -> Result<bool> {
    /// So many rows are worth the writing of a bitmap.
    const WORTH_IT: i64 = 256;
    /// Sends in one unit of work, so that others do not wait long.
    const AT_ONCE: i64 = 8;
    let sends = tx.sends_to_fold(WORTH_IT, AT_ONCE)?;
    for (corp, seq) in &sends {
        tx.fold_receipts(corp, *seq)?;
    }
    Ok(i64::try_from(sends.len()).is_ok_and(|count| count == AT_ONCE))
}

/// The places of a member's messages after the start of a range and before its end, newest first: those found by bitmap and
/// those indexed, merged.
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
    if let Some(timeline) = tx.state().corp(corp)?.broadcasts.get(account) {
        places.extend(timeline.received(member, between).take(limit));
    }
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.truncate(limit);
    Ok(places)
}
