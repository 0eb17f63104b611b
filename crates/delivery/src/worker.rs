//! Takes what is due out of the outbox and sends it: a worker for each outlet, so that a slow receiver holds up nobody else.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use carillon_domain::event::{
    self,
    delivery::{self, Route, Verdict},
    subscription,
};
use carillon_model::{
    env::Env,
    error::{Error, Result},
    event::Attempt,
    time,
};
use carillon_store::{App, Due, LeasedEvent, Notice, Outlet, Store, Subscription};
use carillon_wire::event as wire;
use jiff::tz::TimeZone;
use tokio::{
    sync::{Notify, broadcast::error::RecvError, watch},
    task::JoinSet,
    time::Instant,
};

use crate::{
    callback::Callbacks,
    stream::{self, Frame, Hub},
};

/// So long after the end of the time that a receiver has, an event that nobody speaks of is due again.
const LEASE_MARGIN_MS: i64 = 30_000;
/// Events of one conversation that are sent in a row before others get the turn.
const IN_A_ROW: usize = 64;
/// Between two rounds of upkeep.
const UPKEEP: Duration = Duration::from_secs(60);
/// A store that failed is left alone for so long.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Delivers events until the server stops.
pub struct Delivery {
    pub(crate) store: Arc<Store>,
    pub(crate) env: Env,
    pub(crate) hub: Hub,
    callbacks: Callbacks,
    wakes: Mutex<HashMap<Outlet, Arc<Notify>>>,
    /// Outlets that have no worker yet.
    unattended: Notify,
    stopping: watch::Receiver<bool>,
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
            wakes: Mutex::default(),
            unattended: Notify::new(),
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
        let mut workers = JoinSet::new();
        let mut attended = HashSet::new();
        self.take_over().await;
        let mut upkeep = tokio::time::interval_at(Instant::now() + UPKEEP, UPKEEP);
        loop {
            self.attend(&mut attended, &mut workers);
            tokio::select! {
                notice = notices.recv() => match notice {
                    Ok(Notice::Raised(outlet)) => self.wake(&outlet),
                    Ok(Notice::SecretReplaced(app)) => self.hub.close(Some(&app)),
                    Err(RecvError::Lagged(_)) => self.wake_waiting().await,
                    Err(RecvError::Closed) => break,
                },
                () = self.unattended.notified() => {}
                _ = upkeep.tick() => self.keep_up().await,
                () = self.stopped() => break,
            }
        }
        self.hub.close(None);
        while let Some(ended) = workers.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a delivery worker ended early");
            }
        }
        while !self.hub.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Has the worker of an outlet look for what is due.
    pub(crate) fn wake(&self, outlet: &Outlet) {
        let mut wakes = self.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        match wakes.get(outlet) {
            Some(wake) => wake.notify_one(),
            None => {
                wakes.insert(outlet.clone(), Arc::default());
                self.unattended.notify_one();
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
        self.env.text(b"0123456789abcdef", 32)
    }

    /// What another process had taken when it ended is due again.
    async fn take_over(&self) {
        let now = self.env.now();
        if let Err(error) = self.store.write(move |tx| tx.release_leases(now)).await {
            tracing::error!(%error, "what was under way before is due only when its leases end");
        }
        self.wake_waiting().await;
    }

    async fn wake_waiting(&self) {
        match self.store.read(|tx| tx.waiting_outlets()).await {
            Ok(outlets) => outlets.iter().for_each(|outlet| self.wake(outlet)),
            Err(error) => tracing::error!(%error, "what waits to be delivered could not be looked at"),
        }
    }

    async fn keep_up(&self) {
        loop {
            let (env, connected) = (self.env.clone(), self.hub.outlets());
            match self.store.write(move |tx| delivery::keep_up(tx, &env, &connected)).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::error!(%error, "the delivery log could not be cleared");
                    break;
                }
            }
        }
    }

    /// Gives a worker to each outlet that has none.
    fn attend(self: &Arc<Self>, attended: &mut HashSet<Outlet>, workers: &mut JoinSet<()>) {
        let wakes = self.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        for (outlet, wake) in wakes.iter() {
            if attended.insert(outlet.clone()) {
                workers.spawn(Arc::clone(self).work(outlet.clone(), Arc::clone(wake)));
            }
        }
    }

    /// Delivers the events of an outlet.
    async fn work(self: Arc<Self>, outlet: Outlet, wake: Arc<Notify>) {
        let mut under_way = JoinSet::new();
        while !self.is_stopping() {
            let room = self.room(&outlet).saturating_sub(under_way.len());
            let mut next_look = None;
            if room > 0 {
                match self.lease(&outlet, room).await {
                    Ok(due) => {
                        let pause = due.next_at.map(|at| at.0.saturating_sub(self.env.now().0).max(0));
                        next_look = pause.map(|ms| Duration::from_millis(ms.unsigned_abs()));
                        // Everything that may be under way is: there is nothing to look for before something ends.
                        if due.events.len() >= room {
                            next_look = None;
                        }
                        for event in due.events {
                            under_way.spawn(Arc::clone(&self).deliver(outlet.clone(), event));
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "what is due could not be taken");
                        next_look = Some(AFTER_FAILURE);
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
                () = tokio::time::sleep(next_look.unwrap_or_default()), if next_look.is_some() => {}
                () = self.stopped() => {}
            }
        }
        while let Some(ended) = under_way.join_next().await {
            note_end(ended);
        }
    }

    /// How many events of an outlet may be under way.
    fn room(&self, outlet: &Outlet) -> usize {
        let at_once = self.env.settings.delivery.at_once.max(1);
        match self.route(outlet) {
            Ok(Route::Http(_)) => at_once,
            Ok(Route::Stream) => self.hub.room(outlet, at_once),
            Err(_) => 0,
        }
    }

    fn route(&self, outlet: &Outlet) -> Result<Route> {
        Ok(delivery::route(self.store.state().corp(&outlet.corp)?, outlet))
    }

    async fn lease(&self, outlet: &Outlet, limit: usize) -> Result<Due> {
        let now = self.env.now();
        let ends = now.plus_ms(self.lease_ms());
        let outlet = outlet.clone();
        self.store.write(move |tx| tx.lease_events(&outlet, now, ends, limit)).await
    }

    fn lease_ms(&self) -> i64 {
        let settings = &self.env.settings.delivery;
        let longest = settings.answer_ms.max(settings.acknowledge_ms);
        i64::try_from(longest).unwrap_or(i64::MAX).saturating_add(LEASE_MARGIN_MS)
    }

    /// Sends an event, and those behind it in its conversation as far as they are due.
    async fn deliver(self: Arc<Self>, outlet: Outlet, event: LeasedEvent) {
        let mut next = Some(event);
        for turn in 1..=IN_A_ROW {
            let Some(event) = next.take() else { return };
            let (attempt, verdict) = match self.send(&outlet, &event).await {
                Ok(sent) => sent,
                Err(error) => self.not_sent(error),
            };
            let go_on = turn < IN_A_ROW && verdict == Verdict::Delivered && !self.is_stopping();
            let (env, outlet, lease_ms) = (self.env.clone(), outlet.clone(), self.lease_ms());
            let finished = self.store.write(move |tx| {
                delivery::finish(tx, &env, &outlet, &event, &attempt, verdict)?;
                if !go_on {
                    return Ok(None);
                }
                let now = env.now();
                tx.lease_event(&outlet, &event.conversation, now, now.plus_ms(lease_ms))
            });
            match finished.await {
                Ok(leased) => next = leased,
                // It is due again when its lease ends.
                Err(error) => tracing::error!(%error, "a delivery could not be written down"),
            }
        }
    }

    async fn send(&self, outlet: &Outlet, leased: &LeasedEvent) -> Result<(Attempt, Verdict)> {
        let route = self.route(outlet)?;
        let app = self.store.state().apps.get(&outlet.app).cloned();
        let app = app.filter(|app| event::may_receive(app, leased.event.data.kind()));
        let Some(app) = app else { return Ok(self.withheld()) };
        let content = event::content_for(&self.env, &app, leased.event.clone())?;
        let leased = LeasedEvent { event: content, ..leased.clone() };
        match route {
            Route::Http(subscription) => self.send_by_http(outlet, &subscription, &leased).await,
            Route::Stream => self.send_by_stream(&app, outlet, &leased).await,
        }
    }

    /// The permission went after the event was raised.
    fn withheld(&self) -> (Attempt, Verdict) {
        let attempt = Attempt {
            started_at: self.env.now(),
            took_ms: 0,
            status: None,
            answer: String::new(),
            problem: "the app may not receive events of this type".to_owned(),
        };
        (attempt, Verdict::Withheld)
    }

    async fn send_by_http(
        &self,
        outlet: &Outlet,
        subscription: &Subscription,
        event: &LeasedEvent,
    ) -> Result<(Attempt, Verdict)> {
        let callback = subscription::opened(&self.env, &outlet.corp, subscription)?
            .ok_or_else(|| Error::internal("the subscription has no callback"))?;
        let zone = self.zone(outlet)?;
        let message = serde_json::to_string(&wire::flat(&outlet.corp, event.seq, &event.event, &zone));
        let sent = self.callbacks.push(&callback, &message.map_err(Error::internal)?).await;
        count("http", sent.1);
        Ok(sent)
    }

    async fn send_by_stream(
        &self,
        app: &App,
        outlet: &Outlet,
        event: &LeasedEvent,
    ) -> Result<(Attempt, Verdict)> {
        let started_at = self.env.now();
        let began = Instant::now();
        let ended = |status, problem: &str, verdict| {
            count("stream", verdict);
            let took_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
            let attempt =
                Attempt { started_at, took_ms, status, answer: String::new(), problem: problem.to_owned() };
            Ok((attempt, verdict))
        };
        let Some(link) = self.hub.least_busy(outlet) else {
            return ended(None, "no client is connected", Verdict::Interrupted);
        };
        let message_id = self.message_id();
        let zone = self.zone(outlet)?;
        let frame =
            Frame::event(app, outlet.channel, &link.id, &message_id, event, (started_at.0, &zone)).text();
        let Some(answered) = link.send(message_id.clone(), frame) else {
            return ended(None, "the connection is ending", Verdict::Interrupted);
        };
        let patience = self.env.settings.delivery.acknowledge_ms;
        match tokio::time::timeout(Duration::from_millis(patience), answered).await {
            Ok(Ok(acknowledgement)) => match acknowledgement.problem() {
                None => ended(Some(acknowledgement.code), "", Verdict::Delivered),
                Some(problem) => {
                    ended(Some(acknowledgement.code), &problem, Verdict::Failed { leave_alone_ms: 0 })
                }
            },
            Ok(Err(_)) => ended(None, "the connection ended", Verdict::Interrupted),
            Err(_) => {
                link.forget(&message_id);
                ended(None, &format!("no acknowledgement within {patience} ms"), Verdict::Unanswered)
            }
        }
    }

    /// The server's own fault: written down like any failure, so that it is seen, and tried again.
    fn not_sent(&self, error: Error) -> (Attempt, Verdict) {
        tracing::error!(%error, "an event could not be sent");
        let attempt = Attempt {
            started_at: self.env.now(),
            took_ms: 0,
            status: None,
            answer: String::new(),
            problem: error.to_string(),
        };
        (attempt, Verdict::Failed { leave_alone_ms: 0 })
    }

    fn zone(&self, outlet: &Outlet) -> Result<TimeZone> {
        let state = self.store.state();
        time::zone(&state.corp(&outlet.corp)?.corp.time_zone)
            .ok_or_else(|| Error::internal("the organisation has no known time zone"))
    }
}

fn note_end(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a delivery ended early");
    }
}

fn count(way: &'static str, verdict: Verdict) {
    let outcome = match verdict {
        Verdict::Delivered => "delivered",
        Verdict::Failed { .. } | Verdict::Unanswered => "failed",
        Verdict::Interrupted => "interrupted",
        Verdict::Withheld => "withheld",
    };
    metrics::counter!("carillon_deliveries_total", "way" => way, "outcome" => outcome).increment(1);
}
