//! The embedded engine: one writer thread that makes waiting units durable together, and a pool of readers.

use std::{
    cmp::Ordering,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use arc_swap::ArcSwap;
use carillon_model::error::{Error, Result};
use rusqlite::{Connection, config::DbConfig};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::{
    event::{Event, Notice},
    lock::Lock,
    migrate::migrate,
    objects::Objects,
    readers::Readers,
    state::State,
    statistic::StatisticCache,
    tx::Tx,
};

/// Units that wait for the writer; more callers than that wait themselves.
const WRITE_QUEUE: usize = 4_096;
/// Units that share one commit at most.
const GROUP: usize = 512;
/// Tries to begin a read while commits come in between, and how long a snapshot takes to follow its rows: five seconds in all.
const MEETINGS: u32 = 100_000;
const PUBLISHING: Duration = Duration::from_micros(50);
/// Events that a slow listener may fall behind before it is told that it missed some.
const EVENT_QUEUE: usize = 1_024;
/// Statements that a connection keeps prepared: more than the program has.
const STATEMENTS: usize = 512;

/// Where things lie in the data folder.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The data folder.
    pub root: PathBuf,
}

impl Paths {
    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.root.join("carillon.db")
    }

    /// The uploaded files.
    pub fn objects(&self) -> PathBuf {
        self.root.join("objects")
    }

    /// The key that tokens are derived with.
    pub fn key(&self) -> PathBuf {
        self.root.join("key")
    }

    fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }
}

/// The open data folder.
pub struct Store {
    writer: Option<mpsc::Sender<Box<dyn Unit>>>,
    writer_thread: Option<JoinHandle<()>>,
    checkpointer: Arc<Checkpointer>,
    checkpoint_thread: Option<JoinHandle<()>>,
    readers: Readers,
    state: Arc<ArcSwap<State>>,
    events: broadcast::Sender<Event>,
    notices: broadcast::Sender<Notice>,
    objects: Objects,
    cache: StatisticCache,
    paths: Paths,
    _lock: Lock,
}

impl Store {
    /// Opens a data folder, creating it if need be, and loads the snapshot.
    pub fn open(root: &Path) -> Result<Self> {
        std::fs::create_dir_all(root).map_err(|error| {
            Error::internal(format!("cannot create the data folder {}: {error}", root.display()))
        })?;
        let paths = Paths { root: root.to_path_buf() };
        let lock = Lock::take(&paths.lock())?;
        let mut connection = open_writer(&paths.database())?;
        migrate(&mut connection)?;
        let loaded = load(&connection)?;
        let objects = Objects::open(&paths.objects())?;

        let state = Arc::new(ArcSwap::from_pointee(loaded.clone()));
        let (events, _) = broadcast::channel(EVENT_QUEUE);
        let (notices, _) = broadcast::channel(EVENT_QUEUE);
        let (writer, queue) = mpsc::channel(WRITE_QUEUE);
        let checkpointer = Arc::new(Checkpointer::default());
        let worker = Writer {
            connection,
            working: loaded,
            published: Arc::clone(&state),
            events: events.clone(),
            notices: notices.clone(),
            checkpointer: Arc::clone(&checkpointer),
        };
        let writer_thread = spawn("carillon-writer", move || worker.run(queue))?;
        let checkpoint_connection = open_writer(&paths.database())?;
        let waiting = Arc::clone(&checkpointer);
        let checkpoint_thread = spawn("carillon-checkpoint", move || waiting.run(&checkpoint_connection))?;
        Ok(Self {
            writer: Some(writer),
            writer_thread: Some(writer_thread),
            checkpointer,
            checkpoint_thread: Some(checkpoint_thread),
            readers: Readers::new(paths.database()),
            state,
            events,
            notices,
            objects,
            cache: StatisticCache::default(),
            paths,
            _lock: lock,
        })
    }

    /// The newest durable snapshot.
    pub fn state(&self) -> arc_swap::Guard<Arc<State>> {
        self.state.load()
    }

