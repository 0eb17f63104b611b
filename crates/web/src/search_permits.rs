//! Limits each member to one search at a time: a search reads many messages, and shares its threads with statistics.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use carillon_model::id::{CorpId, MemberNo};

/// The members with a running search. There are at most as many as requests.
#[derive(Default)]
pub struct SearchPermits(Mutex<HashSet<(CorpId, MemberNo)>>);

impl SearchPermits {
    /// Returns the permit of a member; `None` if it is in use. Move it into the read, which goes on after the client disconnects.
    pub fn begin(self: &Arc<Self>, corp: &CorpId, member: MemberNo) -> Option<SearchPermit> {
        let of = (corp.clone(), member);
        let is_free = self.members().insert(of.clone());
        is_free.then(|| SearchPermit { permits: Arc::clone(self), of })
    }

    fn members(&self) -> std::sync::MutexGuard<'_, HashSet<(CorpId, MemberNo)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Allows one search. Dropping it frees the permit.
pub struct SearchPermit {
    permits: Arc<SearchPermits>,
    of: (CorpId, MemberNo),
}

impl Drop for SearchPermit {
    fn drop(&mut self) {
        self.permits.members().remove(&self.of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_has_one_search_at_a_time_and_blocks_nobody_else() {
        let permits = Arc::new(SearchPermits::default());
        let (corp, other) = (CorpId::from("a"), CorpId::from("b"));
        let permit = permits.begin(&corp, MemberNo(1));
        assert!(permit.is_some());
        assert!(permits.begin(&corp, MemberNo(1)).is_none());
        assert!(permits.begin(&corp, MemberNo(2)).is_some() && permits.begin(&other, MemberNo(1)).is_some());
        drop(permit);
        assert!(permits.begin(&corp, MemberNo(1)).is_some());
    }
}
