//! One Stream connection: `GET /connect?ticket=…`, then frames and answers until either side ends it.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{
        Query, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use carillon_domain::event::{self, stream};
use carillon_model::audit::Signature;
use futures::{SinkExt, StreamExt, stream::SplitSink};
use serde::Deserialize;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

use super::{
    Frame, OutgoingFrame,
    frame::{Acknowledgement, System},
    hub::ConnectionLimit,
    link::{Ending, Link},
};
use crate::worker::Delivery;

/// The largest answer of a client. Some send back what they were sent.
const MAX_MESSAGE_BYTES: usize = 256 << 10;
/// A connection that waits needs next to no memory.
const BUFFER_BYTES: usize = 512;
/// A client that does not take a frame in this time is cut off.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// After it was asked to connect anew, a client has so long to answer what it was sent.
const CLOSING_TIME: Duration = Duration::from_secs(10);
/// A connection that is cut, or over, has so long to take the last frame.
const LAST_FRAME_TIME: Duration = Duration::from_secs(1);
/// A client that has not shown any sign of life so long after it connected is cut off.
const CONFIRMATION_TIME: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
struct Ticket {
    #[serde(default)]
    ticket: String,
}

/// The route of connections.
pub fn router(delivery: Arc<Delivery>) -> Router {
    Router::new().route("/connect", get(connect)).with_state(delivery)
}

async fn connect(
    State(delivery): State<Arc<Delivery>>,
    Query(Ticket { ticket }): Query<Ticket>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if delivery.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the server is stopping").into_response();
    }
    let admitted = match delivery.admit(ticket).await {
        Ok(Some(admitted)) => admitted,
        Ok(None) => {
            return (StatusCode::UNAUTHORIZED, "the ticket is unknown, used or expired").into_response();
        }
        Err(error) => {
            tracing::error!(%error, "a ticket could not be looked at");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let settings = &delivery.env.settings.delivery;
    let (link, frames) = Link::new(delivery.message_id(), admitted, settings.at_once);
    let link = match delivery.hub.add(link, settings) {
        Ok(link) => OpenLink { delivery: Arc::clone(&delivery), link },
        Err(limit) => return refused(limit),
    };
    // The secret may have been replaced since the ticket was looked at. From here on, its end ends the link.
    if !link.link.is_valid(&delivery.store.state()) {
        return (StatusCode::UNAUTHORIZED, "the secret was replaced").into_response();
    }
    upgrade
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(0)
        .on_upgrade(async move |socket| {
            link.wake();
            let reason = run(&link.delivery, &link.link, socket, frames).await;
            tracing::debug!(connection = link.link.id, reason, "a Stream connection ended");
        })
}

fn refused(limit: ConnectionLimit) -> Response {
    let status = match limit {
        ConnectionLimit::OfApp(_) => StatusCode::TOO_MANY_REQUESTS,
        ConnectionLimit::OfAll | ConnectionLimit::Silent => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, limit.to_string()).into_response()
}

/// A connection in the hub. It is removed when this is dropped: however the connection ends, and when it never begins.
struct OpenLink {
    delivery: Arc<Delivery>,
    link: Arc<Link>,
}

impl OpenLink {
    fn wake(&self) {
        for target in self.link.targets() {
            self.delivery.wake(&target);
        }
    }
}

impl Drop for OpenLink {
    fn drop(&mut self) {
        self.delivery.hub.remove(&self.link);
        // What it did not answer is for the others.
        self.wake();
    }
}

type Sink = SplitSink<WebSocket, Message>;

/// Carries frames and answers; returns why it ended.
async fn run(
    delivery: &Delivery,
    link: &Link,
    socket: WebSocket,
    mut frames: mpsc::Receiver<OutgoingFrame>,
) -> &'static str {
    let (mut sink, mut incoming) = socket.split();
    let ping_time = Duration::from_millis(delivery.env.settings.delivery.ping_ms.max(1));
    let mut ping = interval(ping_time);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    let mut ending = link.ending();
    let mut heard_at = Instant::now();
    let confirmed_until = Instant::now() + CONFIRMATION_TIME;
    let mut closes_at: Option<Instant> = None;
    // Any client answers this by itself as soon as it reads.
    let mut message = Some(Message::Ping(Bytes::new()));
    let reason = loop {
        if let Some(message) = message.take()
            && let Err(reason) = write(&mut sink, message, &mut ending).await
        {
            break reason;
        }
        if closes_at.is_some() && link.is_idle() && frames.is_empty() {
            break "it was asked to connect anew";
        }
        message = tokio::select! {
            received = incoming.next() => {
                heard_at = Instant::now();
                link.confirm();
                match received {
                    Some(Ok(Message::Text(text))) => {
                        if let Some(acknowledgement) = Acknowledgement::read(&text) {
                            link.acknowledge(acknowledgement);
                        }
                    }
                    Some(Ok(Message::Close(_))) | None => break "the client closed it",
                    Some(Ok(_)) => {}
                    Some(Err(_)) => break "it broke",
                }
                None
            }
            Some(frame) = frames.recv() => delivery.message_of(link, frame),
            _ = ping.tick() => {
                if heard_at.elapsed() > ping_time * 2 {
                    break "the client gave no sign of life";
                }
                Some(delivery.system_message(System::Ping))
            }
            next = later(&mut ending, closes_at.map_or(Ending::Open, |_| Ending::Drain)) => {
                if next == Ending::Cut {
                    break "it was cut";
                }
                closes_at = Some(Instant::now() + CLOSING_TIME);
                Some(delivery.system_message(System::Disconnect))
            }
            () = sleep_until(closes_at.unwrap_or(confirmed_until)), if closes_at.is_some() || !link.is_confirmed() => {
                break "the client did not answer in time";
            }
        };
    };
    link.end(Ending::Cut);
    let goodbye = async {
        if reason == "it was cut" {
            let _ = sink.send(delivery.system_message(System::Disconnect)).await;
        }
        let _ = sink.close().await;
    };
    let _ = timeout(LAST_FRAME_TIME, goodbye).await;
    reason
}

