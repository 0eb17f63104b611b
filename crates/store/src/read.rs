//! Reads, which see rows and snapshot of the same version of an organisation or of the registry.

use std::{
    cmp::Ordering,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use carillon_model::{
    error::{Error, Result, Rule},
    id::CorpId,
};
use tokio::sync::oneshot;

use crate::{
    connection::control,
    readers::{Lane, Reader},
    state::State,
    store::{Store, stopped},
    tx::Tx,
};

/// The maximum number of attempts to begin a read while commits intervene: with the delay below, five seconds in all.
const MAX_READ_RETRIES: u32 = 100_000;
/// The delay before the next attempt if the snapshot of the rows is not published yet.
const PUBLISHING_DELAY: Duration = Duration::from_micros(50);

impl Store {
    /// Reads an organisation on a reader thread. Rows and snapshot of that organisation have the same version. The rest of the
    /// snapshot is the newest one, so that commits of other organisations do not disturb the read.
    ///
    /// # Errors
    /// [`Rule::Overloaded`] if too many reads wait, or if the read exceeds its time limit or holds up the write-ahead log for too long.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        corp: &CorpId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_read(Lane::Interactive, Some(corp.clone()), work).await
    }

    /// [`Store::read`] in the lane of statistics, for reads that may take seconds. They do not hold up other reads.
    pub async fn read_statistics<T: Send + 'static>(
        self: &Arc<Self>,
        corp: &CorpId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_read(Lane::Statistics, Some(corp.clone()), work).await
    }

    /// Reads data of all organisations: their list, the owner of a session or ticket, or due work. Rows and snapshot of the
    /// registry have the same version.
    pub async fn read_registry<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_read(Lane::Interactive, None, work).await
    }

    /// [`Store::read`] on the calling thread.
    pub fn read_blocking<T>(&self, corp: &CorpId, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.read_of(Some(corp), work)
    }

    /// [`Store::read_registry`] on the calling thread.
    pub fn read_registry_blocking<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.read_of(None, work)
    }

    async fn enqueue_read<T: Send + 'static>(
        self: &Arc<Self>,
        lane: Lane,
        corp: Option<CorpId>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (caller, receiver) = oneshot::channel();
        let read = move |store: &Self| {
            // A caller that has gone needs no result.
            if !caller.is_closed() {
                let result = catch_unwind(AssertUnwindSafe(|| store.read_of(corp.as_ref(), work)));
                let _ =
                    caller.send(result.unwrap_or_else(|_| Err(Error::internal("a unit of work panicked"))));
            }
        };
        if self.readers.enqueue(lane, Box::new(read))? {
            let store = Arc::clone(self);
            tokio::task::spawn_blocking(move || {
                let mut done = None;
                while let Some((lane, read)) = store.readers.next(done) {
                    read(&store);
                    done = Some(lane);
                }
            });
        }
        receiver.await.map_err(|_| stopped())?
    }

    fn read_of<T>(&self, corp: Option<&CorpId>, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let reader = self.readers.take()?;
        let result = self.read_unit(&reader, corp, work);
        self.readers.give_back(reader);
        result
    }

    fn read_unit<T>(
        &self,
        reader: &Reader,
        corp: Option<&CorpId>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let state = self.begin_read(reader, corp)?;
        let mut tx = Tx::reading(&reader.connection, state, Some(&self.cache));
        tx.corp_of_read = corp;
        let result = work(&mut tx).and_then(|done| tx.refuse_misuse().map(|()| done));
        let ended_early = reader.limit.finish();
        control(&reader.connection, "COMMIT")?;
        if ended_early { Err(Rule::Overloaded.into()) } else { result }
    }

    /// Begins a read transaction, and returns the snapshot of the same version.
    fn begin_read(&self, reader: &Reader, corp: Option<&CorpId>) -> Result<State> {
        let connection = &reader.connection;
        for _ in 0..MAX_READ_RETRIES {
            reader.limit.begin();
            control(connection, "BEGIN")?;
            // The first query fixes the version that the transaction sees.
            let rows = Tx::reading(connection, State::default(), None).version_of_rows(corp)?;
            let state = self.state.load();
            match state.version(corp).cmp(&rows) {
                Ordering::Equal => return Ok(State::clone(&state)),
                // The commit is visible, and its snapshot is not published yet.
                Ordering::Less => std::thread::sleep(PUBLISHING_DELAY),
                // Another commit intervened.
                Ordering::Greater => {}
            }
            control(connection, "COMMIT")?;
        }
        Err(Error::internal("rows and snapshot do not have the same version"))
    }
}
