//! The open Stream connections, and which of them an event goes to.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use carillon_model::{event::Channel, id::AppKey};
use carillon_store::{Outlet, StreamTicket};
use tokio::sync::{Notify, mpsc, oneshot};

use super::frame::Acknowledgement;

/// Connections of one app at the same time.
pub const MAX_CONNECTIONS: usize = 100;

/// The open connections.
#[derive(Default)]
pub struct Hub {
    links: Mutex<Vec<Arc<Link>>>,
}

/// An open connection.
pub struct Link {
    /// Its id.
    pub id: String,
    ticket: StreamTicket,
    /// Frames on their way to the client.
    outgoing: mpsc::Sender<String>,
    /// Who waits for which answer. Whoever waits is told of the end of the connection by the end of the channel.
    waiting: Mutex<HashMap<String, oneshot::Sender<Acknowledgement>>>,
    closing: AtomicBool,
    /// Told when the connection is to end.
    pub close: Notify,
}

impl Hub {
    /// Adds a connection; none when the app has as many as it may have.
    pub fn add(&self, id: String, ticket: StreamTicket, outgoing: mpsc::Sender<String>) -> Option<Arc<Link>> {
        let mut links = self.links();
        if links.iter().filter(|link| link.ticket.app == ticket.app).count() >= MAX_CONNECTIONS {
            return None;
        }
        let link = Arc::new(Link {
            id,
            ticket,
            outgoing,
            waiting: Mutex::default(),
            closing: AtomicBool::new(false),
            close: Notify::new(),
        });
        links.push(Arc::clone(&link));
        Some(link)
    }

    /// Takes a connection out.
    pub fn remove(&self, link: &Arc<Link>) {
        self.links().retain(|other| !Arc::ptr_eq(other, link));
        link.waiting().clear();
    }

    /// How many events of an outlet can be under way at the same time.
    pub fn room(&self, outlet: &Outlet, at_once: usize) -> usize {
        self.links().iter().filter(|link| link.takes(outlet)).count() * at_once
    }

    /// Outlets that somebody is connected to.
    pub fn outlets(&self) -> Vec<Outlet> {
        let links = self.links();
        let outlets = links.iter().flat_map(|link| {
            link.ticket.channels.iter().map(|channel| outlet(&link.ticket, *channel)).collect::<Vec<_>>()
        });
        outlets.collect()
    }

    /// The connection that has the least to do.
    pub fn least_busy(&self, outlet: &Outlet) -> Option<Arc<Link>> {
        let links = self.links();
        links.iter().filter(|link| link.takes(outlet)).min_by_key(|link| link.waiting().len()).cloned()
    }

    /// Asks connections to end: those of an app, or all.
    pub fn close(&self, app: Option<&AppKey>) {
        for link in self.links().iter().filter(|link| app.is_none_or(|app| link.ticket.app == *app)) {
            link.end();
            link.close.notify_one();
        }
    }

    /// Whether there is any connection.
    pub fn is_empty(&self) -> bool {
        self.links().is_empty()
    }

    fn links(&self) -> MutexGuard<'_, Vec<Arc<Link>>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Link {
    /// Sends a frame whose answer somebody waits for; none when the connection is ending.
    pub fn send(&self, message_id: String, frame: String) -> Option<oneshot::Receiver<Acknowledgement>> {
        let (answer, answered) = oneshot::channel();
        self.waiting().insert(message_id.clone(), answer);
        if self.outgoing.try_send(frame).is_err() {
            self.forget(&message_id);
            return None;
        }
        Some(answered)
    }

    /// Nobody waits for this answer any more.
    pub fn forget(&self, message_id: &str) {
        self.waiting().remove(message_id);
    }

    /// Passes an answer on to whoever waits for it.
    pub fn acknowledge(&self, acknowledgement: Acknowledgement) {
        if let Some(answer) = self.waiting().remove(acknowledgement.message_id()) {
            // It may have waited too long already.
            let _ = answer.send(acknowledgement);
        }
    }

    /// It gets no more events.
    pub fn end(&self) {
        self.closing.store(true, Ordering::Release);
    }

    /// Whether no answer is missing.
    pub fn is_idle(&self) -> bool {
        self.waiting().is_empty()
    }

    /// The outlets that it takes events of.
    pub fn outlets(&self) -> Vec<Outlet> {
        self.ticket.channels.iter().map(|channel| outlet(&self.ticket, *channel)).collect()
    }

    fn takes(&self, outlet: &Outlet) -> bool {
        self.ticket.app == outlet.app
            && self.ticket.channels.contains(&outlet.channel)
            && !self.closing.load(Ordering::Acquire)
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<Acknowledgement>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn outlet(ticket: &StreamTicket, channel: Channel) -> Outlet {
    Outlet { corp: ticket.corp.clone(), app: ticket.app.clone(), channel }
}
