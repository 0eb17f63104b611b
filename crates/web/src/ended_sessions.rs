//! Sessions that ended while the store could not write. They count as ended until their rows are deleted.

use std::sync::{Mutex, MutexGuard, PoisonError};

use carillon_model::id::CorpId;
use carillon_store::SessionHash;
use lru::LruCache;

/// The most sessions in memory. Beyond that the oldest ones are forgotten. Each is a sign-out while the disk was full.
const MAX_SESSIONS: usize = 10_000;

/// The ended sessions, with their organisations.
pub struct EndedSessions(Mutex<Ended>);

struct Ended {
    sessions: LruCache<SessionHash, CorpId>,
    /// True while a task deletes rows.
    is_removing: bool,
}

impl EndedSessions {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self(Mutex::new(Ended { sessions: LruCache::unbounded(), is_removing: false }))
    }

    /// Adds a session. Returns true if the caller must start the task that deletes rows.
    pub fn insert(&self, session: SessionHash, corp: CorpId) -> bool {
        let mut ended = self.lock();
        ended.sessions.put(session, corp);
        if ended.sessions.len() > MAX_SESSIONS {
            ended.sessions.pop_lru();
        }
        !std::mem::replace(&mut ended.is_removing, true)
    }

    /// Returns true if the session has ended.
    pub fn contains(&self, session: &SessionHash) -> bool {
        self.lock().sessions.contains(session)
    }

    /// Returns a session whose row must be deleted. After `None` the task that deletes rows must stop.
    pub fn next_to_remove(&self) -> Option<(SessionHash, CorpId)> {
        let mut ended = self.lock();
        let next = ended.sessions.peek_lru().map(|(session, corp)| (*session, corp.clone()));
        ended.is_removing = next.is_some();
        next
    }

    /// Removes a session whose row was deleted.
    pub fn remove(&self, session: &SessionHash) {
        self.lock().sessions.pop(session);
    }

    fn lock(&self) -> MutexGuard<'_, Ended> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
