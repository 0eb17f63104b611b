//! Serves one Stream connection: `GET /connect?ticket=…`, then frames and acknowledgements until either side closes it.

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
    connection::{ConnectionState, StreamConnection},
    frame::{Acknowledgement, System},
    hub::ConnectionLimit,
};
use crate::worker::Delivery;

/// The largest message of a client. Some send back the event that they received.
const MAX_MESSAGE_BYTES: usize = 256 << 10;
/// Small, because most connections are idle.
const BUFFER_BYTES: usize = 512;
/// A connection is closed if writing a frame takes longer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// A client that was asked to reconnect has this long to acknowledge what it received.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that is being closed has this long to take the last frame.
const LAST_FRAME_TIMEOUT: Duration = Duration::from_secs(1);
/// A connection is closed if the client sends nothing in this time after it connected.
const CONFIRMATION_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
struct Ticket {
    #[serde(default)]
    ticket: String,
}

/// The route that Stream clients connect to.
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
            tracing::error!(%error, "cannot check a Stream ticket");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let settings = &delivery.env.settings.delivery;
    let (connection, frames) = StreamConnection::new(delivery.message_id(), admitted, settings.at_once);
    let registered = match delivery.hub.add(connection, settings) {
        Ok(connection) => RegisteredConnection { delivery: Arc::clone(&delivery), connection },
        Err(limit) => return refused(limit),
    };
    // The secret may have been replaced after the ticket was checked. A later replacement closes the connection.
    if !registered.connection.is_valid(&delivery.store.state()) {
        return (StatusCode::UNAUTHORIZED, "the secret was replaced").into_response();
    }
    upgrade
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(0)
        .on_upgrade(async move |socket| {
            registered.wake();
            let reason = run(&registered.delivery, &registered.connection, socket, frames).await;
            tracing::debug!(connection = registered.connection.id, reason, "a Stream connection ended");
        })
}

fn refused(limit: ConnectionLimit) -> Response {
    let status = match limit {
        ConnectionLimit::PerApp(_) => StatusCode::TOO_MANY_REQUESTS,
        ConnectionLimit::Total | ConnectionLimit::Unconfirmed => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, limit.to_string()).into_response()
}

/// A connection that is registered in the hub. Dropping it removes it, also if the upgrade never completes.
struct RegisteredConnection {
    delivery: Arc<Delivery>,
    connection: Arc<StreamConnection>,
}

impl RegisteredConnection {
    fn wake(&self) {
        for target in self.connection.targets() {
            self.delivery.wake(&target);
        }
    }
}

impl Drop for RegisteredConnection {
    fn drop(&mut self) {
        self.delivery.hub.remove(&self.connection);
        // Its unacknowledged events go to the other connections.
        self.wake();
    }
}

type Sink = SplitSink<WebSocket, Message>;

