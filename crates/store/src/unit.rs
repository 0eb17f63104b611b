//! Units of work that wait for the writer, each with the channel that its result goes to.

use std::panic::{AssertUnwindSafe, catch_unwind};

use carillon_model::{
    audit::Signature,
    error::{Error, Result},
};
use tokio::sync::oneshot;

use crate::tx::{Scope, Tx};

/// A unit of work that waits for the writer.
pub(crate) trait Unit: Send {
    /// Returns true if nobody waits for the result any more.
    fn is_abandoned(&self) -> bool;
    /// What the unit may change.
    fn scope(&self) -> Scope;
    /// Runs the work and signs its changes. Returns true if they are to be committed.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Sends the result to the caller, after the commit or its failure.
    fn finish(self: Box<Self>, committed: Result<()>);
}

/// The end of a unit that succeeds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnSuccess {
    Commit,
    Undo,
}

struct PendingUnit<T, F> {
    scope: Scope,
    signature: Signature,
    work: Option<F>,
    on_success: OnSuccess,
    result: Option<Result<T>>,
    caller: oneshot::Sender<Result<T>>,
}

pub(crate) fn pending_unit<T: Send + 'static, F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static>(
    scope: Scope,
    signature: Signature,
    work: F,
    on_success: OnSuccess,
) -> (Box<dyn Unit>, oneshot::Receiver<Result<T>>) {
    let (caller, receiver) = oneshot::channel();
    (Box::new(PendingUnit { scope, signature, work: Some(work), on_success, result: None, caller }), receiver)
}

impl<T: Send, F: FnOnce(&mut Tx<'_>) -> Result<T> + Send> Unit for PendingUnit<T, F> {
    fn is_abandoned(&self) -> bool {
        self.caller.is_closed()
    }

    fn scope(&self) -> Scope {
        self.scope.clone()
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = match self.work.take() {
            None => Err(Error::internal("a unit ran twice")),
            // A panic in one unit must not take the others, or the writer, with it.
            Some(work) => catch_unwind(AssertUnwindSafe(|| {
                let done = work(tx)?;
                tx.finish(&self.signature)?;
                Ok(done)
            }))
            .unwrap_or_else(|_| Err(Error::internal("a unit of work panicked"))),
        };
        let commit = result.is_ok() && self.on_success == OnSuccess::Commit;
        self.result = Some(result);
        commit
    }

    fn finish(self: Box<Self>, committed: Result<()>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Err(error), Some(Ok(_))) | (Err(error), None) => Err(error),
            (_, Some(Err(error))) => Err(error),
            (Ok(()), None) => Err(Error::internal("a unit did not run")),
        };
        // The caller may have gone while the unit ran. The unit is durable nevertheless.
        let _ = self.caller.send(result);
    }
}
