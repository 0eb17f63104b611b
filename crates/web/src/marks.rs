//! What pages note beside what they show: visits, and what was read. Showing never depends on it.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use carillon_model::error::Result;
use tokio::sync::Semaphore;

/// A page waits so long for its mark, so that what it shows next agrees with it. After that the mark is written behind it.
const TIMEOUT: Duration = Duration::from_secs(1);
/// Marks that are written at the same time. More are dropped: the store is slower than readers are.
const AT_ONCE: usize = 256;
/// After a failure no marks are tried for so long.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// Writes marks as long as that works.
#[derive(Clone)]
pub struct Marks(Arc<Shared>);

struct Shared {
    turns: Arc<Semaphore>,
    is_failing: AtomicBool,
    try_again_at: Mutex<Option<Instant>>,
}

impl Marks {
    /// Nothing has failed yet.
    pub fn new() -> Self {
        Self(Arc::new(Shared {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            is_failing: AtomicBool::new(false),
            try_again_at: Mutex::default(),
        }))
    }

    /// Writes a mark, or drops it if that fails. Returns once it is written or dropped, and soon in any case.
    pub async fn write(
        &self,
        what: &'static str,
        writing: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        if self.0.is_waiting() {
            return;
        }
        let Ok(turn) = Arc::clone(&self.0.turns).try_acquire_owned() else {
            return self.0.failed(what, &"too many are being written");
        };
        let shared = Arc::clone(&self.0);
        let written = tokio::spawn(async move {
            match writing.await {
                Ok(()) => shared.succeeded(),
                Err(error) => shared.failed(what, &error),
            }
            drop(turn);
        });
        let _ = tokio::time::timeout(TIMEOUT, written).await;
    }
}

impl Shared {
    fn is_waiting(&self) -> bool {
        let mut try_again_at = self.try_again_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_waiting = try_again_at.is_some_and(|at| Instant::now() < at);
        if !is_waiting {
            *try_again_at = None;
        }
        is_waiting
    }

    /// One line in the log, until marks are written again.
    fn failed(&self, what: &str, error: &dyn std::fmt::Display) {
        if !self.is_failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, what, "cannot be noted: pages are shown all the same, and what they would note is dropped");
        }
        let mut try_again_at = self.try_again_at.lock().unwrap_or_else(PoisonError::into_inner);
        *try_again_at = Some(Instant::now() + AFTER_A_FAILURE);
    }

    fn succeeded(&self) {
        if self.is_failing.swap(false, Ordering::Relaxed) {
            tracing::info!("what pages note is written again");
        }
    }
}

#[cfg(test)]
mod tests {
    use carillon_model::error::Error;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_mark_that_takes_long_is_written_behind_the_page() {
        let marks = Marks::new();
        let (done, is_done) = tokio::sync::oneshot::channel();
        let slow = async move {
            tokio::time::sleep(TIMEOUT * 2).await;
            let _ = done.send(());
            Ok(())
        };
        marks.write("a visit", slow).await;
        assert_eq!(is_done.await, Ok(()));
    }

    #[tokio::test]
    async fn marks_that_cannot_be_written_are_dropped() {
        let marks = Marks::new();
        marks.write("a visit", async { Err(Error::internal("the disk is full")) }).await;
        let (done, is_done) = tokio::sync::oneshot::channel::<()>();
        marks
            .write("a visit", async move {
                let _ = done.send(());
                Ok(())
            })
            .await;
        assert!(is_done.await.is_err(), "not tried again at once");
    }
}
