//! Takes what is due out of the outbox and sends it: a worker for each outlet, so that a slow receiver holds up nobody else. All
//! tasks are supervised: one that panics is started again.

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
    supervise::{Restarts, supervise},
};

/// So long after the end of the time that a receiver has, an event that nobody speaks of is due again.
const LEASE_MARGIN_MS: i64 = 30_000;
/// Events of one conversation that are sent in a row before others get the turn.
const IN_A_ROW: usize = 64;
/// A store that failed is left alone for so long.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Between two looks for what is due at least, whatever the clock says.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// Delivers events until the server stops.
pub struct Delivery {
    pub(crate) store: Arc<Store>,
    pub(crate) env: Env,
    pub(crate) hub: Hub,
    pub(crate) callbacks: Callbacks,
    worker_signals: Mutex<HashMap<DeliveryTarget, Arc<Notify>>>,
    /// Outlets that have no worker yet.
    unassigned: Notify,
    stopping: watch::Receiver<bool>,
}

/// The running workers, and the outlets that they belong to.
#[derive(Default)]
struct Workers {
    assigned: HashSet<DeliveryTarget>,
    tasks: JoinSet<()>,
}

impl Delivery {
    /// Prepares to deliver what is in a store.
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

    /// The route by which Stream clients connect.
    pub fn router(self: &Arc<Self>) -> axum::Router {
        stream::router(Arc::clone(self))
    }

    /// Delivers until the server stops; then ends once nothing is under way.
    pub async fn run(self: Arc<Self>) {
        let mut notices = self.store.notices();
        let mut workers = Workers::default();
        let mut restarts = Restarts::new("delivery dispatch");
        self.release_stale_leases().await;
        while let Err(panic) =
            AssertUnwindSafe(self.dispatch(&mut notices, &mut workers)).catch_unwind().await
        {
            restarts.pause_after(panic).await;
        }
        self.hub.drain();
        while workers.tasks.join_next().await.is_some() {}
        while !self.hub.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Has the worker of an outlet look for what is due.
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

    /// Whether the server stops. A sender that is gone has stopped, too.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow() || self.stopping.has_changed().is_err()
    }

    async fn stopped(&self) {
        // The error is a sender that is gone.
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }

    /// An id that no other message or connection has.
    pub(crate) fn message_id(&self) -> String {
        self.env.random_text(b"0123456789abcdef", 32)
    }

    /// Passes on what the store tells, until the server stops.
    async fn dispatch(self: &Arc<Self>, notices: &mut Receiver<Notice>, workers: &mut Workers) {
        self.catch_up().await;
        loop {
            self.spawn_workers(workers);
            tokio::select! {
                notice = notices.recv() => match notice {
                    Ok(Notice::Raised(target)) => self.wake(&target),
                    Ok(Notice::SecretReplaced(_)) => self.hub.cut_invalid(&self.store.state()),
                    // The scheduler's.
                    Ok(Notice::Due(..)) => {}
                    Err(RecvError::Lagged(_)) => self.catch_up().await,
                    Err(RecvError::Closed) => return,
                },
                () = self.unassigned.notified() => {}
                // Workers end when the server stops, and not before.
                Some(_) = workers.tasks.join_next(), if !workers.tasks.is_empty() => {}
                () = self.stopped() => return,
            }
        }
    }

    /// Does what notices that were missed would have caused.
    async fn catch_up(&self) {
        self.hub.cut_invalid(&self.store.state());
        match self.store.read_registry(|tx| tx.pending_targets()).await {
            Ok(targets) => targets.iter().for_each(|target| self.wake(target)),
            Err(error) => tracing::error!(%error, "what waits to be delivered could not be looked at"),
        }
    }

    /// What another process had taken when it ended is due again.
    async fn release_stale_leases(&self) {
        let now = self.env.now();
        for corp in self.corps() {
            let of = corp.clone();
            let released = self.store.write(&corp, self.signature(), move |tx| tx.release_leases(&of, now));
            if let Err(error) = released.await {
                tracing::error!(%error, "what was under way before is due only when its leases end");
            }
        }
    }

    fn corps(&self) -> Vec<CorpId> {
        self.store.state().corps.keys().cloned().collect()
    }

    fn signature(&self) -> Signature {
        Signature::server(&self.env, "delivery")
    }

