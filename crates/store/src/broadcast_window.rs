//! The broadcasts of an organisation that are in memory: the newest ones. Older ones are rows alone (`broadcast_archive.rs`).

use std::sync::Arc;

use carillon_model::{
    error::Result,
    id::{AccountId, CorpId, SendSeq},
    time::Timestamp,
};
use imbl::{HashMap, OrdMap};

use crate::{
    state::CorpState,
    state_change::StateChange,
    timeline::{Broadcast, Timeline},
    tx::Tx,
};

/// Broadcasts that one unit of work takes out of the window, so that others do not wait long.
const LEAVE_AT_ONCE: usize = 64;

/// What the window may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowLimits {
    /// Broadcasts from before this moment leave; `None` for no such limit.
    pub since: Option<Timestamp>,
    /// Broadcasts; `None` for no limit.
    pub broadcasts: Option<u64>,
    /// Bytes of their bitmaps; `None` for no limit.
    pub bytes: Option<u64>,
}

/// The newest broadcasts of an organisation; recalled ones are gone.
#[derive(Clone, Debug, PartialEq)]
pub struct BroadcastWindow {
    first: SendSeq,
    timelines: HashMap<AccountId, Timeline>,
    /// Those of all accounts, oldest first.
    by_place: OrdMap<SendSeq, (AccountId, Arc<Broadcast>)>,
    bytes: u64,
}

impl Default for BroadcastWindow {
    fn default() -> Self {
        Self { first: SendSeq(0), timelines: HashMap::new(), by_place: OrdMap::new(), bytes: 0 }
    }
}

impl BroadcastWindow {
    /// The first place of the window: broadcasts before it are rows alone.
    pub fn first(&self) -> SendSeq {
        self.first
    }

    /// The broadcasts of an account, if there are any.
    pub fn get(&self, account: &AccountId) -> Option<&Timeline> {
        self.timelines.get(account)
    }

    /// How many broadcasts there are, of all accounts.
    pub fn len(&self) -> usize {
        self.by_place.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_place.is_empty()
    }

    /// Bytes of their bitmaps, as they are stored. The unions that a look skips by take about as much again
    /// where sends go to different members, and little where they go to the same.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds the newest.
    pub(crate) fn push(&mut self, account: &AccountId, broadcast: &Arc<Broadcast>) {
        self.bytes += broadcast.bytes;
        self.by_place.insert(broadcast.seq, (account.clone(), Arc::clone(broadcast)));
        self.timelines.entry(account.clone()).or_default().push(Arc::clone(broadcast));
    }

    /// Takes out a broadcast of an account, if it is there.
    pub(crate) fn remove(&mut self, account: &AccountId, seq: SendSeq) {
        let Some(timeline) = self.timelines.get_mut(account) else { return };
        let Some(broadcast) = timeline.remove(seq) else { return };
        if timeline.is_empty() {
            self.timelines.remove(account);
        }
        self.bytes -= broadcast.bytes;
        self.by_place.remove(&seq);
    }

    /// Lets the window begin at a place, and takes out what is before it.
    pub(crate) fn begin_at(&mut self, first: SendSeq) {
        self.first = first;
        // Not by splitting: that copies all that stays, and each send may move the window.
        while let Some(oldest) = self.by_place.get_min().map(|(seq, _)| *seq).filter(|seq| *seq < first) {
            let Some((account, broadcast)) = self.by_place.remove(&oldest) else { break };
            self.bytes -= broadcast.bytes;
            // Once for each account: the first of its broadcasts takes all others with it.
            let Some(timeline) =
                self.timelines.get_mut(&account).filter(|timeline| timeline.is_before(first))
            else {
                continue;
            };
            timeline.begin_at(first);
            if timeline.is_empty() {
                self.timelines.remove(&account);
            }
        }
    }

    /// The oldest ones, as many as are above the limits, up to a number.
    fn above(&self, limits: &WindowLimits, most: usize) -> Vec<(AccountId, SendSeq)> {
        let mut above = Vec::new();
        let (mut broadcasts, mut bytes) = (self.by_place.len() as u64, self.bytes);
        for (account, broadcast) in self.by_place.values().take(most) {
            let is_above = limits.since.is_some_and(|since| broadcast.created_at < since)
                || limits.broadcasts.is_some_and(|most| broadcasts > most)
                || limits.bytes.is_some_and(|most| bytes > most);
            if !is_above {
                break;
            }
            broadcasts -= 1;
            bytes -= broadcast.bytes;
            above.push((account.clone(), broadcast.seq));
        }
        above
    }
}

impl Tx<'_> {
    /// Takes the oldest broadcasts that are above the limits out of the window and into the archive, a bounded number of them.
    /// Returns whether there may be more.
    pub fn move_broadcast_window(&mut self, corp: &CorpId, limits: &WindowLimits) -> Result<bool> {
        let leaving = self.state().corp(corp)?.broadcasts.above(limits, LEAVE_AT_ONCE);
        let Some((_, newest)) = leaving.last() else { return Ok(false) };
        let first = SendSeq(newest.0 + 1);
        for (account, seq) in &leaving {
            self.archive_broadcast(corp, account, *seq)?;
        }
        self.execute(
            "INSERT INTO broadcast_window (corp_id, first_seq) VALUES (?1, ?2)
             ON CONFLICT (corp_id) DO UPDATE SET first_seq = ?2",
            &[corp.into(), first.into()],
        )?;
        self.apply(corp, StateChange::BroadcastWindowMoved { first })?;
        Ok(leaving.len() == LEAVE_AT_ONCE)
    }

    pub(crate) fn load_broadcasts(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let first = self.one(
            "SELECT first_seq FROM broadcast_window WHERE corp_id = ?1",
            &[(&corp).into()],
            |row| row.get::<SendSeq>(0),
        )?;
        let window = &mut state.broadcasts;
        window.first = first.unwrap_or(window.first);
        self.each(
            "SELECT unionid, seq, created_at, audience FROM send
             WHERE corp_id = ?1 AND indexed = 0 AND recalled_at IS NULL AND seq >= ?2 ORDER BY seq",
            &[(&corp).into(), window.first.into()],
            |row| {
                let broadcast = Broadcast::new(row.get(1)?, row.get(2)?, Arc::new(row.get(3)?));
                window.push(&row.get(0)?, &Arc::new(broadcast));
                Ok(true)
            },
        )
    }
}
