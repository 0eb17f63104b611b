//! The journal of calls: writes what is recorded in memory, and records bodies of an app for a while.

use std::sync::Arc;

use carillon_model::{
    audit::{Change, Signature, Subject},
    env::Env,
    error::{Error, Result},
    id::{AppKey, CorpId},
    time::{HOUR_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{CallFilter, CallLimits, CallPage, CallPosition, CallRow, PendingCalls, Store, Tx};
use jiff::tz::TimeZone;

/// The action that signs the unit of work.
const ACTION: &str = "calls";

/// Calls with the number of those that were not recorded.
pub struct Journal {
    /// The calls, the newest first.
    pub page: CallPage,
    /// Calls that were not recorded, in the time that refused calls are stored.
    pub unrecorded: i64,
}

/// Returns calls from a position on, the newest first.
pub fn list(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    filter: &CallFilter,
    before: CallPosition,
    limit: usize,
) -> Result<Journal> {
    let since = env.now().plus_ms(-i64::from(env.settings.journal.refused_hours) * HOUR_MS);
    let unrecorded = tx.count_unrecorded_calls(corp, since)?;
    Ok(Journal { page: tx.calls(corp, filter, before, limit)?, unrecorded })
}

/// Returns the call with an id.
pub fn find(tx: &mut Tx<'_>, corp: &CorpId, request_id: &str) -> Result<Option<CallRow>> {
    tx.call(corp, request_id)
}

/// The longest time that bodies of an app's calls are recorded.
pub const MAX_RECORDING_MINUTES: i64 = 60;

/// Records the bodies of an app's calls for some minutes; zero ends it. The audit trail has who did. Returns the end.
///
/// # Errors
/// [`Error::Invalid`] if the organisation has no such app.
pub async fn record_bodies(
    store: Arc<Store>,
    env: Env,
    corp: CorpId,
    signature: Signature,
    app: AppKey,
    minutes: i64,
) -> Result<Option<Timestamp>> {
    let (key, until, work) = recording(&store, &env, corp.clone(), app, minutes);
    store.write(&corp, signature, work).await?;
    store.calls().record_bodies(&key, env.now(), until);
    Ok(until)
}

/// [`record_bodies`] for threads outside of the asynchronous runtime.
pub fn record_bodies_blocking(
    store: &Store,
    env: &Env,
    corp: CorpId,
    signature: Signature,
    app: AppKey,
    minutes: i64,
) -> Result<Option<Timestamp>> {
    let (key, until, work) = recording(store, env, corp.clone(), app, minutes);
    store.write_blocking(&corp, signature, work)?;
    store.calls().record_bodies(&key, env.now(), until);
    Ok(until)
}

/// Returns the app, the end, and the unit of work that notes it in the audit trail.
fn recording(
    store: &Store,
    env: &Env,
    corp: CorpId,
    app: AppKey,
    minutes: i64,
) -> (AppKey, Option<Timestamp>, impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + use<>) {
    let now = env.now();
    let until = (minutes > 0).then(|| now.plus_ms(minutes.min(MAX_RECORDING_MINUTES) * MINUTE_MS));
    let before = store.calls().bodies_recorded_until(&app, now);
    let key = app.clone();
    let work = move |tx: &mut Tx<'_>| {
        if tx.state().corp_of_app(&app) != Some(&corp) {
            return Err(Error::invalid("appKey", "is not an app of the organisation"));
        }
        let text = |at: Option<Timestamp>| at.map(|at| format!("{} UTC", at.format_in(&TimeZone::UTC)));
        let change = Change::updated(Subject::App, &app).between(
            "bodies_recorded_until",
            text(before).unwrap_or_default(),
            text(until).unwrap_or_default(),
        );
        tx.changed(&corp, change);
        Ok(())
    };
    (key, until, work)
}

/// Writes the calls of an organisation that are recorded in memory. If they cannot be written, they are lost and counted.
pub async fn write(store: Arc<Store>, env: Env, corp: CorpId) -> Result<()> {
    let Some(pending) = store.calls().take(&corp) else { return Ok(()) };
    let (calls, work) = insert(pending, &env, &corp);
    let written = store.write(&corp, Signature::server(&env, ACTION), work).await;
    written.inspect_err(|_| store.calls().lose(&corp, calls))
}

/// [`write()`] for threads outside of the asynchronous runtime.
pub fn write_blocking(store: &Store, env: &Env, corp: &CorpId) -> Result<()> {
    let Some(pending) = store.calls().take(corp) else { return Ok(()) };
    let (calls, work) = insert(pending, env, corp);
    let written = store.write_blocking(corp, Signature::server(env, ACTION), work);
    written.inspect_err(|_| store.calls().lose(corp, calls))
}

/// Returns the number of calls, and the unit of work that adds them.
fn insert(
    pending: PendingCalls,
    env: &Env,
    corp: &CorpId,
) -> (u64, impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + use<>) {
    let (rows, unrecorded) = pending.into_rows();
    let calls = unrecorded.saturating_add(rows.len() as u64);
    let journal = &env.settings.journal;
    let limits = CallLimits { accepted: journal.rows.into(), refused: journal.refused_rows.into() };
    let (corp, now) = (corp.clone(), env.now());
    (calls, move |tx: &mut Tx<'_>| tx.insert_calls(&corp, &rows, (unrecorded, now), limits))
}

/// Writes the calls of all organisations. Those of one that cannot be written do not hold up the others.
///
/// # Errors
/// The first error.
pub async fn write_all(store: &Arc<Store>, env: &Env) -> Result<()> {
    let mut outcome = Ok(());
    for corp in store.calls().corps() {
        let written = write(Arc::clone(store), env.clone(), corp).await;
        outcome = outcome.and(written);
    }
    outcome
}
