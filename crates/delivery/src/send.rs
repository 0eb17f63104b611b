//! Makes one attempt to send an event to one app: by its callback, or by one of its Stream connections.

use std::{panic::AssertUnwindSafe, time::Duration};

use carillon_domain::event::{
    self,
    delivery::{self, DeliveryOutcome, Route},
    subscription,
};
use carillon_model::{
    error::{Error, Result},
    event::Attempt,
    time,
};
use carillon_store::{App, DeliveryTarget, LeasedEvent, Subscription};
use carillon_wire::event_payload;
use futures::FutureExt;
use jiff::tz::TimeZone;
use tokio::time::Instant;

use crate::{
    stream::{Frame, OutgoingFrame},
    supervise,
    worker::Delivery,
};

impl Delivery {
    /// Sends an event. An internal error, including a panic, counts as a failed attempt: it is logged, and the event is retried.
    pub(crate) async fn attempt(
        &self,
        target: &DeliveryTarget,
        event: &LeasedEvent,
    ) -> (Attempt, DeliveryOutcome) {
        match AssertUnwindSafe(self.send(target, event)).catch_unwind().await {
            Ok(Ok(sent)) => sent,
            Ok(Err(error)) => self.internal_failure(&error),
            Err(panic) => {
                let panic = supervise::message(panic.as_ref());
                self.internal_failure(&Error::internal(format!("delivery panicked: {panic}")))
            }
        }
    }

    /// Returns the route by which events of a delivery target are sent.
    pub(crate) fn route(&self, target: &DeliveryTarget) -> Result<Route> {
        Ok(delivery::route(self.store.state().corp(&target.corp)?, target))
    }

    async fn send(
        &self,
        target: &DeliveryTarget,
        leased: &LeasedEvent,
    ) -> Result<(Attempt, DeliveryOutcome)> {
        let route = self.route(target)?;
        let app = self.store.state().apps.get(&target.app).cloned();
        let app = app.filter(|app| event::may_receive(app, leased.event.data.kind()));
        let Some(app) = app else { return Ok(self.permission_lost()) };
        let content = event::content_for(&self.env, &app, leased.event.clone())?;
        let leased = LeasedEvent { event: content, ..leased.clone() };
        match route {
            Route::Http(subscription) => self.send_by_http(target, &subscription, &leased).await,
            Route::Stream => self.send_by_stream(&app, target, &leased).await,
        }
    }

    async fn send_by_http(
        &self,
        target: &DeliveryTarget,
        subscription: &Subscription,
        event: &LeasedEvent,
    ) -> Result<(Attempt, DeliveryOutcome)> {
        let callback = subscription::open_callback(&self.env, &target.corp, subscription)?
            .ok_or_else(|| Error::internal("the subscription has no callback"))?;
        let zone = self.zone(target)?;
        let message = serde_json::to_string(&event_payload::callback_payload(
            &target.corp,
            event.seq,
            &event.event,
            &zone,
        ));
        let sent = self.callbacks.push(&callback, &message.map_err(Error::internal)?).await;
        count("http", sent.1);
        Ok(sent)
    }

    async fn send_by_stream(
        &self,
        app: &App,
        target: &DeliveryTarget,
        event: &LeasedEvent,
    ) -> Result<(Attempt, DeliveryOutcome)> {
        let settings = &self.env.settings.delivery;
        let started_at = self.env.now();
        let started = Instant::now();
        let finish = |status, problem: &str, outcome| {
            count("stream", outcome);
            let took_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
            let attempt =
                Attempt { started_at, took_ms, status, answer: String::new(), problem: problem.to_owned() };
            Ok((attempt, outcome))
        };
        let Some(connection) = self.hub.least_busy(target, settings.at_once.max(1)) else {
            return finish(None, "no client is connected that has room for it", DeliveryOutcome::Interrupted);
        };
        let message_id = self.message_id();
        let zone = self.zone(target)?;
        let frame =
            Frame::event(app, target.channel, &connection.id, &message_id, event, (started_at.0, &zone))
                .text();
        let frame =
            OutgoingFrame { message_id: message_id.clone(), kind: event.event.data.kind(), text: frame };
        let Some(answered) = connection.send(target.channel, frame) else {
            return finish(None, "the connection is ending", DeliveryOutcome::Interrupted);
        };
        let acknowledge_ms = settings.acknowledge_ms;
        match tokio::time::timeout(Duration::from_millis(acknowledge_ms), answered).await {
            Ok(Ok(acknowledgement)) => match acknowledgement.problem() {
                None => finish(Some(acknowledgement.code), "", DeliveryOutcome::Delivered),
                Some(problem) => finish(
                    Some(acknowledgement.code),
                    &problem,
                    DeliveryOutcome::Failed { retry_after_ms: 0 },
                ),
            },
            Ok(Err(_)) => finish(None, "the connection ended", DeliveryOutcome::Interrupted),
            Err(_) => {
                connection.cancel(&message_id);
                finish(
                    None,
                    &format!("no acknowledgement within {acknowledge_ms} ms"),
                    DeliveryOutcome::Unanswered,
                )
            }
        }
    }

    /// The app lost its permission after the event was raised.
    fn permission_lost(&self) -> (Attempt, DeliveryOutcome) {
        let problem = "the app may not receive events of this type".to_owned();
        (self.attempt_without_receiver(problem), DeliveryOutcome::Withheld)
    }

    fn internal_failure(&self, error: &Error) -> (Attempt, DeliveryOutcome) {
        tracing::error!(%error, "an event could not be sent");
        (self.attempt_without_receiver(error.to_string()), DeliveryOutcome::Failed { retry_after_ms: 0 })
    }

    fn attempt_without_receiver(&self, problem: String) -> Attempt {
        Attempt { started_at: self.env.now(), took_ms: 0, status: None, answer: String::new(), problem }
    }

    fn zone(&self, target: &DeliveryTarget) -> Result<TimeZone> {
        let state = self.store.state();
        time::zone(&state.corp(&target.corp)?.corp.time_zone)
            .ok_or_else(|| Error::internal("the organisation has no known time zone"))
    }
}

fn count(transport: &'static str, outcome: DeliveryOutcome) {
    let outcome = match outcome {
        DeliveryOutcome::Delivered => "delivered",
        DeliveryOutcome::Failed { .. } | DeliveryOutcome::Unanswered => "failed",
        DeliveryOutcome::Interrupted => "interrupted",
        DeliveryOutcome::Withheld => "withheld",
    };
    metrics::counter!("carillon_deliveries_total", "transport" => transport, "outcome" => outcome)
        .increment(1);
}
