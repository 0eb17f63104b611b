//! One search of a member at a time: a search looks at many messages, and shares its threads with statistics.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use carillon_model::id::{CorpId, MemberNo};

/// Members whose search is under way. There are at most as many as requests.
#[derive(Default)]
pub struct SearchTurns(Mutex<HashSet<(CorpId, MemberNo)>>);

impl SearchTurns {
    /// The turn of a member, unless one is taken. It lasts until it is dropped: give it to the read, which outlives a client that left.
    pub fn begin(self: &Arc<Self>, corp: &CorpId, member: MemberNo) -> Option<SearchTurn> {
        let of = (corp.clone(), member);
        let is_free = self.members().insert(of.clone());
        is_free.then(|| SearchTurn { turns: Arc::clone(self), of })
    }

    fn members(&self) -> std::sync::MutexGuard<'_, HashSet<(CorpId, MemberNo)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A search that is under way.
pub struct SearchTurn {
    turns: Arc<SearchTurns>,
    of: (CorpId, MemberNo),
}

impl Drop for SearchTurn {
    fn drop(&mut self) {
        self.turns.members().remove(&self.of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_has_one_turn_at_a_time_and_holds_up_nobody_else() {
        let turns = Arc::new(SearchTurns::default());
        let (corp, other) = (CorpId::from("a"), CorpId::from("b"));
        let turn = turns.begin(&corp, MemberNo(1));
        assert!(turn.is_some());
        assert!(turns.begin(&corp, MemberNo(1)).is_none());
        assert!(turns.begin(&corp, MemberNo(2)).is_some() && turns.begin(&other, MemberNo(1)).is_some());
        drop(turn);
        assert!(turns.begin(&corp, MemberNo(1)).is_some());
    }
}
