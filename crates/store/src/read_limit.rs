//! How long a read transaction may live: an open one keeps the write-ahead log from being emptied.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use carillon_model::error::{Error, Result};
use rusqlite::Connection;

/// Steps of SQLite's virtual machine between two looks at the clock: some ten microseconds.
const STEPS: i32 = 1_000;

/// The transaction of one connection that reads.
pub(crate) struct OpenRead {
    began: Mutex<Option<Instant>>,
    /// The running statement ends with an error, and so does every later one of the transaction.
    ended: AtomicBool,
    longest: Duration,
}

impl OpenRead {
    /// Limits what a connection reads.
    pub(crate) fn watch(connection: &mut Connection, longest: Duration) -> Result<Arc<Self>> {
        let read = Arc::new(Self { began: Mutex::default(), ended: AtomicBool::new(false), longest });
        let watched = Arc::clone(&read);
        connection.progress_handler(STEPS, Some(move || watched.is_over())).map_err(Error::internal)?;
        Ok(read)
    }

    /// A transaction begins now.
    pub(crate) fn begin(&self) {
        self.ended.store(false, Ordering::Relaxed);
        *self.began() = Some(Instant::now());
    }

    /// The transaction is over. Returns true if it was ended before it was done.
    pub(crate) fn finish(&self) -> bool {
        *self.began() = None;
        self.ended.swap(false, Ordering::Relaxed)
    }

    fn is_over(&self) -> bool {
        if self.ended.load(Ordering::Relaxed) {
            return true;
        }
        let over = self.age().is_some_and(|age| age > self.longest);
        if over {
            self.ended.store(true, Ordering::Relaxed);
        }
        over
    }

    fn age(&self) -> Option<Duration> {
        self.began().map(|began| began.elapsed())
    }

    fn began(&self) -> MutexGuard<'_, Option<Instant>> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The transactions of all connections that read.
#[derive(Default)]
pub(crate) struct OpenReads(Mutex<Vec<Arc<OpenRead>>>);

impl OpenReads {
    pub(crate) fn add(&self, read: Arc<OpenRead>) {
        self.reads().push(read);
    }

    pub(crate) fn remove(&self, read: &Arc<OpenRead>) {
        self.reads().retain(|other| !Arc::ptr_eq(other, read));
    }

    /// Ends all transactions that began longer ago than this.
    pub(crate) fn end_older_than(&self, age: Duration) {
        for read in self.reads().iter() {
            let began = read.began();
            if began.is_some_and(|began| began.elapsed() > age) {
                // The lock is held: the transaction that is ended is the one whose age was looked at.
                read.ended.store(true, Ordering::Relaxed);
            }
        }
    }

    fn reads(&self) -> MutexGuard<'_, Vec<Arc<OpenRead>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
