//! Takes due events out of the outbox and sends them. Each delivery target has its own worker, so that a slow receiver delays no other.
//! All tasks are supervised: a task that panics is restarted.

use std::{
    collections::{HashMap, HashSet},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use carillon_domain::event::delivery::{self, DeliveryOutcome, Route};
use carillon_model::{
    audit::Signature,
    env::{Env, Sleep},
    error::Result,
    id::CorpId,
    time::Timestamp,
};
use carillon_store::{DeliveryTarget, LeasedBatch, LeasedEvent, Notice, Store, Tx};
use futures::FutureExt;
use tokio::{
    sync::{
        Notify,
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    task::JoinSet,
};

use crate::{
    callback::Callbacks,
    stream::{self, Hub},
    supervise::{RestartBackoff, supervise},
};

/// A lease outlives the timeout of the receiver by this time. Then the event is due again.
const LEASE_MARGIN_MS: i64 = 30_000;
/// Events of one conversation that are sent in a row before other conversations get a turn.
const MAX_CONSECUTIVE_EVENTS: usize = 64;
/// The wait after a failure of the store.
const STORE_RETRY_DELAY: Duration = Duration::from_secs(1);
/// The shortest time between two queries for due events, whatever the clock says.
const MIN_POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Delivers events until the server stops.
pub struct Delivery {
    pub(crate) store: Arc<Store>,
    pub(crate) env: Env,
    pub(crate) hub: Hub,
    pub(crate) callbacks: Callbacks,
    worker_signals: Mutex<HashMap<DeliveryTarget, Arc<Notify>>>,
    /// Notified when a delivery target without a worker was added.
    unassigned: Notify,
    stopping: watch::Receiver<bool>,
}

/// The running workers and their delivery targets.
#[derive(Default)]
struct Workers {
    assigned: HashSet<DeliveryTarget>,
    tasks: JoinSet<()>,
}

impl Delivery {
    /// Creates the delivery of a store's events. It ends when `stopping` becomes true or its sender is dropped.
    pub fn new(
        store: Arc<Store>,
        env: Env,
        callbacks: Callbacks,
        stopping: watch::Receiver<bool>,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            env,
            hub: Hub::default(),
            callbacks,
            worker_signals: Mutex::default(),
            unassigned: Notify::new(),
            stopping,
        })
    }

    /// Returns the route that Stream clients connect to.
    pub fn router(self: &Arc<Self>) -> axum::Router {
        stream::router(Arc::clone(self))
    }

    /// Delivers until the server stops. Returns once nothing is in flight.
    pub async fn run(self: Arc<Self>) {
        let mut notices = self.store.notices();
        let mut workers = Workers::default();
        let mut backoff = RestartBackoff::new("delivery dispatch");
        self.release_stale_leases().await;
        while let Err(panic) =
            AssertUnwindSafe(self.dispatch(&mut notices, &mut workers)).catch_unwind().await
        {
            backoff.wait_after(panic).await;
        }
        self.hub.drain();
        while workers.tasks.join_next().await.is_some() {}
        while !self.hub.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Wakes the worker of a delivery target to query for due events.
    pub(crate) fn wake(&self, target: &DeliveryTarget) {
        let mut worker_signals = self.worker_signals.lock().unwrap_or_else(PoisonError::into_inner);
        match worker_signals.get(target) {
            Some(wake) => wake.notify_one(),
            None => {
                worker_signals.insert(target.clone(), Arc::default());
                self.unassigned.notify_one();
            }
        }
    }

    /// Returns true if the server is stopping, or the sender of the signal was dropped.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow() || self.stopping.has_changed().is_err()
    }

    async fn stopped(&self) {
        // The error is a dropped sender.
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }

    /// Returns a unique id for a message or a connection: 32 hexadecimal digits.
    pub(crate) fn message_id(&self) -> String {
        self.env.random_text(b"0123456789abcdef", 32)
    }

    /// Handles the notices of the store until the server stops.
    async fn dispatch(self: &Arc<Self>, notices: &mut Receiver<Notice>, workers: &mut Workers) {
        self.catch_up().await;
        loop {
            self.spawn_workers(workers);
            tokio::select! {
                notice = notices.recv() => match notice {
                    Ok(Notice::Raised(target)) => self.wake(&target),
                    Ok(Notice::AccessEnded(_)) => self.hub.close_invalid(&self.store.state()),
                    // Handled by the scheduler.
                    Ok(Notice::Due(..)) => {}
                    Err(RecvError::Lagged(_)) => self.catch_up().await,
                    Err(RecvError::Closed) => return,
                },
                () = self.unassigned.notified() => {}
                // Workers end only when the server stops.
                Some(_) = workers.tasks.join_next(), if !workers.tasks.is_empty() => {}
                () = self.stopped() => return,
            }
        }
    }

    /// Makes up for missed notices.
    async fn catch_up(&self) {
        self.hub.close_invalid(&self.store.state());
        match self.store.read_registry(|tx| tx.pending_targets()).await {
            Ok(targets) => targets.iter().for_each(|target| self.wake(target)),
            Err(error) => tracing::error!(%error, "cannot read the pending delivery targets"),
        }
    }

    /// Ends the leases of a previous process, so that its interrupted events are due again.
    async fn release_stale_leases(&self) {
        let now = self.env.now();
        for corp in self.corps() {
            let corp_id = corp.clone();
            let released =
                self.store.write(&corp, self.signature(), move |tx| tx.release_leases(&corp_id, now));
            if let Err(error) = released.await {
                tracing::error!(%error, "cannot release stale leases: interrupted events are due only when their leases end");
            }
        }
    }

    fn corps(&self) -> Vec<CorpId> {
        self.store.state().corps.keys().cloned().collect()
    }

    fn signature(&self) -> Signature {
        Signature::server(&self.env, "delivery")
    }

    /// Closes connections whose app was removed, or whose secret was replaced.
    pub fn close_invalid_connections(&self) {
        self.hub.close_invalid(&self.store.state());
    }

    /// Gives up events of an organisation that have waited too long, and deletes old log entries: a bounded number of rows. Returns true
    /// if there is more to do. Called by the scheduler.
    ///
    /// # Errors
    /// The store cannot be written to.
    pub async fn maintain(&self, corp: &CorpId) -> Result<bool> {
        let (env, corp_id, mut connected) = (self.env.clone(), corp.clone(), self.hub.targets());
        connected.retain(|target| target.corp == *corp);
        let work = move |tx: &mut Tx<'_>| delivery::maintain(tx, &env, &corp_id, &connected);
        self.store.write(corp, self.signature(), work).await
    }

    /// Starts a worker for each delivery target that has none.
    fn spawn_workers(self: &Arc<Self>, workers: &mut Workers) {
        let worker_signals = self.worker_signals.lock().unwrap_or_else(PoisonError::into_inner);
        for (target, wake) in worker_signals.iter() {
            if workers.assigned.insert(target.clone()) {
                let (delivery, target, wake) = (Arc::clone(self), target.clone(), Arc::clone(wake));
                workers.tasks.spawn(supervise("delivery worker", move || {
                    Arc::clone(&delivery).work(target.clone(), Arc::clone(&wake))
                }));
            }
        }
    }

    /// Delivers the events of a delivery target.
    async fn work(self: Arc<Self>, target: DeliveryTarget, wake: Arc<Notify>) {
        let mut in_flight = JoinSet::new();
        while !self.is_stopping() {
            let slots = self.slots(&target).saturating_sub(in_flight.len());
            // When to query again without being woken: never, unless an event becomes due.
            let mut next_poll: Sleep = Box::pin(std::future::pending());
            if slots > 0 {
                match self.lease(&target, slots).await {
                    Ok(due) => {
                        // If all slots are taken, the worker waits for one of them instead.
                        if let Some(at) = due.next_at.filter(|_| due.events.len() < slots) {
                            next_poll = self.sleep_until(at);
                        }
                        for event in due.events {
                            in_flight.spawn(Arc::clone(&self).deliver(target.clone(), event));
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "cannot lease due events");
                        next_poll = Box::pin(tokio::time::sleep(STORE_RETRY_DELAY));
                    }
                }
            }
            tokio::select! {
                () = wake.notified() => {}
                Some(ended) = in_flight.join_next(), if !in_flight.is_empty() => {
                    log_if_panicked(ended);
                    while let Some(ended) = in_flight.try_join_next() {
                        log_if_panicked(ended);
                    }
                }
                () = next_poll => {}
                () = self.stopped() => {}
            }
        }
        while let Some(ended) = in_flight.join_next().await {
            log_if_panicked(ended);
        }
    }

    /// Waits until `at` by the clock of the environment.
    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let due = self.env.sleep_until(at);
        Box::pin(async move {
            tokio::time::sleep(MIN_POLL_INTERVAL).await;
            due.await;
        })
    }

    /// Returns how many events of a delivery target may be in flight.
    fn slots(&self, target: &DeliveryTarget) -> usize {
        let at_once = self.env.settings.delivery.at_once.max(1);
        match self.route(target) {
            Ok(Route::Http(_)) => at_once,
            Ok(Route::Stream) => self.hub.slots(target, at_once),
            Err(_) => 0,
        }
    }

    async fn lease(&self, target: &DeliveryTarget, limit: usize) -> Result<LeasedBatch> {
        let now = self.env.now();
        let lease_until = now.plus_ms(self.lease_ms());
        let leased_target = target.clone();
        let lease = move |tx: &mut Tx<'_>| tx.lease_events(&leased_target, now, lease_until, limit);
        self.store.write(&target.corp, self.signature(), lease).await
    }

    fn lease_ms(&self) -> i64 {
        let settings = &self.env.settings.delivery;
        let longest = settings.answer_ms.max(settings.acknowledge_ms);
        i64::try_from(longest).unwrap_or(i64::MAX).saturating_add(LEASE_MARGIN_MS)
    }

    /// Sends an event and the due events that follow it in its conversation.
    async fn deliver(self: Arc<Self>, target: DeliveryTarget, event: LeasedEvent) {
        let mut next = Some(event);
        for turn in 1..=MAX_CONSECUTIVE_EVENTS {
            let Some(event) = next.take() else { return };
            let (attempt, outcome) = self.attempt(&target, &event).await;
            let continues =
                turn < MAX_CONSECUTIVE_EVENTS && outcome == DeliveryOutcome::Delivered && !self.is_stopping();
            let (env, leased_target, lease_ms) = (self.env.clone(), target.clone(), self.lease_ms());
            let finished = self.store.write(&target.corp, self.signature(), move |tx| {
                delivery::finish(tx, &env, &leased_target, &event, &attempt, outcome)?;
                if !continues {
                    return Ok(None);
                }
                let now = env.now();
                tx.lease_event(&leased_target, &event.conversation, now, now.plus_ms(lease_ms))
            });
            match finished.await {
                Ok(leased) => next = leased,
                // The event is due again when its lease ends.
                Err(error) => tracing::error!(%error, "cannot record a delivery"),
            }
        }
    }
}

fn log_if_panicked(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        metrics::counter!("carillon_task_restarts_total", "task" => "delivery").increment(1);
        tracing::error!(%error, "a delivery panicked: it is retried when its lease ends");
    }
}
