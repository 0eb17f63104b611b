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
    /// What it may change.
    fn scope(&self) -> Scope;
    /// Does the work and signs for it; whether it succeeded and is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Tells the caller, after the commit or instead of it.
    fn finish(self: Box<Self>, committed: Result<()>);
}

/// What happens to the changes of a unit that succeeds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Keep,
    Undo,
}

struct PendingUnit<T, F> {
    scope: Scope,
    signature: Signature,
    work: Option<F>,
    after: After,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

pub(crate) fn pending<T: Send + 'static, F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static>(
    scope: Scope,
    signature: Signature,
    work: F,
    after: After,
) -> (Box<dyn Unit>, oneshot::Receiver<Result<T>>) {
    let (answer, receiver) = oneshot::channel();
    (Box::new(PendingUnit { scope, signature, work: Some(work), after, result: None, answer }), receiver)
}

impl<T: Send, F: FnOnce(&mut Tx<'_>) -> Result<T> + Send> Unit for PendingUnit<T, F> {
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
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
        // The caller may have gone away while it ran; what it asked for is durable all the same.
        let _ = self.answer.send(result);
    }
}
