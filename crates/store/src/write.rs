//! Writes: units of work on their way to the writer.

use carillon_model::{audit::Signature, error::Result, id::CorpId};
use tokio::sync::mpsc;

use crate::{
    store::{Store, stopped},
    tx::{Scope, Tx},
    unit::{OnSuccess, Unit, pending_unit},
};

impl Store {
    /// Runs a unit of work in an organisation, and returns once it is durable. A unit that fails changes nothing.
    ///
    /// The audit trail records its changes under the signature; the work itself signs nothing.
    ///
    /// # Errors
    /// The errors of the work. A unit that changes another organisation fails.
    pub async fn write<T: Send + 'static>(
        &self,
        corp: &CorpId,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue(Scope::Corp(corp.clone()), signature, work).await
    }

    /// Checks that the store can be written to: writes a row without meaning, and returns once it is durable.
    pub async fn probe(&self, signature: Signature) -> Result<()> {
        self.write_registry(signature, |tx| tx.write_probe()).await
    }

    /// Runs a unit of work that adds an organisation, and may fill it. All other units belong to an organisation;
    /// [`State::corp_of_app`](crate::State::corp_of_app), [`State::corp_of_token`](crate::State::corp_of_token) and
    /// [`Store::read_registry`] find it.
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
        self.enqueue_blocking(Scope::Corp(corp.clone()), signature, work, OnSuccess::Commit)
    }

    /// [`Store::write_registry`] for threads outside of the asynchronous runtime.
    pub fn write_registry_blocking<T: Send + 'static>(
        &self,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_blocking(Scope::Registry { added: None }, signature, work, OnSuccess::Commit)
    }

    /// Runs a unit of work for its result alone, and undoes its changes.
    pub async fn dry_run<T: Send + 'static>(
        &self,
        corp: &CorpId,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_to(Scope::Corp(corp.clone()), signature, work, OnSuccess::Undo).await
    }

    /// [`Store::dry_run`] for threads outside of the asynchronous runtime.
    pub fn dry_run_blocking<T: Send + 'static>(
        &self,
        corp: &CorpId,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_blocking(Scope::Corp(corp.clone()), signature, work, OnSuccess::Undo)
    }

    async fn enqueue<T: Send + 'static>(
        &self,
        scope: Scope,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.enqueue_to(scope, signature, work, OnSuccess::Commit).await
    }

    async fn enqueue_to<T: Send + 'static>(
        &self,
        scope: Scope,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        on_success: OnSuccess,
    ) -> Result<T> {
        let (unit, result) = pending_unit(scope, signature, work, on_success);
        self.write_queue()?.send(unit).await.map_err(|_| stopped())?;
        result.await.map_err(|_| stopped())?
    }

    fn enqueue_blocking<T: Send + 'static>(
        &self,
        scope: Scope,
        signature: Signature,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        on_success: OnSuccess,
    ) -> Result<T> {
        let (unit, result) = pending_unit(scope, signature, work, on_success);
        self.write_queue()?.blocking_send(unit).map_err(|_| stopped())?;
        result.blocking_recv().map_err(|_| stopped())?
    }

    fn write_queue(&self) -> Result<&mpsc::Sender<Box<dyn Unit>>> {
        self.write_queue.as_ref().ok_or_else(stopped)
    }
}
