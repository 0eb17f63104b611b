//! What is kept for a time only (`[retention]` in the configuration). Each step removes a bounded number of rows, so that others
//! do not wait long. Facts are removed by `stats::keep`, the delivery log by `event::delivery`.

use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::{ArticleId, CorpId, MemberNo},
    time::{self, DAY_MS, Timestamp},
};
use carillon_store::Tx;

use crate::send;

/// Rows of each kind that one step removes.
const AT_ONCE: i64 = 500;
/// Sends of which one step forgets the readers: each has a bitmap.
const SENDS_AT_ONCE: i64 = 20;
/// Readers of articles that one look goes through.
const LOOKED_AT: i64 = 5_000;

/// A member who has read an article.
pub type ArticleReader = (ArticleId, MemberNo);

/// A place before all readers of articles.
pub const FIRST_READER: ArticleReader = (ArticleId(0), MemberNo(0));

/// Removes a batch of everything that has expired, or was kept for long enough, in memory or at all; returns whether there is more.
pub fn remove_batch(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<bool> {
    let kept = &env.settings.retention;
    let now = env.now();
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let mut more = tx.delete_expired_sessions(corp, now, AT_ONCE)? >= AT_ONCE;
    more |= tx.delete_expired_tokens(corp, now, AT_ONCE)? >= AT_ONCE;
    if let Some(before) = before(now, kept.send_quota_days) {
        more |= tx.delete_send_quotas(corp, before.day(&zone), AT_ONCE)? >= AT_ONCE;
    }
    if let Some(before) = before(now, kept.call_count_days) {
        tx.delete_call_counts(corp, before.day(&zone))?;
    }
    if let Some(before) = before(now, kept.activity_days) {
        tx.delete_active_days(corp, before.day(&zone))?;
    }
    if let Some(before) = before(now, kept.conversation_days) {
        more |= tx.delete_chat_messages(corp, before, AT_ONCE)? >= AT_ONCE;
    }
    if let Some(before) = before(now, kept.draft_days) {
        more |= tx.delete_old_drafts(corp, before, AT_ONCE)? >= AT_ONCE;
    }
    if let Some(before) = before(now, kept.receipt_days) {
        more |= tx.prune_readers(corp, before, SENDS_AT_ONCE)? >= SENDS_AT_ONCE;
    }
    if let Some(before) = before(now, kept.audit_days) {
        more |= tx.delete_audit(corp, before, AT_ONCE)? >= AT_ONCE;
    }
    // What an organisation sent that sends nothing more, and what an earlier version left in memory.
    more |= send::move_window(tx, env, corp)?;
    Ok(more)
}

/// The first readings of articles before this moment are forgotten; none if they are kept for ever.
pub fn article_readers_before(env: &Env) -> Option<Timestamp> {
    before(env.now(), env.settings.retention.article_reader_days)
}

/// Looks at some readers of articles from a place on: those who first read before a moment, and the place to go on from.
pub fn old_article_readers(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    from: ArticleReader,
    before: Timestamp,
) -> Result<(Vec<ArticleReader>, Option<ArticleReader>)> {
    let readers = tx.article_readers_from(corp, from, LOOKED_AT)?;
    let all = i64::try_from(readers.len()).is_ok_and(|count| count < LOOKED_AT);
    let next = readers.last().map(|(article, member, _)| (*article, *member)).filter(|_| !all);
    let old = readers.into_iter().filter(|(.., first_read)| *first_read < before);
    Ok((old.map(|(article, member, _)| (article, member)).collect(), next))
}

/// The moment that so many days ago was; what is older goes. None for zero days: it is kept for ever.
fn before(now: Timestamp, days: u32) -> Option<Timestamp> {
    (days > 0).then(|| now.plus_ms(-i64::from(days) * DAY_MS))
}
