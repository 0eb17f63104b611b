//! The open data folder: opens it, starts its threads, and stops them. Writes are in `write.rs`, reads in `read.rs`.

use std::{path::Path, sync::Arc, thread::JoinHandle, time::Duration};

use arc_swap::ArcSwap;
use carillon_model::{
    error::{Error, Result},
    id::CorpId,
    settings::StorageSettings,
    time::{SECOND_MS, Timestamp},
};
use rusqlite::wal::CheckpointMode;
use tokio::sync::{broadcast, mpsc};

use crate::{
    article_views::{ArticleViews, ViewCount, ViewKey},
    call_queue::CallQueue,
    checkpoint::{Checkpointer, LogLimit, checkpoint},
    connection::open_writer,
    due::{DueTimes, DueWork},
    file_mode,
    live_event::LiveEvent,
    lock::Lock,
    migrate::migrate,
    notice::Notice,
    objects::Objects,
    paths::Paths,
    read_limit::OpenReads,
    readers::Readers,
    state::State,
    statistic::StatisticCache,
    tx::Tx,
    unit::Unit,
    writer::Writer,
};

/// Units that the queue of the writer holds. A caller waits while it is full.
const WRITE_QUEUE: usize = 4_096;
/// Live events or notices that a channel holds for its slowest receiver, which then misses the oldest ones.
const EVENT_QUEUE: usize = 1_024;
/// How long after the first of them views of articles are written. A crash loses the views of this time.
const VIEWS_WAIT_MS: i64 = 5 * SECOND_MS;

/// The open data folder.
pub struct Store {
    pub(crate) write_queue: Option<mpsc::Sender<Box<dyn Unit>>>,
    writer_thread: Option<JoinHandle<()>>,
    checkpointer: Arc<Checkpointer>,
    checkpoint_thread: Option<JoinHandle<()>>,
    pub(crate) readers: Readers,
    pub(crate) state: Arc<ArcSwap<State>>,
    events: broadcast::Sender<LiveEvent>,
    notices: broadcast::Sender<Notice>,
    due_times: Arc<DueTimes>,
    article_views: ArticleViews,
    calls: CallQueue,
    objects: Objects,
    pub(crate) cache: StatisticCache,
    paths: Paths,
    _lock: Lock,
}

impl Store {
    /// Opens a data folder, which it creates if necessary, and loads the snapshot.
    pub fn open(root: &Path) -> Result<Self> {
        Self::open_with(root, &StorageSettings::default())
    }

    /// Opens a data folder with limits other than the default ones.
    pub fn open_with(root: &Path, settings: &StorageSettings) -> Result<Self> {
        let failed = |error| {
            let root = root.display();
            Error::internal(format!(
                "cannot write to the data folder {root}: {error} (run this as its owner, or name another one with --data)"
            ))
        };
        file_mode::create_folder(root).map_err(failed)?;
        let paths = Paths { root: root.to_path_buf() };
        let lock = Lock::take(&paths.lock())?;
        // The log and its index get the same mode from the engine.
        file_mode::create_file(&paths.database()).map_err(failed)?;
        let mut connection = open_writer(&paths.database())?;
        migrate(&mut connection)?;
        // A crash or a migration may have left something in the log.
        checkpoint(&connection, CheckpointMode::TRUNCATE)?;
        let loaded = Tx::reading(&connection, State::default(), None).load_state()?;
        let objects = Objects::open(&paths.objects())?;

        let state = Arc::new(ArcSwap::from_pointee(loaded.clone()));
        let (events, _) = broadcast::channel(EVENT_QUEUE);
        let (notices, _) = broadcast::channel(EVENT_QUEUE);
        let (write_queue, queued) = mpsc::channel(WRITE_QUEUE);
        let checkpointer = Arc::new(Checkpointer::new(&paths.database()));
        let reads = Arc::new(OpenReads::default());
        let log_limit = settings.log_limit_mb << 20;
        let due_times = Arc::new(DueTimes::default());
        let writer = Writer {
            connection,
            working: loaded,
            published: Arc::clone(&state),
            events: events.clone(),
            notices: notices.clone(),
            log_limit: LogLimit::new(Arc::clone(&checkpointer), Arc::clone(&reads), log_limit),
            due_times: Arc::clone(&due_times),
        };
        let writer_thread = spawn("carillon-writer", move || writer.run(queued))?;
        let checkpoint_connection = open_writer(&paths.database())?;
        let waiting = Arc::clone(&checkpointer);
        let checkpoint_thread = spawn("carillon-checkpoint", move || waiting.run(&checkpoint_connection))?;
        let longest_read = Duration::from_secs(settings.read_seconds.max(1));
        Ok(Self {
            write_queue: Some(write_queue),
            writer_thread: Some(writer_thread),
            checkpointer,
            checkpoint_thread: Some(checkpoint_thread),
            readers: Readers::new(paths.database(), longest_read, reads),
            state,
            events,
            notices,
            due_times,
            article_views: ArticleViews::default(),
            calls: CallQueue::default(),
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

    /// Subscribes to all live events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        self.events.subscribe()
    }

    /// Subscribes to all notices from now on. A receiver that falls behind must look for all pending work.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// The times at which work becomes due, for the scheduler.
    pub fn due_times(&self) -> &DueTimes {
        &self.due_times
    }

    /// The views of articles that are counted in memory and not written yet.
    pub fn article_views(&self) -> &ArticleViews {
        &self.article_views
    }

    /// The calls that are recorded in memory and not written yet.
    pub fn calls(&self) -> &CallQueue {
        &self.calls
    }

    /// Counts a view of an article in memory if it need not be written at once, and tells the scheduler when it has to be written.
    pub fn count_article_view(&self, corp: &CorpId, key: ViewKey, at: Timestamp) -> ViewCount {
        let counted = self.article_views.count(corp, key, at);
        if counted == ViewCount::CountedFirst {
            self.due_times.add(corp, DueWork::ArticleViews, at.plus_ms(VIEWS_WAIT_MS));
        }
        counted
    }

    /// Uploaded files.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// The paths of the files in the data folder.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // The writer finishes the queued units once the queue is closed, and ends.
        self.write_queue = None;
        join(self.writer_thread.take());
        // The checkpoint thread's connection is the last one to be closed, which removes the log.
        self.readers.close();
        self.checkpointer.stop();
        join(self.checkpoint_thread.take());
    }
}

fn join(thread: Option<JoinHandle<()>>) {
    if thread.is_some_and(|thread| thread.join().is_err()) {
        tracing::error!("a storage thread panicked");
    }
}

pub(crate) fn stopped() -> Error {
    Error::internal("the store has stopped")
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(Error::internal)
}
