//! The window of broadcasts: the newest ones of an organisation, in memory. Older ones are in rows only (`broadcast_archive.rs`).

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

/// The maximum number of broadcasts that one unit of work archives, so that other units do not wait long.
const ARCHIVE_BATCH: usize = 64;

/// The limits of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowLimits {
    /// The time of the oldest broadcast; `None` for no limit.
    pub since: Option<Timestamp>,
    /// The number of broadcasts; `None` for no limit.
    pub broadcasts: Option<u64>,
    /// The size of their bitmaps in bytes; `None` for no limit.
    pub bytes: Option<u64>,
}

/// The newest broadcasts of an organisation, without recalled ones.
#[derive(Clone, Debug, PartialEq)]
pub struct BroadcastWindow {
    first: SendSeq,
    timelines: HashMap<AccountId, Timeline>,
    /// The broadcasts of all accounts, oldest first.
    by_seq: OrdMap<SendSeq, (AccountId, Arc<Broadcast>)>,
    bytes: u64,
}

impl Default for BroadcastWindow {
    fn default() -> Self {
        Self { first: SendSeq(0), timelines: HashMap::new(), by_seq: OrdMap::new(), bytes: 0 }
    }
}

impl BroadcastWindow {
    /// The first number of the window. Broadcasts before it are in rows only.
    pub fn first(&self) -> SendSeq {
        self.first
    }

    /// The broadcasts of an account, if there are any.
    pub fn get(&self, account: &AccountId) -> Option<&Timeline> {
        self.timelines.get(account)
    }

    /// The number of broadcasts of all accounts.
    pub fn len(&self) -> usize {
        self.by_seq.len()
    }

    /// Returns true if there are no broadcasts.
    pub fn is_empty(&self) -> bool {
        self.by_seq.is_empty()
    }

    /// The stored size of their bitmaps in bytes. The unions of blocks take about as much again if sends go to different members,
    /// and little if they go to the same members.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a broadcast that is newer than all others.
    pub(crate) fn push(&mut self, account: &AccountId, broadcast: &Arc<Broadcast>) {
        self.bytes += broadcast.bytes;
        self.by_seq.insert(broadcast.seq, (account.clone(), Arc::clone(broadcast)));
        self.timelines.entry(account.clone()).or_default().push(Arc::clone(broadcast));
    }

    /// Removes a broadcast of an account, if it is in the window.
    pub(crate) fn remove(&mut self, account: &AccountId, seq: SendSeq) {
        let Some(timeline) = self.timelines.get_mut(account) else { return };
        let Some(broadcast) = timeline.remove(seq) else { return };
        if timeline.is_empty() {
            self.timelines.remove(account);
        }
        self.bytes -= broadcast.bytes;
        self.by_seq.remove(&seq);
    }

    /// Sets the first number of the window, and removes all broadcasts before it.
    pub(crate) fn begin_at(&mut self, first: SendSeq) {
        self.first = first;
        // Not by splitting the map: that copies the rest, and each send may move the window.
        while let Some(oldest) = self.by_seq.get_min().map(|(seq, _)| *seq).filter(|seq| *seq < first) {
            let Some((account, broadcast)) = self.by_seq.remove(&oldest) else { break };
            self.bytes -= broadcast.bytes;
            // Once for each account: this removes all its broadcasts before `first`.
            let Some(timeline) =
                self.timelines.get_mut(&account).filter(|timeline| timeline.begins_before(first))
            else {
                continue;
            };
            timeline.begin_at(first);
            if timeline.is_empty() {
                self.timelines.remove(&account);
            }
        }
    }

    /// The oldest broadcasts that exceed the limits, at most `most` of them.
    fn above(&self, limits: &WindowLimits, most: usize) -> Vec<(AccountId, SendSeq)> {
        let mut above = Vec::new();
        let (mut broadcasts, mut bytes) = (self.by_seq.len() as u64, self.bytes);
        for (account, broadcast) in self.by_seq.values().take(most) {
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
    /// Moves the oldest broadcasts that exceed the limits to the archive, a bounded number of them. Returns true if there may be
    /// more.
    pub fn move_broadcast_window(&mut self, corp: &CorpId, limits: &WindowLimits) -> Result<bool> {
        let leaving = self.state().corp(corp)?.broadcasts.above(limits, ARCHIVE_BATCH);
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
        Ok(leaving.len() == ARCHIVE_BATCH)
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
