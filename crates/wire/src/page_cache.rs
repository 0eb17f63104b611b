//! Answers with pages of members that were given lately: programs walk through whole departments, again and again.

use std::{
    mem::size_of,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use carillon_model::id::MemberNo;
use carillon_store::{App, CorpState, MemberMark};
use lru::LruCache;

/// What the answers of an operation take in memory at most.
const BYTES: usize = 48 << 20;
/// What remembering one costs besides its own bytes.
const ENTRY_BYTES: usize = 256;

/// A page of members, as the snapshot alone knows it.
pub struct MemberPage {
    /// What was asked for, as far as the answer depends on it.
    pub key: Vec<i64>,
    /// Whose rows and places in departments the answer shows, and one more who decides whether others follow.
    pub members: Vec<MemberNo>,
}

/// The answers of one operation.
pub(crate) struct PageCache(Mutex<Answers>);

/// Answers by the app that they were for and what it asked for.
struct Answers {
    given: LruCache<(String, Vec<i64>), Given>,
    bytes: usize,
}

struct Given {
    /// The app as it was: with other permissions it is another value.
    app: Arc<App>,
    mark: MemberMark,
    members: Vec<MemberNo>,
    answer: Bytes,
}

impl Given {
    fn bytes(&self) -> usize {
        ENTRY_BYTES + self.answer.len() + self.members.len() * size_of::<MemberNo>()
    }
}

impl Default for PageCache {
    fn default() -> Self {
        Self(Mutex::new(Answers { given: LruCache::unbounded(), bytes: 0 }))
    }
}

impl PageCache {
    /// The answer that would be given now, if it was given before.
    pub(crate) fn get(&self, state: &CorpState, app: &Arc<App>, page: &MemberPage) -> Option<Bytes> {
        let mut answers = self.lock();
        let given = answers.given.get(&(app.key.to_string(), page.key.clone()))?;
        let is_same = Arc::ptr_eq(&given.app, app)
            && given.members == page.members
            && state.unchanged_since(given.mark, &given.members);
        is_same.then(|| given.answer.clone())
    }

    /// Remembers what was answered at a moment.
    pub(crate) fn insert(&self, app: Arc<App>, mark: MemberMark, page: MemberPage, answer: Bytes) {
        let key = (app.key.to_string(), page.key);
        let given = Given { app, mark, members: page.members, answer };
        if given.bytes() > BYTES {
            return;
        }
        let mut answers = self.lock();
        answers.bytes += given.bytes();
        let before = answers.given.put(key, given);
        answers.bytes -= before.as_ref().map_or(0, Given::bytes);
        while answers.bytes > BYTES
            && let Some((_, oldest)) = answers.given.pop_lru()
        {
            answers.bytes -= oldest.bytes();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Answers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
