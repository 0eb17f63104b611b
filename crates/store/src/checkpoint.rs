//! Checkpoints of the write-ahead log.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::Connection;

/// Copies the write-ahead log back into the database now and then, away from the writer.
#[derive(Default)]
pub(crate) struct Checkpointer {
    progress: Mutex<Progress>,
    wake: Condvar,
}

#[derive(Default)]
struct Progress {
    commits: u64,
    stopping: bool,
}

impl Checkpointer {
    /// Commits between two checkpoints.
    const EVERY: u64 = 500;
    /// However few commits there were, they are copied back after this time.
    const AT_LEAST: Duration = Duration::from_secs(5);

    pub(crate) fn committed(&self) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.commits += 1;
        if progress.commits == Self::EVERY {
            self.wake.notify_one();
        }
    }

    pub(crate) fn stop(&self) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).stopping = true;
        self.wake.notify_one();
    }

    pub(crate) fn run(&self, connection: &Connection) {
        loop {
            let progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            let (mut progress, _) = self
                .wake
                .wait_timeout_while(progress, Self::AT_LEAST, |progress| {
                    !progress.stopping && progress.commits < Self::EVERY
                })
                .unwrap_or_else(PoisonError::into_inner);
            let stopping = progress.stopping;
            let commits = std::mem::take(&mut progress.commits);
            drop(progress);
            if commits > 0 {
                let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
                if let Err(error) = done {
                    tracing::warn!(%error, "the write-ahead log could not be copied back; trying again later");
                }
            }
            if stopping {
                return;
            }
        }
    }
}
