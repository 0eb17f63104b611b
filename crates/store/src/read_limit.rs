//! The time limit of read transactions, which keep the write-ahead log from being emptied.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use carillon_model::error::{Error, Result};
use rusqlite::Connection;

/// Steps of SQLite's virtual machine between two checks of the time limit: some ten microseconds.
const STEPS: i32 = 1_000;

/// The read transaction of a connection.
pub(crate) struct OpenRead {
    began: Mutex<Option<Instant>>,
    /// The transaction was ended: its running statement and all later ones return an error.
    ended: AtomicBool,
    longest: Duration,
}

impl OpenRead {
    /// Installs the time limit on a connection.
    pub(crate) fn watch(connection: &mut Connection, longest: Duration) -> Result<Arc<Self>> {
        let read = Arc::new(Self { began: Mutex::default(), ended: AtomicBool::new(false), longest });
        let watched = Arc::clone(&read);
        connection.progress_handler(STEPS, Some(move || watched.has_ended())).map_err(Error::internal)?;
        Ok(read)
    }

    /// Starts the time of a transaction.
    pub(crate) fn begin(&self) {
        self.ended.store(false, Ordering::Relaxed);
        *self.began() = Some(Instant::now());
    }

    /// Stops the time. Returns true if the transaction was ended early.
    pub(crate) fn finish(&self) -> bool {
        *self.began() = None;
        self.ended.swap(false, Ordering::Relaxed)
    }

    fn has_ended(&self) -> bool {
        if self.ended.load(Ordering::Relaxed) {
            return true;
        }
        let too_old = self.age().is_some_and(|age| age > self.longest);
        if too_old {
            self.ended.store(true, Ordering::Relaxed);
        }
        too_old
    }

    fn age(&self) -> Option<Duration> {
        self.began().map(|began| began.elapsed())
    }

    fn began(&self) -> MutexGuard<'_, Option<Instant>> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The read transactions of all connections.
#[derive(Default)]
pub(crate) struct OpenReads(Mutex<Vec<Arc<OpenRead>>>);

impl OpenReads {
    pub(crate) fn add(&self, read: Arc<OpenRead>) {
        self.reads().push(read);
    }

    pub(crate) fn remove(&self, read: &Arc<OpenRead>) {
        self.reads().retain(|other| !Arc::ptr_eq(other, read));
    }

    /// Ends all transactions that are older than `age`.
    pub(crate) fn end_older_than(&self, age: Duration) {
        for read in self.reads().iter() {
            let began = read.began();
            if began.is_some_and(|began| began.elapsed() > age) {
                // The lock is held, so that no other transaction begins on this connection in between.
                read.ended.store(true, Ordering::Relaxed);
            }
        }
    }

    fn reads(&self) -> MutexGuard<'_, Vec<Arc<OpenRead>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
