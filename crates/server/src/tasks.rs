//! Background tasks that have to run for as long as the server does. One that ends early, by a panic or without one, is started
//! again, and readiness says so in between.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::watch, task::JoinSet};

/// How long a task is left alone after its first end. Each further one doubles that.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A task that ran for so long has recovered.
const RECOVERED: Duration = Duration::from_secs(600);

/// Which tasks are down.
#[derive(Default)]
pub struct Health {
    down: Mutex<BTreeSet<&'static str>>,
}

impl Health {
    /// Whether a task has ended, and was not started again yet.
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
    first_pause: Duration,
    stopping: watch::Receiver<bool>,
}

impl Tasks {
    /// None yet.
    pub fn new(stopping: watch::Receiver<bool>) -> Self {
        Self { running: JoinSet::new(), health: Arc::default(), first_pause: FIRST_PAUSE, stopping }
    }

    /// Which of them are down.
    pub fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Runs what `start` gives until the server stops. A task has to end by itself when the server stops.
    pub fn spawn<F>(&mut self, name: &'static str, start: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (health, mut stopping) = (Arc::clone(&self.health), self.stopping.clone());
        let first_pause = self.first_pause;
        self.running.spawn(async move {
            let mut pause = first_pause;
            loop {
                let began = Instant::now();
                let ended = tokio::spawn(start()).await;
                if *stopping.borrow() {
                    return;
                }
                if began.elapsed() > RECOVERED {
                    pause = first_pause;
                }
                tracing::error!(
                    task = name,
                    ?ended,
                    ?pause,
                    "a background task ended early: it is started again"
                );
                metrics::counter!("carillon_task_restarts_total", "task" => name).increment(1);
                health.down().insert(name);
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    // An error is a sender that is gone.
                    _ = stopping.wait_for(|stopping| *stopping) => return,
                }
                pause = LONGEST_PAUSE.min(pause * 2);
                health.down().remove(name);
            }
        });
    }

    /// Waits until all have ended, once the server stops.
    pub async fn ended(mut self) {
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

    async fn until(what: impl Fn() -> bool) {
        let seen = async {
            while !what() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), seen).await.expect("it happens");
    }

    #[tokio::test]
    async fn a_task_that_ends_early_is_started_again() {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = Tasks { first_pause: Duration::from_millis(1), ..Tasks::new(stopping) };
        let health = tasks.health();
        let starts = spawn(&mut tasks);
        until(|| starts.load(Ordering::SeqCst) == 3 && !health.is_down("delivery")).await;
        stop.send_replace(true);
        tasks.ended().await;
        assert_eq!(starts.load(Ordering::SeqCst), 3, "its end with the server is no fault");
        assert!(!health.is_down("delivery"));
    }

    #[tokio::test]
    async fn a_task_is_down_between_its_end_and_its_next_start() {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = Tasks { first_pause: Duration::from_secs(3_600), ..Tasks::new(stopping) };
        let health = tasks.health();
        let starts = spawn(&mut tasks);
        until(|| health.is_down("delivery")).await;
        assert!(!health.is_down("jobs"));
        stop.send_replace(true);
        tasks.ended().await;
        assert_eq!(starts.load(Ordering::SeqCst), 1, "the server does not wait for it");
    }
}
