//! Background tasks that run as long as the server. A task that ends early, with or without a panic, is restarted; readiness shows it
//! as down until then.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::watch, task::JoinSet};

/// The delay before the first restart. It doubles with each further one.
const INITIAL_DELAY: Duration = Duration::from_secs(1);
const MAX_DELAY: Duration = Duration::from_secs(60);
/// A task that ran this long starts again with the initial delay.
const RESET_AFTER: Duration = Duration::from_secs(600);

/// The tasks that are down.
#[derive(Default)]
pub struct Health {
    down: Mutex<BTreeSet<&'static str>>,
}

impl Health {
    /// Returns true if a task has ended and is not restarted yet.
    pub fn is_down(&self, task: &'static str) -> bool {
        self.down().contains(task)
    }

    fn down(&self) -> MutexGuard<'_, BTreeSet<&'static str>> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The background tasks of a server.
pub struct Tasks {
    running: JoinSet<()>,
    health: Arc<Health>,
    initial_delay: Duration,
    stopping: watch::Receiver<bool>,
}

impl Tasks {
    /// Creates an empty set of tasks.
    pub fn new(stopping: watch::Receiver<bool>) -> Self {
        Self { running: JoinSet::new(), health: Arc::default(), initial_delay: INITIAL_DELAY, stopping }
    }

    /// Returns the shared list of tasks that are down.
    pub fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Runs the task that `start` creates, and restarts it, until the server stops. A task must end by itself when the server stops.
    pub fn spawn<F>(&mut self, name: &'static str, start: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (health, mut stopping) = (Arc::clone(&self.health), self.stopping.clone());
        let initial_delay = self.initial_delay;
        self.running.spawn(async move {
            let mut delay = initial_delay;
            loop {
                let started = Instant::now();
                let ended = tokio::spawn(start()).await;
                if *stopping.borrow() {
                    return;
                }
                if started.elapsed() > RESET_AFTER {
                    delay = initial_delay;
                }
                tracing::error!(
                    task = name,
                    ?ended,
                    ?delay,
                    "a background task ended early and is restarted"
                );
                metrics::counter!("carillon_task_restarts_total", "task" => name).increment(1);
                health.down().insert(name);
                tokio::select! {
                    () = tokio::time::sleep(delay) => {}
                    // An error is a dropped sender.
                    _ = stopping.wait_for(|stopping| *stopping) => return,
                }
                delay = MAX_DELAY.min(delay * 2);
                health.down().remove(name);
            }
        });
    }

    /// Waits for the end of all tasks after the server was stopped.
    pub async fn join_all(mut self) {
        while self.running.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A task that panics the first time, just ends the second, and then runs until the server stops.
    fn spawn(tasks: &mut Tasks) -> Arc<AtomicUsize> {
        let starts = Arc::new(AtomicUsize::new(0));
        let (counted, stopping) = (Arc::clone(&starts), tasks.stopping.clone());
        tasks.spawn("delivery", move || {
            let start = counted.fetch_add(1, Ordering::SeqCst);
            let mut stopping = stopping.clone();
            async move {
                match start {
                    0 => panic!("as a task may"),
                    1 => {}
                    _ => drop(stopping.wait_for(|stopping| *stopping).await),
                }
            }
        });
        starts
    }

    async fn wait_until(condition: impl Fn() -> bool) {
        let waiting = async {
            while !condition() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("it happens");
    }

    #[tokio::test]
    async fn a_task_that_ends_early_is_restarted() {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = Tasks { initial_delay: Duration::from_millis(1), ..Tasks::new(stopping) };
        let health = tasks.health();
        let starts = spawn(&mut tasks);
        wait_until(|| starts.load(Ordering::SeqCst) == 3 && !health.is_down("delivery")).await;
        stop.send_replace(true);
        tasks.join_all().await;
        assert_eq!(starts.load(Ordering::SeqCst), 3, "a task that ends with the server is not restarted");
        assert!(!health.is_down("delivery"));
    }

    #[tokio::test]
    async fn a_task_is_down_between_its_end_and_its_next_start() {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = Tasks { initial_delay: Duration::from_secs(3_600), ..Tasks::new(stopping) };
        let health = tasks.health();
        let starts = spawn(&mut tasks);
        wait_until(|| health.is_down("delivery")).await;
        assert!(!health.is_down("jobs"));
        stop.send_replace(true);
        tasks.join_all().await;
        assert_eq!(starts.load(Ordering::SeqCst), 1, "shutdown does not wait for it");
    }
}
