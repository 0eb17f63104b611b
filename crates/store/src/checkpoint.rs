//! Checkpoints: the write-ahead log is copied back into the database, and stays small under any load.
//!
//! Two threads share the work. The checkpoint thread copies while others write (a passive checkpoint), so that little is left to
//! copy. That alone never lets the log start anew while somebody writes, so the writer itself empties the log whenever it has
//! grown beyond [`EMPTY_AT`]. A read transaction can hold that up; near the limit of the log those that are older than [`GRACE`] end.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use carillon_model::error::{Error, Result};
use rusqlite::{Connection, ErrorCode, wal::CheckpointMode};

use crate::{connection::LOCK_TIMEOUT, read_limit::OpenReads};

/// The log grows by so much between two passive checkpoints.
const COPY_EVERY: u64 = 4 << 20;
/// The writer empties the log when it is larger than this.
const EMPTY_AT: u64 = 16 << 20;
/// After a failed attempt the log grows by so much before the next one.
const RETRY_AFTER: u64 = 4 << 20;
/// How long an attempt waits for open reads to end.
const SHORT_WAIT: Duration = Duration::from_millis(20);
/// Near the limit of the log, reads that are older than this end with an error.
const GRACE: Duration = Duration::from_secs(1);
/// Near the limit, the writer waits at most so long. Only a process outside of this one can hold the log up any longer.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Without a commit for this long, the log is emptied.
const IDLE: Duration = Duration::from_secs(1);

/// What the writer and the checkpoint thread share.
pub(crate) struct Checkpointer {
    log: PathBuf,
    /// Taken by whoever makes a checkpoint: SQLite refuses a second one at the same time, without waiting.
    turn: Mutex<()>,
    progress: Mutex<Progress>,
    wake: Condvar,
}

#[derive(Default)]
struct Progress {
    commits: u64,
    /// The log has grown enough for a passive checkpoint.
    copy: bool,
    /// The checkpoint thread waits for the next commit, without a limit.
    asleep: bool,
    stopping: bool,
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

    /// The body of the checkpoint thread, with a connection of its own. It is the last one to be closed, which removes the log.
    pub(crate) fn run(&self, connection: &Connection) {
        let mut stopping = false;
        while !stopping {
            let (copy, idle);
            (copy, idle, stopping) = self.wait();
            let done = if idle || stopping {
                self.empty(connection, SHORT_WAIT).map(drop)
            } else if copy {
                self.copy(connection)
            } else {
                Ok(())
            };
            if let Err(error) = done {
                tracing::warn!(%error, "the write-ahead log could not be copied back; trying again later");
            }
        }
    }

