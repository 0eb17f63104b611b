//! Removes data whose retention period is over (`[retention]` and `[journal]` in the configuration). Each step removes a bounded number of rows,
//! to keep units of work short. `stats::finalize` removes facts, and `event::delivery` the delivery log.

use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::{ArticleId, CorpId, MemberNo},
    time::{self, DAY_MS, HOUR_MS, Timestamp},
};
use carillon_store::Tx;

use crate::send;

/// Maximum number of rows of each kind removed in one step.
const BATCH_ROWS: i64 = 500;
/// Maximum number of sends whose readers one step removes. Each has a bitmap.
const BATCH_SENDS: i64 = 20;
/// Maximum number of readers of articles that one read examines.
const BATCH_READERS: i64 = 5_000;

/// A member who has read an article.
pub type ArticleReader = (ArticleId, MemberNo);

/// Sorts before all readers of articles.
pub const READERS_START: ArticleReader = (ArticleId(0), MemberNo(0));

/// Removes a batch of everything that has expired or whose retention period is over. Returns true if more remains.
pub fn remove_batch(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<bool> {
    let retention = &env.settings.retention;
    let now = env.now();
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let mut more = tx.delete_expired_sessions(corp, now, BATCH_ROWS)? >= BATCH_ROWS;
    more |= tx.delete_expired_tokens(corp, now, BATCH_ROWS)? >= BATCH_ROWS;
    more |= tx.delete_expired_password_links(corp, now, BATCH_ROWS)? >= BATCH_ROWS;
    if let Some(before) = before(now, retention.send_quota_days) {
        more |= tx.delete_send_quotas(corp, before.day(&zone), BATCH_ROWS)? >= BATCH_ROWS;
    }
    if let Some(before) = before(now, retention.call_count_days) {
        tx.delete_call_counts(corp, before.day(&zone))?;
    }
    if let Some(before) = before(now, retention.activity_days) {
        tx.delete_active_days(corp, before.day(&zone))?;
    }
    if let Some(before) = before(now, retention.conversation_days) {
        more |= tx.delete_chat_messages(corp, before, BATCH_ROWS)? >= BATCH_ROWS;
    }
    if let Some(before) = before(now, retention.draft_days) {
        more |= tx.delete_old_drafts(corp, before, BATCH_ROWS)? >= BATCH_ROWS;
    }
    if let Some(before) = before(now, retention.receipt_days) {
        more |= tx.prune_readers(corp, before, BATCH_SENDS)? >= BATCH_SENDS;
    }
    if let Some(before) = before(now, retention.audit_days) {
        more |= tx.delete_audit(corp, before, BATCH_ROWS)? >= BATCH_ROWS;
    }
    let journal = &env.settings.journal;
    let before_hours = |hours: u32| now.plus_ms(-i64::from(hours) * HOUR_MS);
    more |= tx.delete_accepted_calls(corp, before_hours(journal.hours), BATCH_ROWS)? >= BATCH_ROWS;
    more |= tx.delete_call_bodies(corp, before_hours(journal.hours), BATCH_ROWS)? >= BATCH_ROWS;
    more |= tx.delete_refused_calls(corp, before_hours(journal.refused_hours), BATCH_ROWS)? >= BATCH_ROWS;
    // Covers organisations that no longer send, and broadcasts that an earlier version left in memory.
    more |= send::move_window(tx, env, corp)?;
    Ok(more)
}

/// Returns the time before which first readings of articles are removed. None if they are kept for ever.
pub fn article_readers_before(env: &Env) -> Option<Timestamp> {
    before(env.now(), env.settings.retention.article_reader_days)
}

/// Examines some readers of articles from a position on. Returns those who first read before a time, and the position to continue
/// from.
pub fn expired_article_readers(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    from: ArticleReader,
    before: Timestamp,
) -> Result<(Vec<ArticleReader>, Option<ArticleReader>)> {
    let readers = tx.article_readers_from(corp, from, BATCH_READERS)?;
    let all = i64::try_from(readers.len()).is_ok_and(|count| count < BATCH_READERS);
    let next = readers.last().map(|(article, member, _)| (*article, *member)).filter(|_| !all);
    let old = readers.into_iter().filter(|(.., first_read)| *first_read < before);
    Ok((old.map(|(article, member, _)| (article, member)).collect(), next))
}

/// Returns the time that is `days` days ago. None for zero days, which keep data for ever.
fn before(now: Timestamp, days: u32) -> Option<Timestamp> {
    (days > 0).then(|| now.plus_ms(-i64::from(days) * DAY_MS))
}
