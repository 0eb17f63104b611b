//! One open Stream connection, as delivery sees it.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use carillon_domain::event::stream::Admitted;
use carillon_model::{
    event::{Channel, EventKind},
    id::AppKey,
};
use carillon_store::{DeliveryTarget, State};
use tokio::sync::{mpsc, oneshot, watch};

use super::frame::Acknowledgement;

/// An open connection.
pub struct Link {
    /// Its id.
    pub id: String,
    admitted: Admitted,
    /// Frames on their way to the client. It has room for all that may be under way on all channels.
    outgoing: mpsc::Sender<OutgoingFrame>,
    /// Frames that were queued or sent, by the id of their message.
    frames: Mutex<HashMap<String, PendingFrame>>,
    ending: watch::Sender<Ending>,
    confirmed: AtomicBool,
}

/// An event on its way to a client.
pub struct OutgoingFrame {
    /// The id of the message.
    pub message_id: String,
    /// The type of the event: the app may lose its permission while the frame is queued.
    pub kind: EventKind,
    /// The frame.
    pub text: String,
}

struct PendingFrame {
    channel: Channel,
    is_queued: bool,
    /// Who waits for the answer; none if nobody does any more. The end of the connection drops it, which is the answer too.
    answer: Option<oneshot::Sender<Acknowledgement>>,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Not yet.
    Open,
    /// Once the client has answered what it was sent.
    Drain,
    /// At once.
    Cut,
}

impl Link {
    /// A connection that takes at most `at_once` events of each channel at the same time; and the frames to send on it.
    pub fn new(id: String, admitted: Admitted, at_once: usize) -> (Self, mpsc::Receiver<OutgoingFrame>) {
        let (outgoing, frames) = mpsc::channel(at_once.max(1).saturating_mul(Channel::ALL.len()));
        let link = Self {
            id,
            admitted,
            outgoing,
            frames: Mutex::default(),
            ending: watch::Sender::new(Ending::Open),
            confirmed: AtomicBool::new(false),
        };
        (link, frames)
    }

    /// The app.
    pub fn app(&self) -> &AppKey {
        &self.admitted.ticket.app
    }

    /// Whether the app still has the secret that the connection was opened with.
    pub fn is_valid(&self, state: &State) -> bool {
        state.apps.get(self.app()).is_some_and(|app| app.secret_hash == self.admitted.secret_hash)
    }

    /// The delivery targets that it takes events of.
    pub fn targets(&self) -> Vec<DeliveryTarget> {
        let ticket = &self.admitted.ticket;
        let target = |channel: &Channel| DeliveryTarget {
            corp: ticket.corp.clone(),
            app: ticket.app.clone(),
            channel: *channel,
        };
        ticket.channels.iter().map(target).collect()
    }

    /// Whether it takes events of a delivery target.
    pub fn takes(&self, target: &DeliveryTarget) -> bool {
        let ticket = &self.admitted.ticket;
        ticket.app == target.app
            && ticket.channels.contains(&target.channel)
            && *self.ending.borrow() == Ending::Open
    }

    /// Queues a frame. None if the connection is ending or its queue is full.
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

    /// A frame was taken from the queue. Returns false if nobody waits for its answer any more: it is not to be sent.
    pub fn is_wanted(&self, message_id: &str) -> bool {
        let mut pending = self.pending();
        let Some(frame) = pending.get_mut(message_id) else { return false };
        frame.is_queued = false;
        let wanted = frame.answer.is_some();
        if !wanted {
            pending.remove(message_id);
        }
        wanted
    }

    /// Nobody waits for this answer any more. A frame that is still queued keeps its place there.
    pub fn forget(&self, message_id: &str) {
        let mut pending = self.pending();
        if let Some(frame) = pending.get_mut(message_id) {
            frame.answer = None;
            if !frame.is_queued {
                pending.remove(message_id);
            }
        }
    }

    /// Passes an answer on to whoever waits for it.
    pub fn acknowledge(&self, acknowledgement: Acknowledgement) {
        let mut pending = self.pending();
        // A client cannot answer what it was not sent.
        let is_sent = pending.get(acknowledgement.message_id()).is_some_and(|frame| !frame.is_queued);
        let frame = if is_sent { pending.remove(acknowledgement.message_id()) } else { None };
        drop(pending);
        if let Some(answer) = frame.and_then(|frame| frame.answer) {
            // It may have waited too long already.
            let _ = answer.send(acknowledgement);
        }
    }

    /// Frames of a channel that are queued or unanswered.
    pub fn frames(&self, channel: Channel) -> usize {
        self.pending().values().filter(|frame| frame.channel == channel).count()
    }

    /// Queued frames of a channel whose answers nobody waits for.
    pub fn abandoned_frames(&self, channel: Channel) -> usize {
        let pending = self.pending();
        pending.values().filter(|frame| frame.channel == channel && frame.answer.is_none()).count()
    }

    /// Whether no answer is missing.
    pub fn is_idle(&self) -> bool {
        self.pending().is_empty()
    }

    /// Everybody who waits for an answer is told that there will be none.
    pub fn abandon(&self) {
        self.end(Ending::Cut);
        self.pending().clear();
    }

    /// From now on it takes no more events. A connection that is being cut does not go back to draining.
    pub fn end(&self, ending: Ending) {
        self.ending.send_if_modified(|current| {
            let later = ending > *current;
            *current = ending.max(*current);
            later
        });
    }

    /// How it ends, to wait for.
    pub fn ending(&self) -> watch::Receiver<Ending> {
        self.ending.subscribe()
    }

    /// The client has shown a sign of life.
    pub fn confirm(&self) {
        self.confirmed.store(true, Ordering::Relaxed);
    }

    /// Whether the client has ever shown a sign of life.
    pub fn is_confirmed(&self) -> bool {
        self.confirmed.load(Ordering::Relaxed)
    }

    fn pending(&self) -> MutexGuard<'_, HashMap<String, PendingFrame>> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
