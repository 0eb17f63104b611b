//! Calls that are recorded in memory and not written yet: a durable write for each would cost more than most calls.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use carillon_model::{
    id::{AppKey, CorpId},
    time::Timestamp,
};

use crate::{
    app::App,
    call::{CallRow, RefusalRow},
    call_body::CallBody,
};

/// The newest calls of unknown callers that are kept.
const UNKNOWN_CALLERS: usize = 200;
/// Calls with bodies of an organisation that wait to be written.
const MAX_BODIES: usize = 100;

/// A recorded call. Of a call that succeeds, nothing is copied.
#[derive(Debug)]
pub struct RecordedCall {
    /// When the response was ready.
    pub at: Timestamp,
    /// The id in the response.
    pub request_id: String,
    /// The id of the operation; `none` for a path that no operation has.
    pub operation: &'static str,
    /// Who called.
    pub caller: RecordedCaller,
    /// The HTTP status.
    pub status: u16,
    /// Microseconds until the response was ready.
    pub micros: i64,
    /// Where the call came from, as in [`CallRow::address`].
    pub address: &'static str,
    /// Why it was refused; `None` if it succeeded.
    pub refusal: Option<Box<RefusalRow>>,
    /// Its bodies, if they are recorded.
    pub body: Option<Box<CallBody>>,
}

/// The caller of a recorded call.
#[derive(Clone, Debug)]
pub enum RecordedCaller {
    /// An app.
    App(Arc<App>),
    /// Another kind of caller.
    Other {
        /// `operator`, `member` or `local`.
        kind: &'static str,
        /// The userid of an operator.
        id: String,
    },
}

/// Calls whose caller did not prove who it is. They belong to no organisation, so that a stranger cannot fill its journal.
#[derive(Clone, Debug, Default)]
pub struct UnknownCallers {
    /// The number of calls since the start of the server, by operation and cause.
    pub counts: BTreeMap<(&'static str, String), u64>,
    /// The newest calls, the newest first.
    pub newest: VecDeque<CallRow>,
}

/// The recorded calls of all organisations.
#[derive(Default)]
pub struct CallQueue {
    by_corp: Mutex<HashMap<CorpId, PendingCalls>>,
    unknown_callers: Mutex<UnknownCallers>,
    /// Apps whose bodies are recorded: since when, and until when.
    recordings: Mutex<HashMap<AppKey, (Timestamp, Timestamp)>>,
    /// Whether there are any.
    has_recordings: AtomicBool,
}

/// The recorded calls of an organisation.
#[derive(Debug, Default)]
pub struct PendingCalls {
    accepted: Vec<RecordedCall>,
    refused: Vec<RecordedCall>,
    /// Calls beyond the limit.
    unrecorded: u64,
    /// Calls with bodies.
    bodies: usize,
}

impl CallQueue {
    /// Records a call, refused or not. If there are `limit` calls of its kind since the last write, it is only counted, and `call` is
    /// not called. Returns whether it was recorded.
    pub fn record(
        &self,
        corp: &CorpId,
        is_refused: bool,
        limit: usize,
        call: impl FnOnce() -> RecordedCall,
    ) -> bool {
        let mut by_corp = lock(&self.by_corp);
        let pending = match by_corp.get_mut(corp) {
            Some(pending) => pending,
            None => by_corp.entry(corp.clone()).or_default(),
        };
        let calls = if is_refused { &mut pending.refused } else { &mut pending.accepted };
        let has_room = calls.len() < limit;
        if has_room {
            let mut call = call();
            if call.body.is_some() {
                pending.bodies += 1;
                if pending.bodies > MAX_BODIES {
                    call.body = None;
                }
            }
            calls.push(call);
        } else {
            pending.unrecorded = pending.unrecorded.saturating_add(1);
        }
        has_room
    }