    /// Hears of every event from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Hears of everything that delivery has to know from now on. Whoever falls behind has to look at everything.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Uploaded files.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Where things lie.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Does a unit of work; answers once it is durable. A unit that fails changes nothing.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (unit, answer) = pending(work, After::Keep);
        self.writer()?.send(unit).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    /// `write` for threads outside of the asynchronous runtime.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (unit, answer) = pending(work, After::Keep);
        self.writer()?.blocking_send(unit).map_err(|_| stopped())?;
        answer.blocking_recv().map_err(|_| stopped())?
    }

    /// Does a unit of work for its answer alone: what it changed is undone.
    pub fn rehearse_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (unit, answer) = pending(work, After::Undo);
        self.writer()?.blocking_send(unit).map_err(|_| stopped())?;
        answer.blocking_recv().map_err(|_| stopped())?
    }

    /// Reads rows as of one moment, on a thread where waiting for the disk holds up nobody else.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, receiver) = oneshot::channel();
        let read = move |store: &Self| {
            // Whoever does not wait any more needs no answer.
            if !answer.is_closed() {
                let result = catch_unwind(AssertUnwindSafe(|| store.read_blocking(work)));
                let _ =
                    answer.send(result.unwrap_or_else(|_| Err(Error::internal("a unit of work panicked"))));
            }
        };
        if self.readers.enqueue(Box::new(read)) {
            let store = Arc::clone(self);
            tokio::task::spawn_blocking(move || {
                while let Some(read) = store.readers.next() {
                    read(&store);
                }
            });
        }
        receiver.await.map_err(|_| stopped())?
    }

    /// `read` on this thread.
    pub fn read_blocking<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let connection = self.readers.take()?;
        let result = self.read_unit(&connection, work);
        self.readers.give_back(connection);
        result
    }

    fn read_unit<T>(
        &self,
        connection: &Connection,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let state = self.begin_read(connection)?;
        let result = work(&mut Tx::new(connection, state, Some(&self.cache)));
        control(connection, "COMMIT")?;
        result
    }

    /// Begins to read rows, and finds the snapshot of the same commit.
    fn begin_read(&self, connection: &Connection) -> Result<State> {
        for _ in 0..MEETINGS {
            control(connection, "BEGIN")?;
            // The first query fixes what the transaction sees.
            let rows = Tx::new(connection, State::default(), None).commit_of_rows()?;
            let state = self.state.load();
            match state.commit.cmp(&rows) {
                Ordering::Equal => return Ok(State::clone(&state)),
                // Rows can be seen a moment before their snapshot is published.
                Ordering::Less => std::thread::sleep(PUBLISHING),
                // Another commit came in between.
                Ordering::Greater => {}
            }
            control(connection, "COMMIT")?;
        }
        Err(Error::internal("rows and snapshot are not of the same commit"))
    }

    fn writer(&self) -> Result<&mpsc::Sender<Box<dyn Unit>>> {
        self.writer.as_ref().ok_or_else(stopped)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Closing the queue lets the writer finish what waits, then end.
        self.writer = None;
        self.checkpointer.stop();
        for thread in [self.writer_thread.take(), self.checkpoint_thread.take()].into_iter().flatten() {
            if thread.join().is_err() {
                tracing::error!("a storage thread panicked");
            }
        }
    }
}

fn stopped() -> Error {
    Error::internal("the store has stopped")
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(Error::internal)
}

fn open_writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).map_err(Error::internal)?;
    connection
        .execute_batch(
            // Checkpoints have a thread of their own: inside a commit they would stall everybody who waits for it.
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
             PRAGMA busy_timeout = 10000; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;",
        )
        .map_err(Error::internal)?;
    prepare_connection(connection)
}

/// What all connections have in common.
pub(crate) fn prepare_connection(connection: Connection) -> Result<Connection> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without the guarantee, a range query is prepared again whenever its bounds change.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(Error::internal)?;
    Ok(connection)
}

fn load(connection: &Connection) -> Result<State> {
    let mut tx = Tx::new(connection, State::default(), None);
    tx.load_commit()?;
    tx.load_corps()?;
    tx.load_apps()?;
    tx.load_accounts()?;
    tx.load_reaches()?;
    tx.load_departments()?;
    tx.load_members()?;
    tx.load_roles()?;
    tx.load_active_days()?;
    tx.load_broadcasts()?;
    tx.load_subscriptions()?;
    tx.load_auto_replies()?;
    Ok(tx.into_parts().0)
}

/// A statement that begins or ends something.
fn control(connection: &Connection, sql: &str) -> Result<()> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map_err(Error::internal)?;
    Ok(())
}

/// A unit of work that waits for the writer.
trait Unit: Send {
    /// Does the work; whether it succeeded and is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Tells the caller, after the commit or instead of it.
    fn finish(self: Box<Self>, committed: Result<()>);
}

/// What happens to the changes of a unit that succeeds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Keep,
    Undo,
}

struct PendingUnit<T, F> {
    work: Option<F>,
    after: After,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

fn pending<T: Send + 'static, F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static>(
    work: F,
    after: After,
) -> (Box<dyn Unit>, oneshot::Receiver<Result<T>>) {
    let (answer, receiver) = oneshot::channel();
    (Box::new(PendingUnit { work: Some(work), after, result: None, answer }), receiver)
}

impl<T: Send, F: FnOnce(&mut Tx<'_>) -> Result<T> + Send> Unit for PendingUnit<T, F> {
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = match self.work.take() {
            None => Err(Error::internal("a unit ran twice")),
            // A panic in one unit must not take the others, or the writer, with it.
            Some(work) => catch_unwind(AssertUnwindSafe(|| work(tx)))
                .unwrap_or_else(|_| Err(Error::internal("a unit of work panicked"))),
        };
        let keep = result.is_ok() && self.after == After::Keep;
        self.result = Some(result);
        keep
    }

    fn finish(self: Box<Self>, committed: Result<()>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Err(error), Some(Ok(_))) | (Err(error), None) => Err(error),
            (_, Some(Err(error))) => Err(error),
            (Ok(()), None) => Err(Error::internal("a unit did not run")),
        };
        // The caller may have gone away; what it asked for is durable all the same.
        let _ = self.answer.send(result);
    }
}

struct Writer {
    connection: Connection,
    working: State,
    published: Arc<ArcSwap<State>>,
    events: broadcast::Sender<Event>,
    notices: broadcast::Sender<Notice>,
    checkpointer: Arc<Checkpointer>,
}

impl Writer {
    fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Unit>>) {
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
            self.checkpointer.committed();
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

/// Copies the write-ahead log back into the database now and then, away from the writer.
#[derive(Default)]
struct Checkpointer {
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

    fn committed(&self) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.commits += 1;
        if progress.commits == Self::EVERY {
            self.wake.notify_one();
        }
    }

    fn stop(&self) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).stopping = true;
        self.wake.notify_one();
    }

    fn run(&self, connection: &Connection) {
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
