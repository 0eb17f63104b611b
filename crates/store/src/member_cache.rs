//! Members that were read lately: programs walk through whole departments, page by page, again and again.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use carillon_model::{contact::Member, id::MemberNo};
use imbl::HashMap;
use lru::LruCache;

/// Members that are remembered take at most so much memory.
const BYTES: usize = 32 << 20;
/// What remembering one costs besides its own bytes.
const ENTRY_BYTES: usize = 128;
/// As many changed members are known one by one; with one more, all count as changed.
const CHANGED: usize = 4_096;

/// Numbers the snapshots that were loaded from rows: each counts changes anew.
static LOADED: AtomicU64 = AtomicU64::new(0);

/// Which members changed when, as far as what was read of them before may still be right.
#[derive(Clone, Debug)]
pub(crate) struct MemberEdits {
    loaded: u64,
    /// Counts changes of members.
    count: u64,
    /// What was read at an earlier count is not known to be right.
    since: u64,
    /// Members that changed since then, with the count of their last change.
    changed: HashMap<MemberNo, u64>,
}

impl MemberEdits {
    /// Nothing is known of what was read before.
    pub(crate) fn new() -> Self {
        let loaded = LOADED.fetch_add(1, Ordering::Relaxed);
        Self { loaded, count: 0, since: 0, changed: HashMap::new() }
    }

    /// Notes that rows of a member changed, or the member's places in departments.
    pub(crate) fn changed(&mut self, member: MemberNo) {
        self.count += 1;
        if self.changed.len() >= CHANGED && !self.changed.contains_key(&member) {
            (self.since, self.changed) = (self.count, HashMap::new());
        } else {
            self.changed.insert(member, self.count);
        }
    }

    /// Whether what was read at a count is what the member is now.
    fn holds(&self, member: MemberNo, read_at: u64) -> bool {
        let last = self.changed.get(&member).copied().unwrap_or(self.since);
        (last..=self.count).contains(&read_at)
    }
}

/// It says how to read rows faster, not what is in them.
impl PartialEq for MemberEdits {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Members of all organisations, in a form that takes less than half of the memory of the values.
pub(crate) struct MemberCache(Mutex<Remembered>);

struct Remembered {
    members: LruCache<(u64, MemberNo), Read>,
    bytes: usize,
}

struct Read {
    at: u64,
    member: Arc<[u8]>,
}

impl Default for MemberCache {
    fn default() -> Self {
        Self(Mutex::new(Remembered { members: LruCache::unbounded(), bytes: 0 }))
    }
}

impl MemberCache {
    /// What is remembered of some members, in the same order.
    pub(crate) fn get(&self, edits: &MemberEdits, numbers: &[MemberNo]) -> Vec<Option<Member>> {
        let mut remembered = self.lock();
        let found: Vec<Option<Arc<[u8]>>> = numbers
            .iter()
            .map(|no| {
                let read = remembered.members.get(&(edits.loaded, *no))?;
                edits.holds(*no, read.at).then(|| Arc::clone(&read.member))
            })
            .collect();
        drop(remembered);
        found.into_iter().map(|bytes| postcard::from_bytes(&bytes?).ok()).collect()
    }

    /// Remembers a member as of a snapshot.
    pub(crate) fn put(&self, edits: &MemberEdits, member: &Member) {
        let Ok(bytes) = postcard::to_allocvec(member) else { return };
        let size = |read: &Read| read.member.len() + ENTRY_BYTES;
        let read = Read { at: edits.count, member: bytes.into() };
        let mut remembered = self.lock();
        remembered.bytes += size(&read);
        let before = remembered.members.put((edits.loaded, member.no), read);
        remembered.bytes -= before.as_ref().map_or(0, size);
        while remembered.bytes > BYTES
            && let Some((_, oldest)) = remembered.members.pop_lru()
        {
            remembered.bytes -= size(&oldest);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_not_known_any_more_and_the_rest_is() {
        let mut edits = MemberEdits::new();
        let before = edits.count;
        edits.changed(MemberNo(1));
        assert!(!edits.holds(MemberNo(1), before) && edits.holds(MemberNo(2), before));
        assert!(edits.holds(MemberNo(1), edits.count));
        // A snapshot does not know what was read from a later one.
        let old = edits.clone();
        edits.changed(MemberNo(2));
        assert!(!old.holds(MemberNo(2), edits.count));
        let other = MemberEdits::new();
        assert_ne!(other.loaded, edits.loaded);
    }

    #[test]
    fn with_one_change_too_many_all_count_as_changed() {
        let mut edits = MemberEdits::new();
        let stranger = MemberNo(u32::MAX);
        for no in (0..).take(CHANGED) {
            edits.changed(MemberNo(no));
        }
        assert!(edits.holds(stranger, 0));
        edits.changed(MemberNo(0));
        assert!(edits.holds(stranger, 0));
        edits.changed(MemberNo(u32::try_from(CHANGED).expect("small")));
        assert!(!edits.holds(stranger, 0) && edits.changed.is_empty());
        assert!(edits.holds(stranger, edits.count));
    }
}
