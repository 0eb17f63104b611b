//! The embedded engine: one writer thread that makes waiting units durable together, and a pool of readers.

use std::{path::Path, sync::Arc, thread::JoinHandle, time::Duration};

use arc_swap::ArcSwap;
use carillon_model::{
    audit::Signature,
    error::{Error, Result},
    id::CorpId,
    settings::StorageSettings,
    time::{SECOND_MS, Timestamp},
};
use rusqlite::wal::CheckpointMode;
use tokio::sync::{broadcast, mpsc};

use crate::{
    article_views::{ArticleViews, ViewCount, ViewKey},
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
    tx::{Scope, Tx},
    unit::{After, Unit, pending},
    writer::Writer,
};

/// Units that wait for the writer; more callers than that wait themselves.
const WRITE_QUEUE: usize = 4_096;
/// Events that a slow listener may fall behind before it is told that it missed some.
const EVENT_QUEUE: usize = 1_024;
/// Views of articles are written this long after the first of them. A crash forgets those that were counted in between.
const VIEWS_WAIT_MS: i64 = 5 * SECOND_MS;

/// The open data folder.
pub struct Store {
    writer: Option<mpsc::Sender<Box<dyn Unit>>>,
    writer_thread: Option<JoinHandle<()>>,
    checkpointer: Arc<Checkpointer>,
    checkpoint_thread: Option<JoinHandle<()>>,
    pub(crate) readers: Readers,
    pub(crate) state: Arc<ArcSwap<State>>,
    events: broadcast::Sender<LiveEvent>,
    notices: broadcast::Sender<Notice>,
    due_times: Arc<DueTimes>,
    article_views: ArticleViews,
    objects: Objects,
    pub(crate) cache: StatisticCache,
    paths: Paths,
    _lock: Lock,
}

impl Store {
    /// Opens a data folder, creating it if need be, and loads the snapshot.
    pub fn open(root: &Path) -> Result<Self> {
        Self::open_with(root, &StorageSettings::default())
    }

    /// Opens a data folder with limits other than the default ones.
    pub fn open_with(root: &Path, settings: &StorageSettings) -> Result<Self> {
        let failed =
            |error| Error::internal(format!("cannot create the data folder {}: {error}", root.display()));
        file_mode::create_folder(root).map_err(failed)?;
        let paths = Paths { root: root.to_path_buf() };
        let lock = Lock::take(&paths.lock())?;
        // The log and its index get the same mode from the engine.
        file_mode::create_file(&paths.database()).map_err(failed)?;
        let mut connection = open_writer(&paths.database())?;
        migrate(&mut connection)?;
        // What a crash or a migration left in the log.
        checkpoint(&connection, CheckpointMode::TRUNCATE)?;
        let loaded = Tx::reading(&connection, State::default(), None).load_state()?;
        let objects = Objects::open(&paths.objects())?;

        let state = Arc::new(ArcSwap::from_pointee(loaded.clone()));
        let (events, _) = broadcast::channel(EVENT_QUEUE);
        let (notices, _) = broadcast::channel(EVENT_QUEUE);
        let (writer, queue) = mpsc::channel(WRITE_QUEUE);
        let checkpointer = Arc::new(Checkpointer::new(&paths.database()));
        let reads = Arc::new(OpenReads::default());
        let log_limit = settings.log_limit_mb << 20;
        let due_times = Arc::new(DueTimes::default());
        let worker = Writer {
            connection,
            working: loaded,
            published: Arc::clone(&state),
            events: events.clone(),
            notices: notices.clone(),
            log_limit: LogLimit::new(Arc::clone(&checkpointer), Arc::clone(&reads), log_limit),
            due_times: Arc::clone(&due_times),
        };
        let writer_thread = spawn("carillon-writer", move || worker.run(queue))?;
        let checkpoint_connection = open_writer(&paths.database())?;
        let waiting = Arc::clone(&checkpointer);
        let checkpoint_thread = spawn("carillon-checkpoint", move || waiting.run(&checkpoint_connection))?;
        let longest_read = Duration::from_secs(settings.read_seconds.max(1));
        Ok(Self {
            writer: Some(writer),
            writer_thread: Some(writer_thread),
            checkpointer,
            checkpoint_thread: Some(checkpoint_thread),
            readers: Readers::new(paths.database(), longest_read, reads),
            state,
            events,
            notices,
            due_times,
            article_views: ArticleViews::default(),
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
    pub fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        self.events.subscribe()
    }

    /// Hears of everything that delivery has to know from now on. Whoever falls behind has to look at everything.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Times that were told of: for the scheduler.
    pub fn due_times(&self) -> &DueTimes {
        &self.due_times
    }

    /// Views of articles that are counted in memory and not written yet.
    pub fn article_views(&self) -> &ArticleViews {
        &self.article_views
    }

    /// Counts a view of an article in memory, if that is all it takes; the scheduler is told when it has to be written.
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

    /// Where things lie.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Does a unit of work in an organisation; returns once it is durable. A unit that fails changes nothing.
    ///
    /// What it changes is in the audit trail in the name of who signs: nothing has to be signed inside.
    ///
    /// # Errors
    /// Those of the work. A unit that changes another organisation fails.
    pub async fn write<T: Send + 'static>(
        &self,
        corp: &CorpId,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue(Scope::Corp(corp.clone()), signature, work).await
    }

    /// Writes a row of no meaning and returns once it is durable: whether the store can be written to.
    pub async fn probe(&self, signature: Signature) -> Result<()> {
        self.write_registry(signature, |tx| tx.write_probe()).await
    }

    /// Does a unit of work that belongs to no organisation that is there yet: it may add one, and fill it. Everything else has an
    /// organisation; [`State::corp_of_app`], [`State::corp_of_token`] and [`Store::read_registry`] find it.
    pub async fn write_registry<T: Send + 'static>(
        &self,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue(Scope::Registry { added: None }, signature, work).await
    }

    /// [`Store::write`] for threads outside of the asynchronous runtime.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        corp: &CorpId,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_blocking(Scope::Corp(corp.clone()), signature, work, After::Keep)
    }

    /// [`Store::write_registry`] for threads outside of the asynchronous runtime.
    pub fn write_registry_blocking<T: Send + 'static>(
        &self,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_blocking(Scope::Registry { added: None }, signature, work, After::Keep)
    }

    /// Does a unit of work for its answer alone: what it changed is undone.
    pub fn dry_run_blocking<T: Send + 'static>(
        &self,
        corp: &CorpId,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_blocking(Scope::Corp(corp.clone()), signature, work, After::Undo)
    }

    async fn enqueue<T: Send + 'static>(
        &self,
        scope: Scope,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (unit, answer) = pending(scope, signature, work, After::Keep);
        self.writer()?.send(unit).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    fn enqueue_blocking<T: Send + 'static>(
        &self,
        scope: Scope,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        after: After,
    ) -> Result<T> {
        let (unit, answer) = pending(scope, signature, work, after);
        self.writer()?.blocking_send(unit).map_err(|_| stopped())?;
        answer.blocking_recv().map_err(|_| stopped())?
    }

    fn writer(&self) -> Result<&mpsc::Sender<Box<dyn Unit>>> {
        self.writer.as_ref().ok_or_else(stopped)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Closing the queue lets the writer finish what waits, then end.
        self.writer = None;
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
