//! The state of one open Stream connection, shared by the delivery workers and the socket.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use carillon_domain::event::stream::AcceptedTicket;
use carillon_model::{
    event::{Channel, EventKind},
    id::AppKey,
};
use carillon_store::{DeliveryTarget, State};
use tokio::sync::{mpsc, oneshot, watch};

use super::frame::Acknowledgement;

/// An open connection.
pub struct StreamConnection {
    /// 32 hexadecimal digits.
    pub id: String,
    admitted: AcceptedTicket,
    /// Frames that the socket has to send. It has room for all that may be in flight on all channels.
    outgoing: mpsc::Sender<OutgoingFrame>,
    /// Queued and unacknowledged frames by message id.
    frames: Mutex<HashMap<String, PendingFrame>>,
    state: watch::Sender<ConnectionState>,
    confirmed: AtomicBool,
}

/// An event in the queue of a connection.
pub struct OutgoingFrame {
    /// Unique for each attempt.
    pub message_id: String,
    /// The type of the event. It is checked again when the frame is sent, because the app may lose its permission meanwhile.
    pub kind: EventKind,
    /// The frame as JSON.
    pub text: String,
}

struct PendingFrame {
    channel: Channel,
    is_queued: bool,
    /// Receives the acknowledgement. None if the delivery was cancelled. Dropping it tells the delivery that the connection ended.
    answer: Option<oneshot::Sender<Acknowledgement>>,
}

/// The life cycle of a connection. It only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionState {
    /// It takes events.
    Open,
    /// It takes no more events, and closes once those in flight are acknowledged.
    Draining,
    /// It closes at once.
    Closing,
}

impl StreamConnection {
    /// Creates a connection with room for `at_once` events of each channel. Also returns the queue of frames to send.
    pub fn new(
        id: String,
        admitted: AcceptedTicket,
        at_once: usize,
    ) -> (Self, mpsc::Receiver<OutgoingFrame>) {
        let (outgoing, frames) = mpsc::channel(at_once.max(1).saturating_mul(Channel::ALL.len()));
        let connection = Self {
            id,
            admitted,
            outgoing,
            frames: Mutex::default(),
            state: watch::Sender::new(ConnectionState::Open),
            confirmed: AtomicBool::new(false),
        };
        (connection, frames)
    }

    /// The app that the ticket was issued to.
    pub fn app(&self) -> &AppKey {
        &self.admitted.ticket.app
    }

    /// Returns true if the app is enabled and still has the secret that the connection was opened with.
    pub fn is_valid(&self, state: &State) -> bool {
        let app = state.apps.get(self.app());
        app.is_some_and(|app| !app.disabled && app.secret_hash == self.admitted.secret_hash)
    }

    /// The delivery targets whose events it takes.
    pub fn targets(&self) -> Vec<DeliveryTarget> {
        let ticket = &self.admitted.ticket;
        let target = |channel: &Channel| DeliveryTarget {
            corp: ticket.corp.clone(),
            app: ticket.app.clone(),
            channel: *channel,
        };
        ticket.channels.iter().map(target).collect()
    }

    /// Returns true if it takes events of a delivery target now.
    pub fn accepts(&self, target: &DeliveryTarget) -> bool {
        let ticket = &self.admitted.ticket;
        ticket.app == target.app
            && ticket.channels.contains(&target.channel)
            && *self.state.borrow() == ConnectionState::Open
    }

    /// Queues a frame. Returns none if the connection is closing or its queue is full.
    pub fn send(&self, channel: Channel, frame: OutgoingFrame) -> Option<oneshot::Receiver<Acknowledgement>> {
        let (answer, answered) = oneshot::channel();
        let message_id = frame.message_id.clone();
        let pending = PendingFrame { channel, is_queued: true, answer: Some(answer) };
        self.pending().insert(message_id.clone(), pending);
        if self.outgoing.try_send(frame).is_err() {
            self.pending().remove(&message_id);
            return None;
        }
        Some(answered)
    }

    /// Marks a frame as taken from the queue. Returns false if its delivery was cancelled: it must not be sent.
    pub fn mark_dequeued(&self, message_id: &str) -> bool {
        let mut pending = self.pending();
        let Some(frame) = pending.get_mut(message_id) else { return false };
        frame.is_queued = false;
        let wanted = frame.answer.is_some();
        if !wanted {
            pending.remove(message_id);
        }
        wanted
    }

    /// Cancels the delivery of a frame. A frame that is still queued keeps its slot.
    pub fn cancel(&self, message_id: &str) {
        let mut pending = self.pending();
        if let Some(frame) = pending.get_mut(message_id) {
            frame.answer = None;
            if !frame.is_queued {
                pending.remove(message_id);
            }
        }
    }

    /// Passes an acknowledgement to the delivery that waits for it.
    pub fn acknowledge(&self, acknowledgement: Acknowledgement) {
        let mut pending = self.pending();
        // A client cannot acknowledge a frame that was not sent.
        let is_sent = pending.get(acknowledgement.message_id()).is_some_and(|frame| !frame.is_queued);
        let frame = if is_sent { pending.remove(acknowledgement.message_id()) } else { None };
        drop(pending);
        if let Some(answer) = frame.and_then(|frame| frame.answer) {
            // The delivery may have timed out already.
            let _ = answer.send(acknowledgement);
        }
    }

    /// Returns the number of queued and unacknowledged frames of a channel.
    pub fn frame_count(&self, channel: Channel) -> usize {
        self.pending().values().filter(|frame| frame.channel == channel).count()
    }

    /// Returns the number of queued frames of a channel whose delivery was cancelled.
    pub fn cancelled_frame_count(&self, channel: Channel) -> usize {
        let pending = self.pending();
        pending.values().filter(|frame| frame.channel == channel && frame.answer.is_none()).count()
    }

    /// Returns true if no frame is queued or unacknowledged.
    pub fn is_idle(&self) -> bool {
        self.pending().is_empty()
    }

    /// Closes the connection and notifies all deliveries that wait for an acknowledgement.
    pub fn close(&self) {
        self.end(ConnectionState::Closing);
        self.pending().clear();
    }

    /// Moves the connection to a later state. An earlier state has no effect.
    pub fn end(&self, state: ConnectionState) {
        self.state.send_if_modified(|current| {
            let advances = state > *current;
            *current = state.max(*current);
            advances
        });
    }

    /// Subscribes to the state.
    pub fn state(&self) -> watch::Receiver<ConnectionState> {
        self.state.subscribe()
    }

    /// Notes that the client has sent something.
    pub fn confirm(&self) {
        self.confirmed.store(true, Ordering::Relaxed);
    }

    /// Returns true if the client has ever sent something.
    pub fn is_confirmed(&self) -> bool {
        self.confirmed.load(Ordering::Relaxed)
    }

    fn pending(&self) -> MutexGuard<'_, HashMap<String, PendingFrame>> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