/// Sends frames and receives acknowledgements. Returns why the connection ended.
async fn run(
    delivery: &Delivery,
    connection: &StreamConnection,
    socket: WebSocket,
    mut frames: mpsc::Receiver<OutgoingFrame>,
) -> &'static str {
    let (mut sink, mut incoming) = socket.split();
    let ping_interval = Duration::from_millis(delivery.env.settings.delivery.ping_ms.max(1));
    let mut ping = interval(ping_interval);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    let mut state = connection.state();
    let mut last_received_at = Instant::now();
    let confirmation_deadline = Instant::now() + CONFIRMATION_TIMEOUT;
    let mut drain_deadline: Option<Instant> = None;
    // Every WebSocket client answers a ping by itself as soon as it reads.
    let mut message = Some(Message::Ping(Bytes::new()));
    let reason = loop {
        if let Some(message) = message.take()
            && let Err(reason) = write(&mut sink, message, &mut state).await
        {
            break reason;
        }
        if drain_deadline.is_some() && connection.is_idle() && frames.is_empty() {
            break "the client was asked to reconnect";
        }
        message = tokio::select! {
            received = incoming.next() => {
                last_received_at = Instant::now();
                connection.confirm();
                match received {
                    Some(Ok(Message::Text(text))) => {
                        if let Some(acknowledgement) = Acknowledgement::read(&text) {
                            connection.acknowledge(acknowledgement);
                        }
                    }
                    Some(Ok(Message::Close(_))) | None => break "closed by the client",
                    Some(Ok(_)) => {}
                    Some(Err(_)) => break "connection error",
                }
                None
            }
            Some(frame) = frames.recv() => delivery.message_for(connection, frame),
            _ = ping.tick() => {
                if last_received_at.elapsed() > ping_interval * 2 {
                    break "the client did not answer pings";
                }
                Some(delivery.system_message(System::Ping))
            }
            next = wait_for_state_after(&mut state, drain_deadline.map_or(ConnectionState::Open, |_| ConnectionState::Draining)) => {
                if next == ConnectionState::Closing {
                    break "closed by the server";
                }
                drain_deadline = Some(Instant::now() + DRAIN_TIMEOUT);
                Some(delivery.system_message(System::Disconnect))
            }
            () = sleep_until(drain_deadline.unwrap_or(confirmation_deadline)), if drain_deadline.is_some() || !connection.is_confirmed() => {
                break "the client did not answer in time";
            }
        };
    };
    connection.end(ConnectionState::Closing);
    let close_frames = async {
        if reason == "closed by the server" {
            let _ = sink.send(delivery.system_message(System::Disconnect)).await;
        }
        let _ = sink.close().await;
    };
    let _ = timeout(LAST_FRAME_TIMEOUT, close_frames).await;
    reason
}

/// Writes a message. Fails if the client does not take it in time, or the connection is closed meanwhile.
async fn write(
    sink: &mut Sink,
    message: Message,
    state: &mut watch::Receiver<ConnectionState>,
) -> Result<(), &'static str> {
    tokio::select! {
        written = timeout(WRITE_TIMEOUT, sink.send(message)) => match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err("connection error"),
            Err(_) => Err("the client stopped reading"),
        },
        _ = wait_for_state_after(state, ConnectionState::Draining) => Err("closed by the server"),
    }
}

/// Waits until the state of a connection is later than `before`.
async fn wait_for_state_after(
    state: &mut watch::Receiver<ConnectionState>,
    before: ConnectionState,
) -> ConnectionState {
    // The error is a dropped sender, which closes the connection.
    state.wait_for(|state| *state > before).await.map_or(ConnectionState::Closing, |state| *state)
}

impl Delivery {
    /// Redeems a ticket. An unknown ticket costs no write. Returns none if the ticket is unknown, used or expired.
    async fn admit(&self, ticket: String) -> carillon_model::error::Result<Option<stream::AcceptedTicket>> {
        let (env, text) = (self.env.clone(), ticket.clone());
        let found = self.store.read_registry(move |tx| stream::corp_of_ticket(tx, &env, &text));
        let Some(corp) = found.await? else { return Ok(None) };
        let (env, corp_id) = (self.env.clone(), corp.clone());
        let signature = Signature::server(&env, "stream.connect");
        self.store.write(&corp, signature, move |tx| stream::connect(tx, &env, &corp_id, &ticket)).await
    }

    /// Returns the message of a dequeued frame. None if no delivery waits for its acknowledgement, or the app lost its permission.
    fn message_for(&self, connection: &StreamConnection, frame: OutgoingFrame) -> Option<Message> {
        let state = self.store.state();
        let permitted =
            state.apps.get(connection.app()).is_some_and(|app| event::may_receive(app, frame.kind));
        if !permitted {
            connection.cancel(&frame.message_id);
        }
        if !connection.mark_dequeued(&frame.message_id) {
            // The frame has left the queue, which frees a slot.
            for target in connection.targets() {
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
