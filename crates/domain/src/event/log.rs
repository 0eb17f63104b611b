//! The delivery log of an app.

use std::sync::Arc;

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    event::{Attempt, Channel, DeliveryState, EventData, EventKind, RaisedEvent},
    id::{AppKey, CorpId, EventId},
    time::Timestamp,
};
use carillon_store::{App, DeliveryTarget, LogFilter, LoggedEvent, Tx};

use jiff::tz::TimeZone;

use super::{content_for, may_receive};
use crate::mint;

/// Maximum number of events in one list of failed events.
pub const MAX_FAILED_LISTED: usize = 200;

/// Maximum number of events that [`retry_since`] retries.
pub const MAX_RETRIED: usize = 1_000;

/// An event with its delivery attempts.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The event.
    pub event: LoggedEvent,
    /// Attempts, each with its number.
    pub attempts: Vec<(i64, Attempt)>,
}

/// Returns events of an app with their attempts, newest first.
pub fn entries(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    app: &AppKey,
    filter: LogFilter,
    limit: i64,
) -> Result<Vec<Entry>> {
    let events = tx.logged_events(corp, app, filter, limit)?;
    let with_attempts = events.into_iter().map(|event| {
        let attempts = tx.attempts(corp, app, event.seq)?;
        Ok(Entry { event, attempts })
    });
    with_attempts.collect()
}

/// Returns an event of an app: one entry for each channel.
///
/// # Errors
/// [`Rule::UnknownEvent`].
pub fn entries_of(tx: &mut Tx<'_>, corp: &CorpId, app: &AppKey, id: &EventId) -> Result<Vec<Entry>> {
    let events = tx.events_by_id(corp, app, id)?;
    if events.is_empty() {
        return Err(Error::because(Rule::UnknownEvent, id.to_string()));
    }
    let with_attempts = events.into_iter().map(|event| {
        let attempts = tx.attempts(corp, app, event.seq)?;
        Ok(Entry { event, attempts })
    });
    with_attempts.collect()
}

/// Returns the content of an event as the app may see it, if it happened while the bodies of the app's calls were recorded, and they
/// still are. `recorded_since` is the start of the recording.
pub fn recorded_content(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    app: &AppKey,
    event: &LoggedEvent,
    recorded_since: Option<Timestamp>,
) -> Result<Option<RaisedEvent>> {
    if recorded_since.is_none_or(|since| event.born_at < since) {
        return Ok(None);
    }
    let receiver = receiver(tx, app)?;
    if !may_receive(&receiver, event.kind) {
        return Ok(None);
    }
    let content = tx.logged_content(corp, app, event.seq)?;
    content.map(|content| content_for(env, &receiver, content)).transpose()
}

/// What a retry of many events did, or would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetriedEvents {
    /// The number of events.
    pub events: usize,
    /// Whether there are more, which another retry would take.
    pub more: bool,
}

/// Counts the events that [`retry_since`] would retry.
pub fn count_failed_since(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    app: &AppKey,
    since: Timestamp,
    kind: Option<EventKind>,
) -> Result<RetriedEvents> {
    let (failed, more) = failed_since(tx, corp, app, since, kind)?;
    Ok(RetriedEvents { events: failed.len(), more })
}

/// Retries the events of an app that were given up since a time, at most [`MAX_RETRIED`], and those first that were given up first.
/// Tests, and events that the app may not receive, are left out.
pub fn retry_since(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    app: &AppKey,
    since: Timestamp,
    kind: Option<EventKind>,
) -> Result<RetriedEvents> {
    let (failed, more) = failed_since(tx, corp, app, since, kind)?;
    let events = failed.len();
    if events > 0 {
        let change = Change::updated(Subject::Subscription, app)
            .between("retried_since", "", format!("{} UTC", since.format_in(&TimeZone::UTC)))
            .between("retried", "", events.to_string());
        tx.changed(corp, change);
    }
    for event in failed {
        let target = DeliveryTarget { corp: corp.clone(), app: app.clone(), channel: event.channel };
        tx.revive_event(&target, event.seq, &event.conversation, env.now())?;
    }
    Ok(RetriedEvents { events, more })
}