    /// Records a call of an unknown caller.
    pub fn record_unknown_caller(&self, call: RecordedCall) {
        let mut unknown = lock(&self.unknown_callers);
        let cause = call.refusal.as_ref().map(|refusal| refusal.cause.clone()).unwrap_or_default();
        *unknown.counts.entry((call.operation, cause)).or_default() += 1;
        unknown.newest.truncate(UNKNOWN_CALLERS - 1);
        unknown.newest.push_front(call.into_row());
    }

    /// Calls of unknown callers since the start of the server.
    pub fn unknown_callers(&self) -> UnknownCallers {
        lock(&self.unknown_callers).clone()
    }

    /// The organisations with calls that are not written yet.
    pub fn corps(&self) -> Vec<CorpId> {
        let by_corp = lock(&self.by_corp);
        by_corp.iter().filter(|(_, pending)| !pending.is_empty()).map(|(corp, _)| corp.clone()).collect()
    }

    /// Takes the calls of an organisation; `None` if there are none.
    pub fn take(&self, corp: &CorpId) -> Option<PendingCalls> {
        let mut by_corp = lock(&self.by_corp);
        let pending = by_corp.get_mut(corp).filter(|pending| !pending.is_empty())?;
        Some(std::mem::take(pending))
    }

    /// Records the bodies of an app's calls from now until a time; `None` ends it. A restart of the server ends it too. One that runs
    /// goes on until the new time.
    pub fn record_bodies(&self, app: &AppKey, now: Timestamp, until: Option<Timestamp>) {
        let mut recordings = lock(&self.recordings);
        match until {
            Some(until) => {
                let running = recordings.get(app).filter(|(_, until)| *until > now);
                let since = running.map_or(now, |(since, _)| *since);
                recordings.insert(app.clone(), (since, until));
            }
            None => drop(recordings.remove(app)),
        }
        self.has_recordings.store(!recordings.is_empty(), Ordering::Relaxed);
    }

    /// Until when bodies of an app's calls are recorded; `None` if they are not.
    pub fn bodies_recorded_until(&self, app: &AppKey, now: Timestamp) -> Option<Timestamp> {
        self.recording(app, now).map(|(_, until)| until)
    }

    /// Since when bodies of an app's calls are recorded; `None` if they are not.
    pub fn bodies_recorded_since(&self, app: &AppKey, now: Timestamp) -> Option<Timestamp> {
        self.recording(app, now).map(|(since, _)| since)
    }

    fn recording(&self, app: &AppKey, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        if !self.has_recordings.load(Ordering::Relaxed) {
            return None;
        }
        let mut recordings = lock(&self.recordings);
        recordings.retain(|_, (_, until)| *until > now);
        self.has_recordings.store(!recordings.is_empty(), Ordering::Relaxed);
        recordings.get(app).copied()
    }

    /// Counts calls that could not be written.
    pub fn lose(&self, corp: &CorpId, calls: u64) {
        let mut by_corp = lock(&self.by_corp);
        let pending = by_corp.entry(corp.clone()).or_default();
        pending.unrecorded = pending.unrecorded.saturating_add(calls);
    }
}

impl PendingCalls {
    fn is_empty(&self) -> bool {
        self.accepted.is_empty() && self.refused.is_empty() && self.unrecorded == 0
    }

