//! Background tasks that go on after a panic: each is started again, later and later, and each restart is logged and counted.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use tokio::time::Instant;

/// Before the first restart.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Before a restart at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A task that ran for so long before it panicked begins with the first pause again.
const HEALTHY_TIME: Duration = Duration::from_secs(300);

/// Runs a task until it ends by itself.
pub async fn supervise<Task: Future<Output = ()>>(name: &'static str, mut start: impl FnMut() -> Task) {
    let mut restarts = Restarts::new(name);
    while let Err(panic) = AssertUnwindSafe(start()).catch_unwind().await {
        restarts.pause_after(panic).await;
    }
}

/// How often a task panicked of late.
pub struct Restarts {
    name: &'static str,
    pause: Duration,
    started_at: Instant,
}

impl Restarts {
    /// A task that starts now.
    pub fn new(name: &'static str) -> Self {
        Self { name, pause: FIRST_PAUSE, started_at: Instant::now() }
    }

    /// Notes a panic, and waits until the task is to be started again.
    pub async fn pause_after(&mut self, panic: Box<dyn Any + Send>) {
        if self.started_at.elapsed() >= HEALTHY_TIME {
            self.pause = FIRST_PAUSE;
        }
        let pause_ms = u64::try_from(self.pause.as_millis()).unwrap_or(u64::MAX);
        tracing::error!(
            task = self.name,
            panic = message(panic.as_ref()),
            pause_ms,
            "a background task panicked"
        );
        metrics::counter!("carillon_task_restarts_total", "task" => self.name).increment(1);
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.started_at = Instant::now();
    }
}

/// What a panic says.
pub fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_started_again_until_it_ends() {
        let starts = Cell::new(0);
        let began = Instant::now();
        supervise("test", || {
            starts.set(starts.get() + 1);
            let number = starts.get();
            async move { assert!(number == 3, "start {number}") }
        })
        .await;
        assert_eq!(starts.get(), 3);
        assert!(began.elapsed() >= FIRST_PAUSE * 3, "each pause is longer than the one before");
    }
}
