//! The writer's part of checkpoints: it empties the log when that has grown too large.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use carillon_model::error::Result;
use rusqlite::Connection;

use super::{Checkpointer, EMPTY_AT, GRACE, SHORT_WAIT};
use crate::read_limit::OpenReads;

/// Bytes by which the log grows between two passive checkpoints.
const COPY_EVERY: u64 = 4 << 20;
/// Bytes by which the log grows between a failed attempt to empty it and the next one.
const RETRY_AFTER: u64 = 4 << 20;
/// The longest time that the writer waits near the limit. Only another process can hold up the log any longer.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Keeps the log below its limit.
pub(crate) struct LogLimit {
    checkpointer: Arc<Checkpointer>,
    reads: Arc<OpenReads>,
    /// The size of the log from which on old reads are ended so that it can be emptied.
    urgent_at: u64,
    /// The size of the log at which a passive checkpoint is next due.
    copy_at: u64,
    /// The size of the log at which the next attempt to empty it is due.
    empty_at: u64,
    /// The size of the log at which the next attempt is due that ends old reads and waits.
    insist_at: u64,
}

impl LogLimit {
    /// `limit` is the size in bytes that the log should never reach.
    pub(crate) fn new(checkpointer: Arc<Checkpointer>, reads: Arc<OpenReads>, limit: u64) -> Self {
        let urgent_at = (limit / 4 * 3).max(EMPTY_AT + RETRY_AFTER);
        Self { checkpointer, reads, urgent_at, copy_at: COPY_EVERY, empty_at: EMPTY_AT, insist_at: urgent_at }
    }

    /// Called by the writer after each commit, with its own connection: a checkpoint on another one would discard its page cache.
    pub(crate) fn committed(&mut self, connection: &Connection) {
        let size = self.checkpointer.log_size();
        if size >= self.empty_at {
            match self.empty(connection, size) {
                Ok(true) => {
                    (self.copy_at, self.empty_at, self.insist_at) = (COPY_EVERY, EMPTY_AT, self.urgent_at)
                }
                Ok(false) => self.empty_at = size + RETRY_AFTER,
                Err(error) => {
                    tracing::warn!(%error, size, "the write-ahead log could not be emptied; trying again later");
                    self.empty_at = size + RETRY_AFTER;
                }
            }
        }
        let mut progress = self.checkpointer.progress();
        progress.commits += 1;
        if size >= self.copy_at {
            self.copy_at = size + COPY_EVERY;
            progress.copy = true;
        }
        let wake = progress.copy || progress.asleep;
        drop(progress);
        if wake {
            self.checkpointer.wake.notify_one();
        }
    }

    fn empty(&mut self, connection: &Connection, size: u64) -> Result<bool> {
        if size < self.insist_at {
            return self.checkpointer.empty(connection, SHORT_WAIT);
        }
        let began = Instant::now();
        loop {
            self.reads.end_older_than(GRACE);
            if self.checkpointer.empty(connection, SHORT_WAIT)? {
                return Ok(true);
            }
            if began.elapsed() > LONGEST_WAIT {
                tracing::warn!(size, "another process holds up the write-ahead log of the database");
                self.insist_at = size + self.urgent_at;
                return Ok(false);
            }
        }
    }
}