    /// Waits for something to do: whether to copy, whether nothing was committed for a while, and whether to stop.
    fn wait(&self) -> (bool, bool, bool) {
        let mut progress = self.progress();
        loop {
            if progress.copy || progress.stopping {
                return (std::mem::take(&mut progress.copy), false, progress.stopping);
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
                return (false, true, false);
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

/// Returns false if something was in the way.
pub(crate) fn checkpoint(connection: &Connection, mode: CheckpointMode) -> Result<bool> {
    match connection.wal_checkpoint_v2(None::<&str>, mode) {
        Ok(_) => Ok(true),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Ok(false),
            _ => Err(Error::internal(error)),
        },
    }
}

/// The writer's part.
pub(crate) struct LogLimit {
    checkpointer: Arc<Checkpointer>,
    reads: Arc<OpenReads>,
    /// From this size on, the log is emptied whatever reads.
    urgent_at: u64,
    /// The size of the log at which a passive checkpoint is next due.
    copy_at: u64,
    /// The size of the log at which the next attempt to empty it is due.
    empty_at: u64,
    /// The size of the log at which the next attempt with patience is due.
    insist_at: u64,
}

impl LogLimit {
    /// `limit` is the size in bytes that the log should never have.
    pub(crate) fn new(checkpointer: Arc<Checkpointer>, reads: Arc<OpenReads>, limit: u64) -> Self {
        let urgent_at = (limit / 4 * 3).max(EMPTY_AT + RETRY_AFTER);
        Self { checkpointer, reads, urgent_at, copy_at: COPY_EVERY, empty_at: EMPTY_AT, insist_at: urgent_at }
    }

    /// Called by the writer after each commit, on its own connection: another one would make it lose its page cache.
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

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    };

    use carillon_model::{
        audit::{Actor, Signature},
        error::Rule,
        id::CorpId,
        settings::StorageSettings,
        time::Timestamp,
    };

    use super::*;
    use crate::{corp::Corp, store::Store, tx::Tx};

    /// Bytes that a commit of these tests writes at least.
    const COMMIT: usize = 256 << 10;
    const MEGABYTE: u64 = 1 << 20;

    fn open(folder: &Path, log_limit_mb: u64, read_seconds: u64) -> Store {
        let store = Store::open_with(
            folder,
            &StorageSettings { log_limit_mb, read_seconds, ..StorageSettings::default() },
        )
        .unwrap();
        if store.state().corps.is_empty() {
            let corp = Corp::new(corp(), String::new(), Timestamp(0));
            store.write_registry_blocking(signature(), move |tx| tx.insert_corp(&corp)).unwrap();
        }
        store
    }

    fn corp() -> CorpId {
        CorpId::from("corp")
    }

    fn signature() -> Signature {
        Signature {
            at: Timestamp(0),
            actor: Actor::Server,
            action: "test".to_owned(),
            request_id: String::new(),
        }
    }

    fn write(store: &Store, number: i64) {
        let written = store.write_blocking(&corp(), signature(), move |tx| {
            let name = (number % 8).to_string().repeat(COMMIT);
            tx.execute(
                "INSERT INTO counter (corp_id, name, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (corp_id, name) DO UPDATE SET name = ?2, value = ?3",
                &["corp".into(), name.as_str().into(), number.into()],
            )
        });
        assert_eq!(written, Ok(1));
    }

    fn log_size(folder: &Path) -> u64 {
        Checkpointer::new(&folder.join("carillon.db")).log_size()
    }

    fn read_for_ever(tx: &mut Tx<'_>) -> Result<Option<i64>> {
        let endless =
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT n FROM n WHERE n < 0";
        tx.one(endless, &[], |row| row.get(0))
    }

    #[test]
    fn the_log_stays_small_although_there_is_always_an_open_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), 64, 30);
        let (a_began, b_sees_a) = mpsc::channel();
        let (b_began, a_sees_b) = mpsc::channel();
        let written = AtomicBool::new(false);
        let (store, written) = (&store, &written);
        std::thread::scope(|scope| {
            // Each read ends once the next one, of the other thread, has begun.
            scope.spawn(move || {
                while !written.load(Ordering::Relaxed) {
                    let read = store.read_blocking(&corp(), |_| {
                        let _ = a_began.send(());
                        Ok(a_sees_b.recv())
                    });
                    read.unwrap().unwrap();
                }
            });
            scope.spawn(move || {
                let mut a_reads = b_sees_a.recv();
                while a_reads.is_ok() {
                    let read = store.read_blocking(&corp(), |_| {
                        let _ = b_began.send(());
                        Ok(b_sees_a.recv())
                    });
                    a_reads = read.unwrap();
                }
            });
            let writing = scope.spawn(|| {
                let sizes = (0..300).map(|number| {
                    write(store, number);
                    log_size(folder.path())
                });
                sizes.max()
            });
            let largest = writing.join();
            written.store(true, Ordering::Relaxed);
            // In all, more than twice the limit was written.
            let largest = largest.unwrap().unwrap();
            assert!(largest < 64 * MEGABYTE, "{largest}");
        });
    }

    #[test]
    fn a_read_that_holds_the_log_at_its_limit_ends_with_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), 24, 60);
        let (began, wait) = mpsc::channel();
        let mut largest = 0;
        std::thread::scope(|scope| {
            let reading = scope.spawn(|| {
                store.read_blocking(&corp(), |tx| {
                    let _ = began.send(());
                    read_for_ever(tx)
                })
            });
            wait.recv().unwrap();
            for number in 0..150 {
                write(&store, number);
                largest = largest.max(log_size(folder.path()));
            }
            assert_eq!(reading.join().unwrap(), Err(Rule::Overloaded.into()));
        });
        assert!(largest < 25 * MEGABYTE, "{largest}");
        // The connection can be used again.
        assert_eq!(store.read_blocking(&corp(), |tx| Ok(tx.state().corps.len())), Ok(1));
    }

    #[test]
    fn a_read_ends_when_its_time_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), 64, 1);
        assert_eq!(store.read_blocking(&corp(), read_for_ever), Err(Rule::Overloaded.into()));
        // Also when the work pays no heed to the error.
        let heedless = store.read_blocking(&corp(), |tx| Ok(read_for_ever(tx).is_err()));
        assert_eq!(heedless, Err(Rule::Overloaded.into()));
        assert_eq!(store.read_blocking(&corp(), |tx| Ok(tx.state().corps.len())), Ok(1));
    }

    #[test]
    fn the_log_is_empty_when_idle_and_gone_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), 64, 30);
        for round in 0..2 {
            write(&store, round);
            assert!(log_size(folder.path()) > 0);
            let began = Instant::now();
            while log_size(folder.path()) > 0 {
                assert!(began.elapsed() < Duration::from_secs(60));
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        write(&store, 9);
        store.read_blocking(&corp(), |_| Ok(())).unwrap();
        drop(store);
        assert!(!folder.path().join("carillon.db-wal").exists());
    }

    #[test]
    fn what_a_crash_left_in_the_log_is_in_the_database_after_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), 64, 30);
        let crashed = tempfile::tempdir().unwrap();
        let copied = store.read_blocking(&corp(), |_| {
            // While somebody reads, all of it stays in the log.
            for number in 0..8 {
                write(&store, number);
            }
            // A copy of the files is what a crash leaves.
            for name in ["carillon.db", "carillon.db-wal"] {
                std::fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
            }
            Ok(())
        });
        copied.unwrap();
        assert!(log_size(crashed.path()) > 0);
        let store = open(crashed.path(), 64, 30);
        assert_eq!(log_size(crashed.path()), 0);
        let found = store.read_blocking(&corp(), |tx| {
            tx.one("SELECT count(*) FROM counter WHERE value < 8 AND name > ?1", &["0".into()], |row| {
                row.get::<i64>(0)
            })
        });
        assert!(found.unwrap() >= Some(8));
    }
}
