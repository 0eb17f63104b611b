//! Sessions that ended while nothing could be written: they stay ended in memory until their rows are gone.

use std::sync::{Mutex, MutexGuard, PoisonError};

use carillon_model::id::CorpId;
use carillon_store::SessionHash;
use lru::LruCache;

/// Sessions that are remembered. Beyond that the first ones are forgotten: each was a sign-out while the disk was full.
const MAX_SESSIONS: usize = 10_000;

/// The sessions, with their organisations.
pub struct EndedSessions(Mutex<Ended>);

struct Ended {
    sessions: LruCache<SessionHash, CorpId>,
    /// Whether somebody removes rows.
    is_removing: bool,
}

impl EndedSessions {
    /// None yet.
    pub fn new() -> Self {
        Self(Mutex::new(Ended { sessions: LruCache::unbounded(), is_removing: false }))
    }

    /// Remembers one. Returns true if the caller must begin to remove rows.
    pub fn insert(&self, session: SessionHash, corp: CorpId) -> bool {
        let mut ended = self.lock();
        ended.sessions.put(session, corp);
        if ended.sessions.len() > MAX_SESSIONS {
            ended.sessions.pop_lru();
        }
        !std::mem::replace(&mut ended.is_removing, true)
    }

    /// Whether a session ended.
    pub fn contains(&self, session: &SessionHash) -> bool {
        self.lock().sessions.contains(session)
    }

    /// One whose row is to be removed. After `None` nobody removes rows.
    pub fn next_to_remove(&self) -> Option<(SessionHash, CorpId)> {
        let mut ended = self.lock();
        let next = ended.sessions.peek_lru().map(|(session, corp)| (*session, corp.clone()));
        ended.is_removing = next.is_some();
        next
    }

    /// Forgets one whose row is gone.
    pub fn remove(&self, session: &SessionHash) {
        self.lock().sessions.pop(session);
    }

    fn lock(&self) -> MutexGuard<'_, Ended> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
