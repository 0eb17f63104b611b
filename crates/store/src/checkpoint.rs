//! Checkpoints copy the write-ahead log back into the database, so that the log stays small under any load.
//!
//! Two threads share the work. The checkpoint thread copies while others write (a passive checkpoint), so that little is left to
//! copy. Under steady writes that alone never lets the log restart, so the writer empties the log whenever it is larger than
//! [`EMPTY_AT`]. A read transaction can hold that up; near the limit of the log, reads that are older than [`GRACE`] end.

mod log_limit;
#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use carillon_model::error::{Error, Result};
use rusqlite::{Connection, ErrorCode, wal::CheckpointMode};

pub(crate) use self::log_limit::LogLimit;
use crate::connection::LOCK_TIMEOUT;

/// The size in bytes above which the writer empties the log.
const EMPTY_AT: u64 = 16 << 20;
/// The time that an attempt waits for open reads to end.
const SHORT_WAIT: Duration = Duration::from_millis(20);
/// The age from which on a read ends with an error near the limit of the log.
const GRACE: Duration = Duration::from_secs(1);
/// The log is emptied after this time without a commit.
const IDLE: Duration = Duration::from_secs(1);

/// What the writer and the checkpoint thread share.
pub(crate) struct Checkpointer {
    log: PathBuf,
    /// Held during a checkpoint: SQLite refuses a second one at the same time, without waiting.
    turn: Mutex<()>,
    progress: Mutex<Progress>,
    wake: Condvar,
}

#[derive(Default)]
struct Progress {
    commits: u64,
    /// The log has grown enough for a passive checkpoint.
    copy: bool,
    /// The checkpoint thread waits for the next commit, without a timeout.
    asleep: bool,
    stopping: bool,
}

/// A task of the checkpoint thread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    /// Copy the log while others write.
    Copy,
    /// Empty the log: nothing was committed for a while.
    Empty,
    /// Empty the log and end.
    Stop,
}

impl Checkpointer {
    pub(crate) fn new(database: &Path) -> Self {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        Self { log: log.into(), turn: Mutex::default(), progress: Mutex::default(), wake: Condvar::new() }
    }

    /// Bytes of the log file.
    fn log_size(&self) -> u64 {
        std::fs::metadata(&self.log).map_or(0, |metadata| metadata.len())
    }

    /// Ends [`Checkpointer::run`] with an empty log.
    pub(crate) fn stop(&self) {
        self.progress().stopping = true;
        self.wake.notify_one();
    }

    /// The body of the checkpoint thread, with its own connection. That is the last one to be closed, which removes the log.
    pub(crate) fn run(&self, connection: &Connection) {
        loop {
            let task = self.wait();
            let result = match task {
                Task::Copy => self.copy(connection),
                Task::Empty | Task::Stop => self.empty(connection, SHORT_WAIT).map(drop),
            };
            if let Err(error) = result {
                tracing::warn!(%error, "the write-ahead log could not be copied back; trying again later");
            }
            if task == Task::Stop {
                return;
            }
        }
    }

    /// Waits for the next task.
    fn wait(&self) -> Task {
        let mut progress = self.progress();
        loop {
            if progress.stopping {
                return Task::Stop;
            }
            if std::mem::take(&mut progress.copy) {
                return Task::Copy;
            }
            let commits = progress.commits;
            if self.log_size() == 0 {
                progress.asleep = true;
                progress = self.wake.wait(progress).unwrap_or_else(PoisonError::into_inner);
                progress.asleep = false;
                continue;
            }
            let (next, timeout) =
                self.wake.wait_timeout(progress, IDLE).unwrap_or_else(PoisonError::into_inner);
            progress = next;
            if timeout.timed_out() && progress.commits == commits {
                return Task::Empty;
            }
        }
    }

    /// Copies as much as open reads allow, while others write.
    fn copy(&self, connection: &Connection) -> Result<()> {
        let _turn = self.turn();
        checkpoint(connection, CheckpointMode::PASSIVE).map(drop)
    }

    /// Copies everything and empties the log. Returns false if open reads prevented it.
    fn empty(&self, connection: &Connection, wait: Duration) -> Result<bool> {
        let _turn = self.turn();
        connection.busy_timeout(wait).map_err(Error::internal)?;
        let done = checkpoint(connection, CheckpointMode::TRUNCATE);
        connection.busy_timeout(LOCK_TIMEOUT).map_err(Error::internal)?;
        done
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a checkpoint. Returns false if an open transaction prevented it.
pub(crate) fn checkpoint(connection: &Connection, mode: CheckpointMode) -> Result<bool> {
    match connection.wal_checkpoint_v2(None::<&str>, mode) {
        Ok(_) => Ok(true),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Ok(false),
            _ => Err(Error::internal(error)),
        },
    }
}
