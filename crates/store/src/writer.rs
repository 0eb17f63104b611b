//! The thread that runs units of work, and makes those that wait durable together.

use std::sync::Arc;

use arc_swap::ArcSwap;
use carillon_model::error::Result;
use rusqlite::Connection;
use tokio::sync::{broadcast, mpsc};

use crate::{
    checkpoint::LogLimit,
    connection::control,
    event::{Event, Notice},
    state::State,
    tx::Tx,
    unit::Unit,
};

/// Units that share one commit at most.
const GROUP: usize = 512;

pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) working: State,
    pub(crate) published: Arc<ArcSwap<State>>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) notices: broadcast::Sender<Notice>,
    pub(crate) log_limit: LogLimit,
}

impl Writer {
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Unit>>) {
        while let Some(first) = queue.blocking_recv() {
            let mut group = vec![first];
            while group.len() < GROUP {
                match queue.try_recv() {
                    Ok(unit) => group.push(unit),
                    Err(_) => break,
                }
            }
            self.commit(group);
        }
    }

    /// Runs a group of units, each in a savepoint of its own, and makes them durable together.
    fn commit(&mut self, mut group: Vec<Box<dyn Unit>>) {
        let (mut events, mut notices) = (Vec::new(), Vec::new());
        let outcome = self.run_group(&mut group, &mut events, &mut notices);
        if let Err(error) = &outcome {
            tracing::error!(%error, units = group.len(), "a commit failed");
            if !self.connection.is_autocommit() {
                let _ = self.connection.execute_batch("ROLLBACK");
            }
            self.working = State::clone(&self.published.load());
        } else {
            self.published.store(Arc::new(self.working.clone()));
            self.log_limit.committed(&self.connection);
        }
        for unit in group {
            unit.finish(outcome.clone());
        }
        if outcome.is_ok() {
            for event in events {
                // Nobody may be listening.
                let _ = self.events.send(event);
            }
            for notice in notices {
                let _ = self.notices.send(notice);
            }
        }
    }

    fn run_group(
        &mut self,
        group: &mut [Box<dyn Unit>],
        events: &mut Vec<Event>,
        notices: &mut Vec<Notice>,
    ) -> Result<()> {
        let mut changed = false;
        control(&self.connection, "BEGIN IMMEDIATE")?;
        for unit in group {
            control(&self.connection, "SAVEPOINT unit")?;
            let before = self.connection.total_changes();
            let mut tx = Tx::new(&self.connection, self.working.clone(), None);
            if unit.run(&mut tx) {
                changed |= self.connection.total_changes() > before;
                let (state, announced, noticed) = tx.into_parts();
                control(&self.connection, "RELEASE unit")?;
                self.working = state;
                events.extend(announced);
                notices.extend(noticed);
            } else {
                control(&self.connection, "ROLLBACK TO unit")?;
                control(&self.connection, "RELEASE unit")?;
            }
        }
        if changed {
            let mut tx = Tx::new(&self.connection, self.working.clone(), None);
            tx.count_commit()?;
            self.working = tx.into_parts().0;
        }
        control(&self.connection, "COMMIT")
    }
}
