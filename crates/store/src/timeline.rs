//! The sends of an account that members find by their bitmap, in an order that a member's read can skip through.

use std::{ops::Range, sync::Arc};

use carillon_model::{
    audience::Audience,
    id::{MemberNo, SendSeq},
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
    /// Who received it.
    pub audience: Arc<Audience>,
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

    /// Takes one out, if it is there.
    pub(crate) fn remove(&mut self, seq: SendSeq) {
        let key = block_of(seq);
        let Some(block) = self.blocks.get_mut(&key).map(Arc::make_mut) else { return };
        block.broadcasts.retain(|broadcast| broadcast.seq != seq);
        block.receivers = Audience::empty();
        for broadcast in &block.broadcasts {
            block.receivers.unite(&broadcast.audience);
        }
        if block.broadcasts.is_empty() {
            self.blocks.remove(&key);
        }
    }
}

fn block_of(seq: SendSeq) -> i64 {
    seq.0 / BLOCK
}
