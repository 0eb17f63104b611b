//! The receivers of a send by name: who has read it, and who has not.

use carillon_model::{
    env::Env,
    error::{Result, Rule},
    id::{AccountId, CorpId, MemberNo, TaskId, UserId},
};
use carillon_store::{SendRow, Tx};

/// Which receivers a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiverFilter {
    /// All.
    All,
    /// Those who have read the send.
    Read,
    /// Those who have not.
    Unread,
}

/// A receiver of a send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// `userid`; `None` if the member has left: another member may have the userid now.
    pub userid: Option<UserId>,
    /// The name; empty if it is not known any more.
    pub name: String,
    /// Whether the member has read the send.
    pub has_read: bool,
}

/// A page of receivers, by member number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverPage {
    /// The receivers.
    pub receivers: Vec<Receiver>,
    /// The number after which the next page begins; `None` on the last page.
    pub next: Option<MemberNo>,
}

/// Returns at most `limit` receivers of a send or an urgent message after a member number. A send that was not sent yet has none.
///
/// # Errors
/// [`Rule::UnknownAccount`], [`Rule::UnknownTask`]; [`Rule::ReadersExpired`] if only the number of readers is still stored.
pub fn receivers(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (account, task): (&AccountId, &TaskId),
    filter: ReceiverFilter,
    after: MemberNo,
    limit: usize,
) -> Result<ReceiverPage> {
    tx.state().corp(corp)?.account(account)?;
    let Some(sent) = tx.send_by_task(corp, account, task)? else {
        let scheduled = tx.send_record(corp, account, task, env.now())?;
        return if scheduled.is_some() { Ok(ReceiverPage::default()) } else { Err(Rule::UnknownTask.into()) };
    };
    of_sent(tx, corp, &sent, filter, after, limit)
}

/// The same for something that was sent.
pub(crate) fn of_sent(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    sent: &SendRow,
    filter: ReceiverFilter,
    after: MemberNo,
    limit: usize,
) -> Result<ReceiverPage> {
    if tx.has_pruned_readers(corp, sent.seq)? {
        return Err(Rule::ReadersExpired.into());
    }
    let readers = tx.readers_of(corp, sent.seq)?;
    let mut audience = tx.audience_of(corp, sent.seq)?;
    match filter {
        ReceiverFilter::All => {}
        ReceiverFilter::Read => audience.intersect(&readers),
        ReceiverFilter::Unread => audience.subtract(&readers),
    }
    // One more than requested shows whether there is a next page.
    let mut numbers: Vec<MemberNo> = audience.after(after.0).take(limit.saturating_add(1)).collect();
    let has_more = numbers.len() > limit;
    numbers.truncate(limit);
    let mut named = tx.named_members(corp, &numbers.iter().copied().collect())?;
    let mut receivers = Vec::with_capacity(numbers.len());
    for number in &numbers {
        receivers.push(Receiver {
            userid: tx.member_name(corp, *number)?.map(|(userid, _)| userid),
            name: named.remove(number).map(|named| named.name).unwrap_or_default(),
            has_read: readers.contains(*number),
        });
    }
    Ok(ReceiverPage { receivers, next: numbers.last().copied().filter(|_| has_more) })
}