    /// The calls as rows in the order of time, and the number of those that were not recorded.
    pub fn into_rows(self) -> (Vec<CallRow>, u64) {
        let recorded = self.accepted.into_iter().chain(self.refused);
        let mut rows: Vec<CallRow> = recorded.map(RecordedCall::into_row).collect();
        rows.sort_by_key(|row| row.at);
        (rows, self.unrecorded)
    }
}

impl RecordedCall {
    fn into_row(self) -> CallRow {
        let (caller, caller_id) = match self.caller {
            RecordedCaller::App(app) => ("app", app.key.to_string()),
            RecordedCaller::Other { kind, id } => (kind, id),
        };
        CallRow {
            at: self.at,
            request_id: self.request_id,
            operation: self.operation.to_owned(),
            caller: caller.to_owned(),
            caller_id,
            status: self.status,
            micros: self.micros,
            address: self.address.to_owned(),
            refusal: self.refusal.map(|refusal| *refusal),
            body: self.body.map(|body| *body),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(at: i64, refusal: Option<RefusalRow>) -> RecordedCall {
        RecordedCall {
            at: Timestamp(at),
            request_id: at.to_string(),
            operation: "article.add",
            caller: RecordedCaller::Other { kind: "local", id: String::new() },
            status: 200,
            micros: 1,
            address: "",
            refusal: refusal.map(Box::new),
            body: None,
        }
    }

    #[test]
    fn what_exceeds_the_limit_is_counted_and_refused_calls_have_their_own() {
        let (queue, corp) = (CallQueue::default(), CorpId::from("a"));
        for at in [1, 3, 5] {
            queue.record(&corp, false, 2, || call(at, None));
        }
        queue.record(&corp, true, 2, || call(2, Some(RefusalRow::default())));
        let (rows, unrecorded) = queue.take(&corp).unwrap_or_default().into_rows();
        let times: Vec<i64> = rows.iter().map(|row| row.at.0).collect();
        assert_eq!((times, unrecorded), (vec![1, 2, 3], 1));
        assert!(queue.take(&corp).is_none() && queue.corps().is_empty());
        queue.lose(&corp, 3);
        assert_eq!(queue.take(&corp).unwrap_or_default().into_rows().1, 3);
    }

    #[test]
    fn bodies_are_recorded_until_their_time_and_not_too_many() {
        let (queue, corp, app) = (CallQueue::default(), CorpId::from("a"), AppKey::from("app"));
        queue.record_bodies(&app, Timestamp(3), Some(Timestamp(10)));
        queue.record_bodies(&app, Timestamp(5), Some(Timestamp(10)));
        assert_eq!(queue.bodies_recorded_since(&app, Timestamp(9)), Some(Timestamp(3)));
        assert_eq!(queue.bodies_recorded_until(&app, Timestamp(9)), Some(Timestamp(10)));
        assert_eq!(queue.bodies_recorded_until(&AppKey::from("other"), Timestamp(9)), None);
        assert_eq!(queue.bodies_recorded_until(&app, Timestamp(10)), None);
        queue.record_bodies(&app, Timestamp(10), Some(Timestamp(20)));
        assert_eq!(queue.bodies_recorded_since(&app, Timestamp(12)), Some(Timestamp(10)));
        queue.record_bodies(&app, Timestamp(10), None);
        assert_eq!(queue.bodies_recorded_until(&app, Timestamp(9)), None);
        for at in 0..=100 {
            let body = CallBody { request: String::new(), response: String::new() };
            let with_body = || RecordedCall { body: Some(Box::new(body)), ..call(at, None) };
            queue.record(&corp, false, 1_000, with_body);
        }
        let rows = queue.take(&corp).unwrap_or_default().into_rows().0;
        assert_eq!((rows.len(), rows.iter().filter(|row| row.body.is_some()).count()), (101, 100));
    }

    #[test]
    fn calls_of_unknown_callers_are_counted_and_the_newest_are_kept() {
        let queue = CallQueue::default();
        let refusal = RefusalRow { cause: "TokenInvalid".to_owned(), ..RefusalRow::default() };
        for at in 0..=200 {
            queue.record_unknown_caller(call(at, Some(refusal.clone())));
        }
        let unknown = queue.unknown_callers();
        assert_eq!(unknown.counts.get(&("article.add", "TokenInvalid".to_owned())), Some(&201));
        assert_eq!(
            (unknown.newest.len(), unknown.newest[0].at, unknown.newest[199].at.0),
            (200, Timestamp(200), 1)
        );
    }
}
