//! The pool of readers: connections, and the queue of reads.

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

/// Threads, each with a connection, that read at the same time.
const READERS: usize = 8;
/// As many of them read statistics at most.
const STATISTICS: usize = 3;
/// Reads of a lane that wait at most; more are refused.
const WAITING: usize = 2_048;
const WAITING_STATISTICS: usize = 256;
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

/// What a read is for. Statistics may take seconds, so they never take all threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Pages and operations.
    Interactive,
    Statistics,
}

/// Reads that wait, and the threads that take one after the other. Under load threads stay awake: waking one is what a short read
/// costs most.
#[derive(Default)]
struct Waiting {
    interactive: VecDeque<Read>,
    statistics: VecDeque<Read>,
    threads: usize,
    /// Threads that read statistics just now.
    at_statistics: usize,
    /// Threads that found no read and look again for a moment before they end.
    looking: usize,
}

impl Waiting {
    /// Reads that threads could begin with now.
    fn ready(&self) -> usize {
        self.interactive.len() + self.statistics.len().min(STATISTICS - self.at_statistics)
    }

    fn pop(&mut self) -> Option<(Lane, Read)> {
        // Under a steady load of other reads, one thread goes on with statistics.
        let statistics_first = self.at_statistics == 0 || self.interactive.is_empty();
        if statistics_first
            && self.at_statistics < STATISTICS
            && let Some(read) = self.statistics.pop_front()
        {
            self.at_statistics += 1;
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
            Lane::Interactive => (&mut waiting.interactive, WAITING),
            Lane::Statistics => (&mut waiting.statistics, WAITING_STATISTICS),
        };
        if queue.len() >= limit {
            return Err(Rule::Overloaded.into());
        }
        queue.push_back(read);
        let another = waiting.looking < waiting.ready() && waiting.threads < READERS;
        waiting.threads += usize::from(another);
        Ok(another)
    }

    /// The next read for a thread, which names the lane of the read that it has done. One that gets none has to end.
    pub(crate) fn next(&self, done: Option<Lane>) -> Option<(Lane, Read)> {
        for look in 0..=LOOKS {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if look == 0 && done == Some(Lane::Statistics) {
                waiting.at_statistics -= 1;
            }
            let next = waiting.pop();
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
