//! Which members changed when: so that whatever was made of them, an answer for example, is known to be right still.

use std::sync::atomic::{AtomicU64, Ordering};

use carillon_model::id::MemberNo;
use imbl::HashMap;

use crate::state::CorpState;

/// As many changed members are known one by one; with one more, all count as changed.
const CHANGED: usize = 4_096;

/// Numbers the snapshots that were loaded from rows: each counts changes anew.
static LOADED: AtomicU64 = AtomicU64::new(0);

/// A moment in the life of an organisation's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberMark {
    loaded: u64,
    count: u64,
}

/// Which members changed when.
#[derive(Clone, Debug)]
pub(crate) struct MemberEdits {
    now: MemberMark,
    /// All count as changed up to there.
    since: u64,
    /// Members that changed since then, with the count of their last change.
    changed: HashMap<MemberNo, u64>,
}

impl MemberEdits {
    /// Nothing is known of what was before.
    pub(crate) fn new() -> Self {
        let loaded = LOADED.fetch_add(1, Ordering::Relaxed);
        Self { now: MemberMark { loaded, count: 0 }, since: 0, changed: HashMap::new() }
    }

    /// Notes that rows of a member changed, or the member's places in departments.
    pub(crate) fn changed(&mut self, member: MemberNo) {
        self.now.count += 1;
        if self.changed.len() >= CHANGED && !self.changed.contains_key(&member) {
            (self.since, self.changed) = (self.now.count, HashMap::new());
        } else {
            self.changed.insert(member, self.now.count);
        }
    }
}

/// It does not say what the organisation is, but how its snapshot came to be.
impl PartialEq for MemberEdits {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl CorpState {
    /// This moment.
    pub fn member_mark(&self) -> MemberMark {
        self.member_edits.now
    }

    /// Whether some members are now what they were at a moment: their rows, and their places in departments. False when that is
    /// not known, and of a moment that has not come in this snapshot.
    pub fn unchanged_since(&self, mark: MemberMark, members: &[MemberNo]) -> bool {
        let MemberEdits { now, since, changed } = &self.member_edits;
        let is_known = mark.loaded == now.loaded && (*since..=now.count).contains(&mark.count);
        let is_same = |no: &MemberNo| changed.get(no).is_none_or(|last| *last <= mark.count);
        is_known && (mark.count == now.count || members.iter().all(is_same))
    }
}

#[cfg(test)]
mod tests {
    use carillon_model::time::Timestamp;

    use super::*;
    use crate::corp::Corp;

    fn organisation() -> CorpState {
        CorpState::new(Corp::new("ding".into(), String::new(), Timestamp(0)))
    }

    #[test]
    fn who_changed_is_told_from_who_did_not() {
        let mut state = organisation();
        let before = state.member_mark();
        state.member_edits.changed(MemberNo(1));
        let [one, two] = [MemberNo(1), MemberNo(2)];
        assert!(!state.unchanged_since(before, &[two, one]) && state.unchanged_since(before, &[two]));
        assert!(state.unchanged_since(state.member_mark(), &[one, two]));
        // A snapshot does not know what comes later, nor another one that was loaded.
        let old = state.clone();
        state.member_edits.changed(two);
        assert!(!old.unchanged_since(state.member_mark(), &[]));
        assert!(!organisation().unchanged_since(before, &[]));
    }

    #[test]
    fn with_one_change_too_many_all_count_as_changed() {
        let mut state = organisation();
        let (before, stranger) = (state.member_mark(), MemberNo(u32::MAX));
        for no in (0..).take(CHANGED) {
            state.member_edits.changed(MemberNo(no));
        }
        state.member_edits.changed(MemberNo(0));
        assert!(state.unchanged_since(before, &[stranger]));
        state.member_edits.changed(MemberNo(u32::try_from(CHANGED).expect("small")));
        assert!(!state.unchanged_since(before, &[stranger]) && state.member_edits.changed.is_empty());
        assert!(state.unchanged_since(state.member_mark(), &[stranger]));
    }
}
