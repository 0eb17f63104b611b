//! Reads: rows and snapshot of the same version of an organisation, or of the registry.

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

/// Tries to begin a read while commits come in between, and how long a snapshot takes to follow its rows: five seconds in all.
const MAX_READ_RETRIES: u32 = 100_000;
const PUBLISHING: Duration = Duration::from_micros(50);

impl Store {
    /// Reads an organisation as of one moment, on a thread where waiting for the disk holds up nobody else. Rows and snapshot of
    /// that organisation are of the same version. The rest of the snapshot is the newest there is: commits of others disturb
    /// nothing.
    ///
    /// # Errors
    /// [`Rule::Overloaded`] if too many reads wait, or if it took longer than a read may, or than the write-ahead log can wait.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        corp: &CorpId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_read(Lane::Interactive, Some(corp.clone()), work).await
    }

    /// [`Store::read`] of what may take seconds: such reads wait for each other, and hold up no other ones.
    pub async fn read_statistics<T: Send + 'static>(
        self: &Arc<Self>,
        corp: &CorpId,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_read(Lane::Statistics, Some(corp.clone()), work).await
    }

    /// Reads what belongs to no organisation: which ones there are, to whom a session or a ticket belongs, what is due in any of
    /// them. Rows and snapshot of the registry are of the same version.
    pub async fn read_registry<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_read(Lane::Interactive, None, work).await
    }

    /// [`Store::read`] on this thread.
    pub fn read_blocking<T>(&self, corp: &CorpId, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.read_of(Some(corp), work)
    }

    /// [`Store::read_registry`] on this thread.
    pub fn read_registry_blocking<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.read_of(None, work)
    }

    async fn enqueue_read<T: Send + 'static>(
        self: &Arc<Self>,
        lane: Lane,
        corp: Option<CorpId>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, receiver) = oneshot::channel();
        let read = move |store: &Self| {
            // Whoever does not wait any more needs no answer.
            if !answer.is_closed() {
                let result = catch_unwind(AssertUnwindSafe(|| store.read_of(corp.as_ref(), work)));
                let _ =
                    answer.send(result.unwrap_or_else(|_| Err(Error::internal("a unit of work panicked"))));
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
        let result = work(&mut tx).and_then(|done| tx.refuse_misuse().map(|()| done));
        let ended_early = reader.limit.finish();
        control(&reader.connection, "COMMIT")?;
        if ended_early { Err(Rule::Overloaded.into()) } else { result }
    }

    /// Begins to read rows, and finds the snapshot of the same version.
    fn begin_read(&self, reader: &Reader, corp: Option<&CorpId>) -> Result<State> {
        let connection = &reader.connection;
        for _ in 0..MAX_READ_RETRIES {
            reader.limit.begin();
            control(connection, "BEGIN")?;
            // The first query fixes what the transaction sees.
            let rows = Tx::reading(connection, State::default(), None).version_of_rows(corp)?;
            let state = self.state.load();
            match state.version(corp).cmp(&rows) {
                Ordering::Equal => return Ok(State::clone(&state)),
                // Rows can be seen a moment before their snapshot is published.
                Ordering::Less => std::thread::sleep(PUBLISHING),
                // Another commit came in between.
                Ordering::Greater => {}
            }
            control(connection, "COMMIT")?;
        }
        Err(Error::internal("rows and snapshot are not of the same version"))
    }
}
