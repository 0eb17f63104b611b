//! Writes that pages make on the side, such as visits and read marks. Pages are shown even if these writes fail.

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

/// The time that a page waits for its write, so that the next page agrees with it. After that the write goes on in the background.
const TIMEOUT: Duration = Duration::from_secs(1);
/// The most writes at the same time. Further ones are dropped, because the store is slower than the readers.
const MAX_CONCURRENT: usize = 256;
/// The pause after a failure, in which writes are dropped.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Runs writes whose failure is not reported to the reader.
#[derive(Clone)]
pub struct BestEffort(Arc<Shared>);

struct Shared {
    permits: Arc<Semaphore>,
    is_failing: AtomicBool,
    retry_at: Mutex<Option<Instant>>,
}

impl BestEffort {
    /// Creates one without failures.
    pub fn new() -> Self {
        Self(Arc::new(Shared {
            permits: Arc::new(Semaphore::new(MAX_CONCURRENT)),
            is_failing: AtomicBool::new(false),
            retry_at: Mutex::default(),
        }))
    }

    /// Runs a write, or drops it after a failure. Returns when it is done, at the latest after [`TIMEOUT`]. `what` is for the log.
    pub async fn write(&self, what: &'static str, write: impl Future<Output = Result<()>> + Send + 'static) {
        if self.0.is_paused() {
            return;
        }
        let Ok(permit) = Arc::clone(&self.0.permits).try_acquire_owned() else {
            return self.0.failed(what, &"too many writes at the same time");
        };
        let shared = Arc::clone(&self.0);
        let written = tokio::spawn(async move {
            match write.await {
                Ok(()) => shared.succeeded(),
                Err(error) => shared.failed(what, &error),
            }
            drop(permit);
        });
        let _ = tokio::time::timeout(TIMEOUT, written).await;
    }
}

impl Shared {
    fn is_paused(&self) -> bool {
        let mut retry_at = self.retry_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_paused = retry_at.is_some_and(|at| Instant::now() < at);
        if !is_paused {
            *retry_at = None;
        }
        is_paused
    }

    /// Logs the first failure after a success.
    fn failed(&self, what: &str, error: &dyn std::fmt::Display) {
        if !self.is_failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, what, "cannot be written: pages are still shown, but such writes are dropped");
        }
        let mut retry_at = self.retry_at.lock().unwrap_or_else(PoisonError::into_inner);
        *retry_at = Some(Instant::now() + RETRY_AFTER);
    }

    fn succeeded(&self) {
        if self.is_failing.swap(false, Ordering::Relaxed) {
            tracing::info!("such writes succeed again");
        }
    }
}

#[cfg(test)]
mod tests {
    use carillon_model::error::Error;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_slow_write_goes_on_behind_the_page() {
        let best_effort = BestEffort::new();
        let (done, is_done) = tokio::sync::oneshot::channel();
        let slow = async move {
            tokio::time::sleep(TIMEOUT * 2).await;
            let _ = done.send(());
            Ok(())
        };
        best_effort.write("a visit", slow).await;
        assert_eq!(is_done.await, Ok(()));
    }

    #[tokio::test]
    async fn writes_that_fail_are_dropped() {
        let best_effort = BestEffort::new();
        best_effort.write("a visit", async { Err(Error::internal("the disk is full")) }).await;
        let (done, is_done) = tokio::sync::oneshot::channel::<()>();
        best_effort
            .write("a visit", async move {
                let _ = done.send(());
                Ok(())
            })
            .await;
        assert!(is_done.await.is_err(), "not tried again at once");
    }
}
