//! The sends of an account that members find by their bitmap, in an order that a member's read can skip through.

use std::{ops::Range, sync::Arc};

use carillon_model::{
    audience::Audience,
    id::{MemberNo, SendSeq},
    time::Timestamp,
};
use imbl::OrdMap;

/// Places that share a block. Of 2000 sends to one member in a hundred each, a page took 184 µs one by one, and a tenth of it
/// in blocks of eight: `cargo xtask bench inbox`.
const BLOCK: i64 = 8;

/// A send that members find by its bitmap.
#[derive(Clone, Debug, PartialEq)]
pub struct Broadcast {
    /// Its place among all sends.
    pub seq: SendSeq,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// Who received it.
    pub audience: Arc<Audience>,
    /// Bytes of the stored bitmap.
    pub(crate) bytes: u64,
}

impl Broadcast {
    pub(crate) fn new(seq: SendSeq, created_at: Timestamp, audience: Arc<Audience>) -> Self {
        let bytes = audience.stored_bytes();
        Self { seq, created_at, audience, bytes }
    }
}

/// An account's broadcasts; recalled ones are gone.
///
/// Blocks follow from places alone, so that a timeline loaded afresh equals one that grew.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    blocks: OrdMap<i64, Arc<Block>>,
}

/// Neighbouring broadcasts, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
struct Block {
    /// Whoever received any of them.
    receivers: Audience,
    broadcasts: Vec<Arc<Broadcast>>,
}

impl Block {
    fn retain(&mut self, stays: impl Fn(&Broadcast) -> bool) {
        self.broadcasts.retain(|broadcast| stays(broadcast));
        self.receivers = Audience::empty();
        for broadcast in &self.broadcasts {
            self.receivers.unite(&broadcast.audience);
        }
    }
}

impl Timeline {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// All, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Broadcast>> {
        self.blocks.values().flat_map(|block| &block.broadcasts)
    }

    /// The broadcast at a place.
    pub fn at(&self, seq: SendSeq) -> Option<&Arc<Broadcast>> {
        self.blocks.get(&block_of(seq))?.broadcasts.iter().find(|broadcast| broadcast.seq == seq)
    }

    /// Places of what a member received, after the start of a range and before its end, newest first.
    pub fn received(&self, member: MemberNo, between: Range<SendSeq>) -> impl Iterator<Item = SendSeq> {
        self.blocks
            .range(block_of(between.start)..=block_of(between.end))
            .rev()
            .map(|(_, block)| block)
            .filter(move |block| block.receivers.contains(member))
            .flat_map(|block| block.broadcasts.iter().rev())
            .filter(move |broadcast| broadcast.seq > between.start && broadcast.seq < between.end)
            .filter(move |broadcast| broadcast.audience.contains(member))
            .map(|broadcast| broadcast.seq)
    }

    /// Adds the newest.
    pub(crate) fn push(&mut self, broadcast: Arc<Broadcast>) {
        let block = Arc::make_mut(self.blocks.entry(block_of(broadcast.seq)).or_default());
        block.receivers.unite(&broadcast.audience);
        block.broadcasts.push(broadcast);
    }

    /// Takes one out, and returns it if it was there.
    pub(crate) fn remove(&mut self, seq: SendSeq) -> Option<Arc<Broadcast>> {
        let removed = Arc::clone(self.at(seq)?);
        let key = block_of(seq);
        let block = Arc::make_mut(self.blocks.get_mut(&key)?);
        block.retain(|broadcast| broadcast.seq != seq);
        if block.broadcasts.is_empty() {
            self.blocks.remove(&key);
        }
        Some(removed)
    }

    /// Whether any of them is before a place.
    pub(crate) fn is_before(&self, place: SendSeq) -> bool {
        self.iter().next().is_some_and(|oldest| oldest.seq < place)
    }

    /// Takes out all before a place.
    pub(crate) fn begin_at(&mut self, first: SendSeq) {
        let key = block_of(first);
        while let Some(oldest) = self.blocks.get_min().map(|(key, _)| *key).filter(|oldest| *oldest < key) {
            self.blocks.remove(&oldest);
        }
        let Some(block) = self.blocks.get_mut(&key) else { return };
        if block.broadcasts.iter().any(|broadcast| broadcast.seq < first) {
            let block = Arc::make_mut(block);
            block.retain(|broadcast| broadcast.seq >= first);
            if block.broadcasts.is_empty() {
                self.blocks.remove(&key);
            }
        }
    }
}

fn block_of(seq: SendSeq) -> i64 {
    seq.0 / BLOCK
}