    /// Cuts connections whose app or secret is gone.
    pub fn close_invalid_connections(&self) {
        self.hub.cut_invalid(&self.store.state());
    }

    /// Gives up what has waited too long in an organisation, and forgets what is old, a bounded number of rows; returns whether there
    /// is more. For the scheduler.
    ///
    /// # Errors
    /// When the store cannot be written to.
    pub async fn maintain(&self, corp: &CorpId) -> Result<bool> {
        let (env, of, mut connected) = (self.env.clone(), corp.clone(), self.hub.targets());
        connected.retain(|target| target.corp == *corp);
        let work = move |tx: &mut Tx<'_>| delivery::maintain(tx, &env, &of, &connected);
        self.store.write(corp, self.signature(), work).await
    }

    /// Gives a worker to each outlet that has none.
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

    /// Delivers the events of an outlet.
    async fn work(self: Arc<Self>, target: DeliveryTarget, wake: Arc<Notify>) {
        let mut under_way = JoinSet::new();
        while !self.is_stopping() {
            let slots = self.slots(&target).saturating_sub(under_way.len());
            // When to look again although nothing wakes the worker: never, unless something becomes due by itself.
            let mut next_look: Sleep = Box::pin(std::future::pending());
            if slots > 0 {
                match self.lease(&target, slots).await {
                    Ok(due) => {
                        // Once everything is under way that may be, there is nothing to look for before something ends.
                        if let Some(at) = due.next_at.filter(|_| due.events.len() < slots) {
                            next_look = self.sleep_until(at);
                        }
                        for event in due.events {
                            under_way.spawn(Arc::clone(&self).deliver(target.clone(), event));
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "what is due could not be taken");
                        next_look = Box::pin(tokio::time::sleep(AFTER_FAILURE));
                    }
                }
            }
            tokio::select! {
                () = wake.notified() => {}
                Some(ended) = under_way.join_next(), if !under_way.is_empty() => {
                    note_end(ended);
                    while let Some(ended) = under_way.try_join_next() {
                        note_end(ended);
                    }
                }
                () = next_look => {}
                () = self.stopped() => {}
            }
        }
        while let Some(ended) = under_way.join_next().await {
            note_end(ended);
        }
    }

    /// Waits until something is due, by the clock that says when it is.
    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let due = self.env.sleep_until(at);
        Box::pin(async move {
            tokio::time::sleep(SHORTEST_PAUSE).await;
            due.await;
        })
    }

    /// How many events of an outlet may be under way.
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
        let ends = now.plus_ms(self.lease_ms());
        let of = target.clone();
        let lease = move |tx: &mut Tx<'_>| tx.lease_events(&of, now, ends, limit);
        self.store.write(&target.corp, self.signature(), lease).await
    }

    fn lease_ms(&self) -> i64 {
        let settings = &self.env.settings.delivery;
        let longest = settings.answer_ms.max(settings.acknowledge_ms);
        i64::try_from(longest).unwrap_or(i64::MAX).saturating_add(LEASE_MARGIN_MS)
    }

    /// Sends an event, and those behind it in its conversation as far as they are due.
    async fn deliver(self: Arc<Self>, target: DeliveryTarget, event: LeasedEvent) {
        let mut next = Some(event);
        for turn in 1..=IN_A_ROW {
            let Some(event) = next.take() else { return };
            let (attempt, outcome) = self.attempt(&target, &event).await;
            let go_on = turn < IN_A_ROW && outcome == DeliveryOutcome::Delivered && !self.is_stopping();
            let (env, of, lease_ms) = (self.env.clone(), target.clone(), self.lease_ms());
            let finished = self.store.write(&target.corp, self.signature(), move |tx| {
                delivery::finish(tx, &env, &of, &event, &attempt, outcome)?;
                if !go_on {
                    return Ok(None);
                }
                let now = env.now();
                tx.lease_event(&of, &event.conversation, now, now.plus_ms(lease_ms))
            });
            match finished.await {
                Ok(leased) => next = leased,
                // It is due again when its lease ends.
                Err(error) => tracing::error!(%error, "a delivery could not be written down"),
            }
        }
    }
}

fn note_end(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        metrics::counter!("carillon_task_restarts_total", "task" => "delivery").increment(1);
        tracing::error!(%error, "a delivery ended early: it is tried again when its lease ends");
    }
}
