//! The pool of readers: connections, and the queue of reads.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use carillon_model::error::Result;
use rusqlite::Connection;

use crate::{
    connection::open_reader,
    read_limit::{OpenRead, OpenReads},
    store::Store,
};

/// Threads, each with a connection, that read at the same time.
const READERS: usize = 8;
/// How often a thread looks for another read before it ends.
const LOOKS: u32 = 64;

/// The connections of the threads that read, and the reads that wait for one of them.
pub(crate) struct Readers {
    path: PathBuf,
    /// How long a transaction may live.
    longest: Duration,
    reads: Arc<OpenReads>,
    idle: Mutex<Vec<Reader>>,
    waiting: Mutex<Waiting>,
}

/// A read with the channel that its result goes to.
pub(crate) type Read = Box<dyn FnOnce(&Store) + Send>;

/// Reads that wait, and the threads that take one after the other. Under load threads stay awake: waking one is what a short read
/// costs most.
#[derive(Default)]
struct Waiting {
    reads: VecDeque<Read>,
    threads: usize,
    /// Threads that found no read and look again for a moment before they end.
    looking: usize,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, longest: Duration, reads: Arc<OpenReads>) -> Self {
        Self { path, longest, reads, idle: Mutex::default(), waiting: Mutex::default() }
    }

    /// Has a read wait; answers whether it takes another thread.
    pub(crate) fn enqueue(&self, read: Read) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.reads.push_back(read);
        let another = waiting.looking < waiting.reads.len() && waiting.threads < READERS;
        waiting.threads += usize::from(another);
        another
    }

    /// The next read for a thread; one that gets none has to end.
    pub(crate) fn next(&self) -> Option<Read> {
        for look in 0..=LOOKS {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let next = waiting.reads.pop_front();
            if next.is_some() {
                waiting.looking -= usize::from(look > 0);
                return next;
            }
            match look {
                0 => waiting.looking += 1,
                LOOKS => (waiting.looking, waiting.threads) = (waiting.looking - 1, waiting.threads - 1),
                _ => {}
            }
            drop(waiting);
            // Whoever runs meanwhile may have a read.
            std::thread::yield_now();
        }
        None
    }

    /// A connection, a new one when none is idle.
    pub(crate) fn take(&self) -> Result<Reader> {
        if let Some(reader) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(reader);
        }
        let mut connection = open_reader(&self.path)?;
        let limit = OpenRead::watch(&mut connection, self.longest)?;
        self.reads.add(Arc::clone(&limit));
        Ok(Reader { connection, limit, reads: Arc::clone(&self.reads) })
    }

    pub(crate) fn give_back(&self, reader: Reader) {
        // A connection left inside a transaction (the work panicked, or COMMIT failed) is not used again.
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if reader.connection.is_autocommit() && idle.len() < READERS {
            idle.push(reader);
        }
    }

    /// Closes all connections that nobody reads with.
    pub(crate) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A connection that reads.
pub(crate) struct Reader {
    pub(crate) connection: Connection,
    pub(crate) limit: Arc<OpenRead>,
    reads: Arc<OpenReads>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.reads.remove(&self.limit);
    }
}
