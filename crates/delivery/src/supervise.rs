//! Restarts background tasks that panic, with a growing delay. Each restart is logged and counted.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use tokio::time::Instant;

/// The delay before the first restart.
const INITIAL_DELAY: Duration = Duration::from_millis(100);
/// The longest delay before a restart.
const MAX_DELAY: Duration = Duration::from_secs(60);
/// A task that ran this long without a panic starts again with the initial delay.
const RESET_AFTER: Duration = Duration::from_secs(300);

/// Runs a task until it ends without a panic. Restarts it after each panic.
pub async fn supervise<Task: Future<Output = ()>>(name: &'static str, mut start: impl FnMut() -> Task) {
    let mut backoff = RestartBackoff::new(name);
    while let Err(panic) = AssertUnwindSafe(start()).catch_unwind().await {
        backoff.wait_after(panic).await;
    }
}

/// The back-off between restarts of one task.
pub struct RestartBackoff {
    name: &'static str,
    delay: Duration,
    started_at: Instant,
}

impl RestartBackoff {
    /// Creates the back-off of a task that starts now.
    pub fn new(name: &'static str) -> Self {
        Self { name, delay: INITIAL_DELAY, started_at: Instant::now() }
    }

    /// Logs a panic and waits until the task is due to restart.
    pub async fn wait_after(&mut self, panic: Box<dyn Any + Send>) {
        if self.started_at.elapsed() >= RESET_AFTER {
            self.delay = INITIAL_DELAY;
        }
        let delay_ms = u64::try_from(self.delay.as_millis()).unwrap_or(u64::MAX);
        tracing::error!(
            task = self.name,
            panic = message(panic.as_ref()),
            delay_ms,
            "a background task panicked"
        );
        metrics::counter!("carillon_task_restarts_total", "task" => self.name).increment(1);
        tokio::time::sleep(self.delay).await;
        self.delay = (self.delay * 2).min(MAX_DELAY);
        self.started_at = Instant::now();
    }
}

/// Returns the message of a panic.
pub fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn a_panicking_task_is_restarted_until_it_ends() {
        let starts = Cell::new(0);
        let started = Instant::now();
        supervise("test", || {
            starts.set(starts.get() + 1);
            let number = starts.get();
            async move { assert!(number == 3, "start {number}") }
        })
        .await;
        assert_eq!(starts.get(), 3);
        assert!(started.elapsed() >= INITIAL_DELAY * 3, "each delay is longer than the one before");
    }
}
