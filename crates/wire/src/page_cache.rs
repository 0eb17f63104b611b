//! A cache of responses with pages of members: programs read whole departments again and again.

use std::{
    mem::size_of,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use carillon_model::id::MemberNo;
use carillon_store::{App, CorpState, MemberVersion};
use lru::LruCache;

/// Bytes of all cached responses of an operation.
const MAX_BYTES: usize = 48 << 20;
/// Bytes of an entry beside its response.
const ENTRY_BYTES: usize = 256;

/// A page of members of the snapshot.
pub struct MemberPage {
    /// The parameters of the request that the response depends on.
    pub key: Vec<i64>,
    /// The members whose rows and memberships are in the response, and the one after, which shows whether there is a next page.
    pub members: Vec<MemberNo>,
}

/// The cached responses of one operation.
pub(crate) struct PageCache(Mutex<Responses>);

/// Responses by app key and parameters.
struct Responses {
    pages: LruCache<(String, Vec<i64>), CachedPage>,
    bytes: usize,
}

struct CachedPage {
    /// The app as it was. With other permissions it is another value.
    app: Arc<App>,
    mark: MemberVersion,
    members: Vec<MemberNo>,
    response: Bytes,
}

impl CachedPage {
    fn bytes(&self) -> usize {
        ENTRY_BYTES + self.response.len() + self.members.len() * size_of::<MemberNo>()
    }
}

impl Default for PageCache {
    fn default() -> Self {
        Self(Mutex::new(Responses { pages: LruCache::unbounded(), bytes: 0 }))
    }
}

impl PageCache {
    /// Returns the cached response if it is still current.
    pub(crate) fn get(&self, state: &CorpState, app: &Arc<App>, page: &MemberPage) -> Option<Bytes> {
        let mut responses = self.lock();
        let cached = responses.pages.get(&(app.key.to_string(), page.key.clone()))?;
        let is_current = Arc::ptr_eq(&cached.app, app)
            && cached.members == page.members
            && state.unchanged_since(cached.mark, &cached.members);
        is_current.then(|| cached.response.clone())
    }

    /// Adds a response that is current at `mark`. Evicts the least recently used ones.
    pub(crate) fn insert(&self, app: Arc<App>, mark: MemberVersion, page: MemberPage, response: Bytes) {
        let key = (app.key.to_string(), page.key);
        let cached = CachedPage { app, mark, members: page.members, response };
        if cached.bytes() > MAX_BYTES {
            return;
        }
        let mut responses = self.lock();
        responses.bytes += cached.bytes();
        let previous = responses.pages.put(key, cached);
        responses.bytes -= previous.as_ref().map_or(0, CachedPage::bytes);
        while responses.bytes > MAX_BYTES
            && let Some((_, oldest)) = responses.pages.pop_lru()
        {
            responses.bytes -= oldest.bytes();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Responses> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