/// Writes a message, unless the client takes nothing more or the connection is cut meanwhile.
async fn write(
    sink: &mut Sink,
    message: Message,
    ending: &mut watch::Receiver<Ending>,
) -> Result<(), &'static str> {
    tokio::select! {
        written = timeout(WRITE_TIME, sink.send(message)) => match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err("it broke"),
            Err(_) => Err("the client takes nothing more"),
        },
        _ = later(ending, Ending::Drain) => Err("it was cut"),
    }
}

/// Waits until a connection is further on its way to its end than it was.
async fn later(ending: &mut watch::Receiver<Ending>, before: Ending) -> Ending {
    // The error is a link that is gone, which ends everything.
    ending.wait_for(|ending| *ending > before).await.map_or(Ending::Cut, |ending| *ending)
}

impl Delivery {
    /// Uses a ticket up. One that does not exist costs no write.
    async fn admit(&self, ticket: String) -> carillon_model::error::Result<Option<stream::Admitted>> {
        let (env, text) = (self.env.clone(), ticket.clone());
        let found = self.store.read_registry(move |tx| stream::corp_of_ticket(tx, &env, &text));
        let Some(corp) = found.await? else { return Ok(None) };
        let (env, of) = (self.env.clone(), corp.clone());
        let signature = Signature::server(&env, "stream.connect");
        self.store.write(&corp, signature, move |tx| stream::connect(tx, &env, &of, &ticket)).await
    }

    /// What to send of a queued frame: nothing if nobody waits for its answer, or the app may not receive it any more.
    fn message_of(&self, link: &Link, frame: OutgoingFrame) -> Option<Message> {
        let state = self.store.state();
        let permitted = state.apps.get(link.app()).is_some_and(|app| event::may_receive(app, frame.kind));
        if !permitted {
            link.forget(&frame.message_id);
        }
        if !link.is_wanted(&frame.message_id) {
            // Its place in the queue is free.
            for target in link.targets() {
                self.wake(&target);
            }
            return None;
        }
        Some(Message::Text(frame.text.into()))
    }

    fn system_message(&self, system: System) -> Message {
        let message_id = self.message_id();
        Message::Text(Frame::system(system, &message_id, self.env.now().0).text().into())
    }
}
