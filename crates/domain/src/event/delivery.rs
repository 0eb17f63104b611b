//! The rules of delivery: by which way an event goes, and what follows from how an attempt went.

use std::sync::Arc;

use carillon_model::{
    env::Env,
    error::Result,
    event::{Attempt, Channel},
    id::CorpId,
    time::{DAY_MS, HOUR_MS, Timestamp},
};
use carillon_store::{CorpState, DeliveryTarget, LeasedEvent, Push, Subscription, Tx};

/// Rows that one unit of work of the upkeep looks at, so that others do not wait long.
const AT_ONCE: i64 = 500;

/// Attempts that follow each other at once when connections are lost.
const ATTEMPTS_AT_ONCE: i64 = 5;
/// Days after which a channel that no Stream client asked for is forgotten.
const CHANNEL_DAYS: i64 = 7;

/// The way by which events leave.
#[derive(Clone, Debug)]
pub enum Route {
    /// To the callback of this subscription.
    Http(Arc<Subscription>),
    /// To Stream connections of the app.
    Stream,
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The receiver has it.
    Delivered,
    /// It failed. The receiver may have said for how many milliseconds it wants to be left alone.
    Failed {
        /// Those milliseconds.
        retry_after_ms: i64,
    },
    /// The receiver said nothing in all the time that it had: it is asked again at once, but not for ever.
    Unanswered,
    /// The app may not receive it any more: it is given up, and the failed list does not show it.
    Withheld,
    /// The connection was lost before the receiver could say anything: that is nothing against the event.
    Interrupted,
}

/// The way by which events of an outlet leave.
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

/// Notes how an attempt went, and decides what becomes of the event: delivered, tried again after the time that the table
/// gives, or given up after the last of them. The next event of the conversation follows only when this one is done with.
pub fn finish(
    tx: &mut Tx<'_>,
    env: &Env,
    target: &DeliveryTarget,
    leased: &LeasedEvent,
    attempt: &Attempt,
    outcome: DeliveryOutcome,
) -> Result<()> {
    tx.insert_attempt(target, leased.seq, leased.attempt, attempt)?;
    // Whoever held it for longer than its lease has been overtaken; only good news from there still count.
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

/// Before the next attempt after a lost connection, in ms. No limit of attempts ends these, so after some at once they get rarer.
fn interruption_wait_ms(attempt: i64) -> i64 {
    if attempt <= ATTEMPTS_AT_ONCE { 0 } else { 100 << (attempt - ATTEMPTS_AT_ONCE - 1).clamp(0, 6) }
}

/// A time and up to a tenth more, so that what failed together is not tried together.
fn jittered(env: &Env, wait_ms: u64) -> i64 {
    let [dice] = env.random_bytes::<1>();
    let extra = wait_ms / 10 * u64::from(dice) / 255;
    i64::try_from(wait_ms.saturating_add(extra)).unwrap_or(i64::MAX)
}

/// Gives up what has waited too long for a Stream client, and forgets old entries of the log and channels that nobody has asked
/// for in a long time; `connected` has those of the organisation that somebody is connected to. Returns whether there is more to do.
pub fn maintain(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, connected: &[DeliveryTarget]) -> Result<bool> {
    let settings = &env.settings.delivery;
    let now = env.now();
    let waiting_since = now.plus_ms(-hours(settings.wait_hours));
    let log_days = i64::from(env.settings.retention.delivery_log_days);
    let asked_since = now.plus_ms(-CHANNEL_DAYS * DAY_MS);
    let mut more = false;
    for target in tx.pending_targets_of(corp)? {
        let Route::Stream = route(tx.state().corp(corp)?, &target) else { continue };
        let overdue = tx.events_waiting_since(&target, waiting_since, AT_ONCE)?;
        more |= overdue.len() >= usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        for (seq, conversation) in overdue {
            tx.end_failed(&target, seq, &conversation, now)?;
        }
    }
    for target in connected {
        tx.set_stream_channel(&target.corp, &target.app, target.channel, now)?;
    }
    for target in channels(tx.state().corp(corp)?, |opened_at| opened_at < asked_since) {
        tx.delete_stream_channel(&target.corp, &target.app, target.channel)?;
    }
    let apps = tx.state().apps.values().filter(|app| app.corp == *corp);
    let apps: Vec<_> = apps.map(|app| app.key.clone()).collect();
    // Zero days are for ever.
    for app in apps.into_iter().filter(|_| log_days > 0) {
        let kept_since = now.plus_ms(-log_days * DAY_MS);
        more |= tx.delete_ended_events(corp, &app, kept_since, AT_ONCE)?
            >= usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
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
