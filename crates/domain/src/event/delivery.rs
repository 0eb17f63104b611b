//! Rules of delivery: the route of an event, and the consequences of an attempt.

use std::sync::Arc;

use carillon_model::{
    env::Env,
    error::Result,
    event::{Attempt, Channel},
    id::CorpId,
    time::{DAY_MS, HOUR_MS, Timestamp},
};
use carillon_store::{CorpState, DeliveryTarget, LeasedEvent, Push, Subscription, Tx};

/// Maximum number of rows that one unit of maintenance handles, to keep units short.
const BATCH_ROWS: i64 = 500;

/// Number of attempts without a wait after lost connections.
const IMMEDIATE_ATTEMPTS: i64 = 5;
/// Days after which a channel that no Stream client requested is deleted.
const CHANNEL_DAYS: i64 = 7;

/// The route by which events leave.
#[derive(Clone, Debug)]
pub enum Route {
    /// The callback of this subscription.
    Http(Arc<Subscription>),
    /// The Stream connections of the app.
    Stream,
}

/// The outcome of a delivery attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The receiver accepted the event.
    Delivered,
    /// The attempt failed.
    Failed {
        /// Minimum wait that the receiver asked for, in ms. Zero if it did not.
        retry_after_ms: i64,
    },
    /// The receiver did not reply before the timeout. The event is tried again at once, within the limit of attempts.
    Unanswered,
    /// The app may no longer receive the event. It is given up and not listed as failed.
    Withheld,
    /// The connection was lost before the receiver could reply. This does not count as a failure of the event.
    Interrupted,
}

/// Returns the route of a delivery target.
pub fn route(state: &CorpState, target: &DeliveryTarget) -> Route {
    match state.subscriptions.get(&target.app) {
        Some(subscription)
            if target.channel == Channel::Events && matches!(subscription.push, Push::Http { .. }) =>
        {
            Route::Http(Arc::clone(subscription))
        }
        _ => Route::Stream,
    }
}

/// Records the outcome of an attempt and decides what follows: the event is delivered, retried after the time in the retry table,
/// or given up after the last entry. The next event of the conversation waits until this one is done.
pub fn finish(
    tx: &mut Tx<'_>,
    env: &Env,
    target: &DeliveryTarget,
    leased: &LeasedEvent,
    attempt: &Attempt,
    outcome: DeliveryOutcome,
) -> Result<()> {
    tx.insert_attempt(target, leased.seq, leased.attempt, attempt)?;
    // The lease may have expired and another attempt started. Then only a success still counts.
    if outcome != DeliveryOutcome::Delivered && !tx.is_newest_attempt(target, leased)? {
        return Ok(());
    }
    let now = env.now();
    match outcome {
        DeliveryOutcome::Delivered => tx.end_delivered(target, leased, now),
        DeliveryOutcome::Withheld => tx.end_withheld(target, leased, now),
        DeliveryOutcome::Interrupted => {
            let due_at = now.plus_ms(interruption_wait_ms(leased.attempt));
            tx.postpone_event(target, leased, due_at, leased.failures)
        }
        DeliveryOutcome::Failed { .. } | DeliveryOutcome::Unanswered => {
            let failed_before = usize::try_from(leased.failures).unwrap_or(usize::MAX);
            let Some(wait_ms) = env.settings.delivery.retry_ms.get(failed_before) else {
                return tx.end_failed(target, leased.seq, &leased.conversation, now);
            };
            let wait_ms = match outcome {
                DeliveryOutcome::Failed { retry_after_ms } => jittered(env, *wait_ms).max(retry_after_ms),
                _ => 0,
            };
            tx.postpone_event(target, leased, now.plus_ms(wait_ms), leased.failures + 1)
        }
    }
}

/// Wait before the next attempt after a lost connection, in ms. The number of these attempts is not limited, so they become rarer
/// after a few.
fn interruption_wait_ms(attempt: i64) -> i64 {
    if attempt <= IMMEDIATE_ATTEMPTS { 0 } else { 100 << (attempt - IMMEDIATE_ATTEMPTS - 1).clamp(0, 6) }
}

/// Adds up to a tenth to a wait, so that events that failed together are not retried together.
fn jittered(env: &Env, wait_ms: u64) -> i64 {
    let [dice] = env.random_bytes::<1>();
    let extra = wait_ms / 10 * u64::from(dice) / 255;
    i64::try_from(wait_ms.saturating_add(extra)).unwrap_or(i64::MAX)
}

/// Gives up events that waited too long for a Stream client, and deletes old entries of the delivery log and unused channels.
/// `connected` lists the targets of the organisation that have a connection. Returns true if more work remains.
pub fn maintain(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, connected: &[DeliveryTarget]) -> Result<bool> {
    let settings = &env.settings.delivery;
    let now = env.now();
    let waiting_since = now.plus_ms(-hours(settings.wait_hours));
    let log_days = i64::from(env.settings.retention.delivery_log_days);
    let opened_before = now.plus_ms(-CHANNEL_DAYS * DAY_MS);
    let mut more = false;
    for target in tx.pending_targets_of(corp)? {
        let Route::Stream = route(tx.state().corp(corp)?, &target) else { continue };
        let overdue = tx.events_waiting_since(&target, waiting_since, BATCH_ROWS)?;
        more |= overdue.len() >= usize::try_from(BATCH_ROWS).unwrap_or(usize::MAX);
        for (seq, conversation) in overdue {
            tx.end_failed(&target, seq, &conversation, now)?;
        }
    }
    for target in connected {
        tx.set_stream_channel(&target.corp, &target.app, target.channel, now)?;
    }
    for target in channels(tx.state().corp(corp)?, |opened_at| opened_at < opened_before) {
        tx.delete_stream_channel(&target.corp, &target.app, target.channel)?;
    }
    let apps = tx.state().apps.values().filter(|app| app.corp == *corp);
    let apps: Vec<_> = apps.map(|app| app.key.clone()).collect();
    // Zero days keep the log for ever.
    for app in apps.into_iter().filter(|_| log_days > 0) {
        let ended_before = now.plus_ms(-log_days * DAY_MS);
        more |= tx.delete_ended_events(corp, &app, ended_before, BATCH_ROWS)?
            >= usize::try_from(BATCH_ROWS).unwrap_or(usize::MAX);
    }
    tx.delete_expired_stream_tickets(corp, now)?;
    Ok(more)
}

fn channels(state: &CorpState, chosen: impl Fn(Timestamp) -> bool) -> Vec<DeliveryTarget> {
    let chosen = state.stream_channels.iter().filter(|(_, opened_at)| chosen(**opened_at));
    chosen
        .map(|((app, channel), _)| DeliveryTarget {
            corp: state.corp.id.clone(),
            app: app.clone(),
            channel: *channel,
        })
        .collect()
}

fn hours(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(HOUR_MS).min(36_500 * DAY_MS)
}
