//! The writer thread: runs units of work, and commits those that wait together.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use carillon_model::{error::Result, id::CorpId};
use rusqlite::Connection;
use tokio::sync::{broadcast, mpsc};

use crate::{
    checkpoint::LogLimit,
    connection::control,
    due::DueTimes,
    live_event::LiveEvent,
    notice::Notice,
    state::State,
    state_change::SnapshotChange,
    tx::{FinishedUnit, Tx},
    unit::Unit,
};

/// The maximum number of units in one commit.
const MAX_GROUP: usize = 512;
/// The time of work after which a group is committed: units share the cost of a commit, and none waits long for others.
const GROUP_TIME: Duration = Duration::from_millis(5);

pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) working: State,
    pub(crate) published: Arc<ArcSwap<State>>,
    pub(crate) events: broadcast::Sender<LiveEvent>,
    pub(crate) notices: broadcast::Sender<Notice>,
    pub(crate) log_limit: LogLimit,
    pub(crate) due_times: Arc<DueTimes>,
}

impl Writer {
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Unit>>) {
        while let Some(first) = queue.blocking_recv() {
            if !first.is_abandoned() {
                self.commit(first, &mut queue);
            }
        }
    }

    /// Runs waiting units, each in its own savepoint, and commits them together.
    fn commit(&mut self, first: Box<dyn Unit>, queue: &mut mpsc::Receiver<Box<dyn Unit>>) {
        let mut group = Vec::new();
        let (mut events, mut notices) = (Vec::new(), Vec::new());
        let outcome = self.run_group(first, queue, &mut group, &mut events, &mut notices);
        if let Err(error) = &outcome {
            tracing::error!(%error, units = group.len(), "a commit failed");
            if !self.connection.is_autocommit() {
                let _ = self.connection.execute_batch("ROLLBACK");
            }
            self.working = State::clone(&self.published.load());
        } else {
            self.published.store(Arc::new(self.working.clone()));
            self.log_limit.committed(&self.connection);
            // Before the callers get their results, so that the scheduler knows of this commit when they ask it.
            self.due_times.take_from(&mut notices);
        }
        for unit in group {
            unit.finish(outcome.clone());
        }
        if outcome.is_ok() {
            for event in events {
                // There may be no receiver.
                let _ = self.events.send(event);
            }
            for notice in notices {
                let _ = self.notices.send(notice);
            }
        }
    }

    fn run_group(
        &mut self,
        first: Box<dyn Unit>,
        queue: &mut mpsc::Receiver<Box<dyn Unit>>,
        group: &mut Vec<Box<dyn Unit>>,
        events: &mut Vec<LiveEvent>,
        notices: &mut Vec<Notice>,
    ) -> Result<()> {
        let began = Instant::now();
        let mut changed = BTreeSet::new();
        group.push(first);
        control(&self.connection, "BEGIN IMMEDIATE")?;
        while let Some(unit) = group.last_mut() {
            self.run_unit(unit.as_mut(), &mut changed, events, notices)?;
            if group.len() == MAX_GROUP || began.elapsed() >= GROUP_TIME {
                break;
            }
            let Some(next) = next_wanted(queue) else { break };
            group.push(next);
        }
        for corp in &changed {
            self.working.count_commit(&self.connection, corp.as_ref())?;
        }
        control(&self.connection, "COMMIT")
    }

    /// Runs a unit, and notes the organisation whose version it changes.
    fn run_unit(
        &mut self,
        unit: &mut dyn Unit,
        changed: &mut BTreeSet<Option<CorpId>>,
        events: &mut Vec<LiveEvent>,
        notices: &mut Vec<Notice>,
    ) -> Result<()> {
        control(&self.connection, "SAVEPOINT unit")?;
        let before = self.connection.total_changes();
        let mut tx = Tx::writing(&self.connection, self.working.clone(), unit.scope());
        if unit.run(&mut tx) {
            let done = tx.into_finished();
            control(&self.connection, "RELEASE unit")?;
            if self.connection.total_changes() > before {
                note_changed(changed, &done);
            }
            self.working = done.state;
            events.extend(done.events);
            notices.extend(done.notices);
            Ok(())
        } else {
            control(&self.connection, "ROLLBACK TO unit")?;
            control(&self.connection, "RELEASE unit")
        }
    }
}

/// Adds the organisation that a unit changed, and `None` if it changed the registry.
fn note_changed(changed: &mut BTreeSet<Option<CorpId>>, done: &FinishedUnit) {
    let corp = done.scope.corp().filter(|corp| done.state.corps.contains_key(*corp));
    changed.extend(corp.cloned().map(Some));
    let changed_registry =
        done.state_changes.iter().any(|change| matches!(change, SnapshotChange::Registry(_)));
    if changed_registry {
        changed.insert(None);
    }
}

/// Returns the next unit whose caller still waits.
fn next_wanted(queue: &mut mpsc::Receiver<Box<dyn Unit>>) -> Option<Box<dyn Unit>> {
    loop {
        let unit = queue.try_recv().ok()?;
        if !unit.is_abandoned() {
            return Some(unit);
        }
    }
}

#[cfg(test)]
mod tests;
