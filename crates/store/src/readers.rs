//! The pool of reader connections, and the queues of reads.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use carillon_model::error::{Result, Rule};
use rusqlite::Connection;

use crate::{
    connection::open_reader,
    read_limit::{OpenRead, OpenReads},
    store::Store,
};

/// The maximum number of reader threads, each with a connection.
const READERS: usize = 8;
/// The maximum number of them that read statistics at the same time.
const STATISTICS_READERS: usize = 3;
/// The maximum number of waiting reads of each lane. Further ones are rejected.
const MAX_WAITING: usize = 2_048;
const MAX_WAITING_STATISTICS: usize = 256;
/// The number of times that an idle thread looks for another read before it ends.
const IDLE_LOOKS: u32 = 64;

/// Idle connections, and reads that wait for a thread.
pub(crate) struct Readers {
    path: PathBuf,
    /// The maximum duration of a read transaction.
    longest: Duration,
    reads: Arc<OpenReads>,
    idle: Mutex<Vec<Reader>>,
    waiting: Mutex<Waiting>,
}

/// A read with the channel that its result goes to.
pub(crate) type Read = Box<dyn FnOnce(&Store) + Send>;

/// The lane of a read. Statistics may take seconds, so they never occupy all threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Pages and operations.
    Interactive,
    Statistics,
}

/// Waiting reads and the counts of threads. Under load threads stay awake, since waking one costs more than a short read.
#[derive(Default)]
struct Waiting {
    interactive: VecDeque<Read>,
    statistics: VecDeque<Read>,
    threads: usize,
    /// Threads that are reading statistics.
    reading_statistics: usize,
    /// Idle threads that look for another read before they end.
    looking: usize,
}

impl Waiting {
    /// The number of waiting reads that a thread could take now.
    fn ready(&self) -> usize {
        self.interactive.len() + self.statistics.len().min(STATISTICS_READERS - self.reading_statistics)
    }

    fn pop(&mut self) -> Option<(Lane, Read)> {
        // One thread continues with statistics under a steady load of other reads.
        let statistics_first = self.reading_statistics == 0 || self.interactive.is_empty();
        if statistics_first
            && self.reading_statistics < STATISTICS_READERS
            && let Some(read) = self.statistics.pop_front()
        {
            self.reading_statistics += 1;
            return Some((Lane::Statistics, read));
        }
        self.interactive.pop_front().map(|read| (Lane::Interactive, read))
    }
}

impl Readers {
    pub(crate) fn new(path: PathBuf, longest: Duration, reads: Arc<OpenReads>) -> Self {
        Self { path, longest, reads, idle: Mutex::default(), waiting: Mutex::default() }
    }

    /// Queues a read. Returns true if the caller must start another thread that calls [`Readers::next`].
    ///
    /// # Errors
    /// [`Rule::Overloaded`] if too many reads wait.
    pub(crate) fn enqueue(&self, lane: Lane, read: Read) -> Result<bool> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (queue, limit) = match lane {
            Lane::Interactive => (&mut waiting.interactive, MAX_WAITING),
            Lane::Statistics => (&mut waiting.statistics, MAX_WAITING_STATISTICS),
        };
        if queue.len() >= limit {
            return Err(Rule::Overloaded.into());
        }
        queue.push_back(read);
        let another = waiting.looking < waiting.ready() && waiting.threads < READERS;
        waiting.threads += usize::from(another);
        Ok(another)
    }

    /// Returns the next read for a thread, which passes the lane of its finished read. The thread must end if there is none.
    pub(crate) fn next(&self, done: Option<Lane>) -> Option<(Lane, Read)> {
        for look in 0..=IDLE_LOOKS {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if look == 0 && done == Some(Lane::Statistics) {
                waiting.reading_statistics -= 1;
            }
            let next = waiting.pop();
            if next.is_some() {
                waiting.looking -= usize::from(look > 0);
                return next;
            }
            match look {
                0 => waiting.looking += 1,
                IDLE_LOOKS => (waiting.looking, waiting.threads) = (waiting.looking - 1, waiting.threads - 1),
                _ => {}
            }
            drop(waiting);
            // Another thread may queue a read meanwhile.
            std::thread::yield_now();
        }
        None
    }

    /// Returns an idle connection or opens one.
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
        // A connection inside a transaction is discarded: the work panicked or COMMIT failed.
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if reader.connection.is_autocommit() && idle.len() < READERS {
            idle.push(reader);
        }
    }

    /// Closes all idle connections.
    pub(crate) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A read-only connection.
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