fn failed_since(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    app: &AppKey,
    since: Timestamp,
    kind: Option<EventKind>,
) -> Result<(Vec<LoggedEvent>, bool)> {
    let receiver = receiver(tx, app)?;
    let kinds = EventKind::ALL.into_iter().filter(|found| kind.is_none_or(|kind| kind == *found));
    let limit = i64::try_from(MAX_RETRIED + 1).unwrap_or(i64::MAX);
    let mut failed = Vec::new();
    for kind in kinds.filter(|kind| may_receive(&receiver, *kind)) {
        failed.extend(tx.failed_events_since(corp, app, kind, since, limit)?);
    }
    failed.sort_by_key(|event| (event.ended_at, event.seq));
    let more = failed.len() > MAX_RETRIED;
    failed.truncate(MAX_RETRIED);
    Ok((failed, more))
}

/// Sends a test to an app, by its callback or its Stream connections, in the way of every event. One that still waits is sent again at
/// once instead. Returns its id.
///
/// # Errors
/// [`Rule::CallbackMissing`] if the app has neither, [`Rule::AppDisabled`].
pub fn send_test(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey) -> Result<EventId> {
    let receiver = receiver(tx, app)?;
    if receiver.disabled {
        return Err(Rule::AppDisabled.into());
    }
    if !may_receive(&receiver, EventKind::Test) {
        return Err(Rule::PermissionDenied.into());
    }
    let state = tx.state().corp(corp)?;
    let streams = state.stream_channels.contains_key(&(app.clone(), Channel::Events));
    if !streams && !state.subscriptions.contains_key(app) {
        return Err(Rule::CallbackMissing.into());
    }
    let target = DeliveryTarget { corp: corp.clone(), app: app.clone(), channel: Channel::Events };
    let filter = LogFilter {
        state: Some(DeliveryState::Waiting),
        kind: Some(EventKind::Test),
        ..LogFilter::default()
    };
    let id = match tx.logged_events(corp, app, filter, 1)?.pop() {
        Some(waiting) => {
            tx.send_now(&target, &waiting.conversation, env.now())?;
            waiting.id
        }
        None => {
            let event = RaisedEvent { id: mint::event_id(env), born_at: env.now(), data: EventData::Test };
            tx.insert_event(&target, &event)?;
            event.id
        }
    };
    tx.changed(corp, Change::updated(Subject::Subscription, app).between("tested", "", &id));
    Ok(id)
}

/// Retries an event that was given up. It is delivered before all newer events of its conversation.
pub fn retry(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey, id: &EventId) -> Result<()> {
    let rows = tx.events_by_id(corp, app, id)?;
    if rows.is_empty() {
        return Err(Error::because(Rule::UnknownEvent, id.to_string()));
    }
    let failed: Vec<LoggedEvent> =
        rows.into_iter().filter(|event| event.state == DeliveryState::Failed).collect();
    if failed.is_empty() {
        return Err(Error::because(Rule::EventNotFailed, id.to_string()));
    }
    let receiver = receiver(tx, app)?;
    if let Some(withheld) = failed.iter().find(|event| !may_receive(&receiver, event.kind)) {
        return Err(Error::because(Rule::PermissionDenied, withheld.kind.access().permission()));
    }
    tx.changed(corp, Change::updated(Subject::Subscription, app).between("retried", "", id));
    for event in failed {
        let target = DeliveryTarget { corp: corp.clone(), app: app.clone(), channel: event.channel };
        tx.revive_event(&target, event.seq, &event.conversation, env.now())?;
    }
    Ok(())
}

/// Returns the events of an app that were given up, at most [`MAX_FAILED_LISTED`], and whether there are more. Each event is
/// listed once. Events that the app may not receive are left out.
pub fn failed(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, app: &AppKey) -> Result<(Vec<RaisedEvent>, bool)> {
    let (failed, more) = tx.mark_failed_events_listed(corp, app, MAX_FAILED_LISTED)?;
    let receiver = receiver(tx, app)?;
    let permitted = failed.into_iter().filter(|event| may_receive(&receiver, event.data.kind()));
    Ok((permitted.map(|event| content_for(env, &receiver, event)).collect::<Result<_>>()?, more))
}

fn receiver(tx: &Tx<'_>, app: &AppKey) -> Result<Arc<App>> {
    let app = tx.state().apps.get(app).map(Arc::clone);
    app.ok_or_else(|| Error::internal("the app does not exist"))
}
