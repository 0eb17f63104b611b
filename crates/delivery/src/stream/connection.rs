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
use carillon_domain::event::stream;
use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

use super::{
    Frame,
    frame::{Acknowledgement, System},
    hub::{Link, MAX_CONNECTIONS},
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
    let env = delivery.env.clone();
    let ticket = match delivery.store.write(move |tx| stream::connect(tx, &env, &ticket)).await {
        Ok(Some(ticket)) => ticket,
        Ok(None) => {
            return (StatusCode::UNAUTHORIZED, "the ticket is unknown, used or expired").into_response();
        }
        Err(error) => {
            tracing::error!(%error, "a ticket could not be looked at");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let (outgoing, frames) = mpsc::channel(delivery.env.settings.delivery.at_once.max(1));
    let Some(link) = delivery.hub.add(delivery.message_id(), ticket, outgoing) else {
        let reason = format!("an app has at most {MAX_CONNECTIONS} connections");
        return (StatusCode::TOO_MANY_REQUESTS, reason).into_response();
    };
    let abandoned = Arc::clone(&link);
    let (of_failed, of_upgraded) = (Arc::clone(&delivery), delivery);
    upgrade
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(0)
        .on_failed_upgrade(move |_| of_failed.hub.remove(&abandoned))
        .on_upgrade(async move |socket| {
            for outlet in link.outlets() {
                of_upgraded.wake(&outlet);
            }
            let reason = run(&of_upgraded, &link, socket, frames).await;
            tracing::debug!(connection = link.id, reason, "a Stream connection ended");
            of_upgraded.hub.remove(&link);
            // What it did not answer is for the others.
            for outlet in link.outlets() {
                of_upgraded.wake(&outlet);
            }
        })
}

/// Carries frames and answers; says why it ended.
async fn run(
    delivery: &Delivery,
    link: &Link,
    socket: WebSocket,
    mut frames: mpsc::Receiver<String>,
) -> &'static str {
    let (mut sink, mut incoming) = socket.split();
    let ping_time = Duration::from_millis(delivery.env.settings.delivery.ping_ms.max(1));
    let mut ping = interval(ping_time);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    let mut heard_at = Instant::now();
    let mut closes_at: Option<Instant> = None;
    let reason = loop {
        if closes_at.is_some() && link.is_idle() && frames.is_empty() {
            break "it was asked to connect anew";
        }
        let frame = tokio::select! {
            message = incoming.next() => {
                heard_at = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => {
                        if let Some(acknowledgement) = Acknowledgement::read(&text) {
                            link.acknowledge(acknowledgement);
                        }
                    }
                    Some(Ok(Message::Close(_))) | None => break "the client closed it",
                    Some(Ok(_)) => {}
                    Some(Err(_)) => break "it broke",
                }
                continue;
            }
            Some(frame) = frames.recv() => frame,
            _ = ping.tick() => {
                if heard_at.elapsed() > ping_time * 2 {
                    break "the client gave no sign of life";
                }
                delivery.system_frame(System::Ping)
            }
            () = link.close.notified(), if closes_at.is_none() => {
                closes_at = Some(Instant::now() + CLOSING_TIME);
                delivery.system_frame(System::Disconnect)
            }
            () = sleep_until(closes_at.unwrap_or_else(Instant::now)), if closes_at.is_some() => {
                break "the client did not answer in time";
            }
        };
        match timeout(WRITE_TIME, sink.send(Message::Text(frame.into()))).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => break "it broke",
            Err(_) => break "the client takes nothing more",
        }
    };
    link.end();
    let _ = timeout(Duration::from_secs(1), sink.close()).await;
    reason
}

impl Delivery {
    fn system_frame(&self, system: System) -> String {
        let message_id = self.message_id();
        Frame::system(system, &message_id, self.env.now().0).text()
    }
}
