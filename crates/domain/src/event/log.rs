//! The delivery log of an app.

use std::sync::Arc;

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    event::{Attempt, DeliveryState, RaisedEvent},
    id::{AppKey, CorpId, EventId},
};
use carillon_store::{App, DeliveryTarget, LogFilter, LoggedEvent, Tx};

use super::{content_for, may_receive};

/// Maximum number of events in one list of failed events.
pub const MAX_FAILED_LISTED: usize = 200;

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
