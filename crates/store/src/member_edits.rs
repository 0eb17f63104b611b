//! The members that changed lately, so that caches of their data can be validated.

use std::sync::atomic::{AtomicU64, Ordering};

use carillon_model::id::MemberNo;
use imbl::HashMap;

use crate::state::CorpState;

/// The maximum number of changed members that are recorded. With one more, all members count as changed.
const MAX_CHANGED: usize = 4_096;

/// Counts the snapshots that were loaded from rows, each of which counts changes from 0.
static LOADED: AtomicU64 = AtomicU64::new(0);

/// A version of the members of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberVersion {
    loaded: u64,
    count: u64,
}

/// The changes of members.
#[derive(Clone, Debug)]
pub(crate) struct MemberEdits {
    now: MemberVersion,
    /// All members count as changed up to this count.
    since: u64,
    /// The members that changed later, with the count of their last change.
    changed: HashMap<MemberNo, u64>,
}

impl MemberEdits {
    /// Earlier changes are unknown.
    pub(crate) fn new() -> Self {
        let loaded = LOADED.fetch_add(1, Ordering::Relaxed);
        Self { now: MemberVersion { loaded, count: 0 }, since: 0, changed: HashMap::new() }
    }

    /// Records a change of a member's rows or memberships.
    pub(crate) fn changed(&mut self, member: MemberNo) {
        self.now.count += 1;
        if self.changed.len() >= MAX_CHANGED && !self.changed.contains_key(&member) {
            (self.since, self.changed) = (self.now.count, HashMap::new());
        } else {
            self.changed.insert(member, self.now.count);
        }
    }
}

/// Always equal: it does not describe the organisation, but the history of its snapshot.
impl PartialEq for MemberEdits {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl CorpState {
    /// The current version of the members.
    pub fn member_version(&self) -> MemberVersion {
        self.member_edits.now
    }

    /// Returns true if the rows and memberships of some members are the same as at an earlier version. Returns false if that is
    /// unknown, and for a version that is later than this snapshot.
    pub fn unchanged_since(&self, mark: MemberVersion, members: &[MemberNo]) -> bool {
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
    fn changed_and_unchanged_members_are_distinguished() {
        let mut state = organisation();
        let before = state.member_version();
        state.member_edits.changed(MemberNo(1));
        let [one, two] = [MemberNo(1), MemberNo(2)];
        assert!(!state.unchanged_since(before, &[two, one]) && state.unchanged_since(before, &[two]));
        assert!(state.unchanged_since(state.member_version(), &[one, two]));
        // Later versions and versions of another loaded snapshot are unknown.
        let old = state.clone();
        state.member_edits.changed(two);
        assert!(!old.unchanged_since(state.member_version(), &[]));
        assert!(!organisation().unchanged_since(before, &[]));
    }

    #[test]
    fn with_one_change_too_many_all_count_as_changed() {
        let mut state = organisation();
        let (before, unchanged) = (state.member_version(), MemberNo(u32::MAX));
        for no in (0..).take(MAX_CHANGED) {
            state.member_edits.changed(MemberNo(no));
        }
        state.member_edits.changed(MemberNo(0));
        assert!(state.unchanged_since(before, &[unchanged]));
        state.member_edits.changed(MemberNo(u32::try_from(MAX_CHANGED).expect("small")));
        assert!(!state.unchanged_since(before, &[unchanged]) && state.member_edits.changed.is_empty());
        assert!(state.unchanged_since(state.member_version(), &[unchanged]));
    }
}
