//! The open Stream connections, their limits, and which of them an event goes to.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use carillon_model::{id::AppKey, settings::DeliverySettings};
use carillon_store::{DeliveryTarget, State};

use super::link::{Ending, Link};

/// The open connections by app.
#[derive(Default)]
pub struct Hub {
    links: Mutex<HashMap<AppKey, Vec<Arc<Link>>>>,
}

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionLimit {
    /// The app has as many as it may have.
    OfApp(usize),
    /// All apps together have as many as they may have.
    OfAll,
    /// Too many connections of all apps have not shown a sign of life yet.
    Silent,
}

impl fmt::Display for ConnectionLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfApp(limit) => write!(f, "an app has at most {limit} connections"),
            Self::OfAll => f.write_str("all apps together have as many connections as they may have"),
            Self::Silent => f.write_str("too many connections have not shown a sign of life yet"),
        }
    }
}

impl Hub {
    /// Adds a connection within the limits.
    pub fn add(&self, link: Link, settings: &DeliverySettings) -> Result<Arc<Link>, ConnectionLimit> {
        let mut links = self.links();
        let of_app = links.get(link.app()).map_or(0, Vec::len);
        if of_app >= settings.connections_per_app {
            return Err(ConnectionLimit::OfApp(settings.connections_per_app));
        }
        if links.values().map(Vec::len).sum::<usize>() >= settings.connections {
            return Err(ConnectionLimit::OfAll);
        }
        if links.values().flatten().filter(|link| !link.is_confirmed()).count() >= settings.silent_connections
        {
            return Err(ConnectionLimit::Silent);
        }
        let link = Arc::new(link);
        links.entry(link.app().clone()).or_default().push(Arc::clone(&link));
        Ok(link)
    }

    /// Removes a connection. Whoever waits for one of its answers is told.
    pub fn remove(&self, link: &Arc<Link>) {
        let mut links = self.links();
        if let Some(of_app) = links.get_mut(link.app()) {
            of_app.retain(|other| !Arc::ptr_eq(other, link));
            if of_app.is_empty() {
                links.remove(link.app());
            }
        }
        drop(links);
        link.abandon();
    }

    /// How many events of a delivery target can be under way at the same time, at most `at_once` on each connection.
    pub fn slots(&self, target: &DeliveryTarget, at_once: usize) -> usize {
        let links = self.links();
        let of_app = links.get(&target.app).into_iter().flatten().filter(|link| link.takes(target));
        of_app.map(|link| at_once.saturating_sub(link.abandoned_frames(target.channel))).sum()
    }

    /// The connection with the fewest events of the channel under way; none if all have `at_once`.
    pub fn least_busy(&self, target: &DeliveryTarget, at_once: usize) -> Option<Arc<Link>> {
        let links = self.links();
        let of_app = links.get(&target.app).into_iter().flatten().filter(|link| link.takes(target));
        of_app
            .map(|link| (link.frames(target.channel), link))
            .filter(|(frames, _)| *frames < at_once)
            .min_by_key(|(frames, _)| *frames)
            .map(|(_, link)| Arc::clone(link))
    }

    /// Delivery targets that somebody is connected to.
    pub fn targets(&self) -> Vec<DeliveryTarget> {
        self.links().values().flatten().flat_map(|link| link.targets()).collect()
    }

    /// Asks all connections to end once what is under way is answered.
    pub fn drain(&self) {
        self.links().values().flatten().for_each(|link| link.end(Ending::Drain));
    }

    /// Ends the connections whose app is gone or has another secret than the one that they were opened with.
    pub fn cut_invalid(&self, state: &State) {
        let links = self.links();
        links.values().flatten().filter(|link| !link.is_valid(state)).for_each(|link| link.end(Ending::Cut));
    }

    /// Whether there is any connection.
    pub fn is_empty(&self) -> bool {
        self.links().is_empty()
    }

    fn links(&self) -> MutexGuard<'_, HashMap<AppKey, Vec<Arc<Link>>>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use carillon_domain::event::stream::Admitted;
    use carillon_model::{
        event::{Channel, EventKind},
        id::CorpId,
        time::Timestamp,
    };
    use carillon_store::StreamTicket;

    use super::*;
    use crate::stream::link::OutgoingFrame;

    fn link(app: &str) -> (Link, tokio::sync::mpsc::Receiver<OutgoingFrame>) {
        let ticket = StreamTicket {
            corp: CorpId::from("corp"),
            app: AppKey::from(app),
            channels: Channel::ALL.to_vec(),
            expires_at: Timestamp(0),
        };
        Link::new(String::new(), Admitted { ticket, secret_hash: Vec::new() }, 2)
    }

    fn target(channel: Channel) -> DeliveryTarget {
        DeliveryTarget { corp: CorpId::from("corp"), app: AppKey::from("a"), channel }
    }

    fn send(link: &Link, channel: Channel, id: &str) -> bool {
        let frame =
            OutgoingFrame { message_id: id.to_owned(), kind: EventKind::AccountMessage, text: String::new() };
        link.send(channel, frame).is_some()
    }

    #[test]
    fn each_channel_has_its_own_slots_and_a_stalled_client_has_none_left() {
        let hub = Hub::default();
        let (new, mut frames) = link("a");
        let link = hub.add(new, &DeliverySettings::default()).ok().unwrap();
        for (number, channel) in
            [0, 1].into_iter().flat_map(|number| Channel::ALL.map(|channel| (number, channel)))
        {
            assert!(hub.least_busy(&target(channel), 2).is_some());
            assert!(
                send(&link, channel, &format!("{channel:?}{number}")),
                "the queue has room for both channels"
            );
        }
        for channel in Channel::ALL {
            assert!(hub.least_busy(&target(channel), 2).is_none());
            assert_eq!(hub.slots(&target(channel), 2), 2);
        }
        // Nobody waits for it any more, but it takes its place in the queue until the client reads on.
        link.forget("Events0");
        assert_eq!(hub.slots(&target(Channel::Events), 2), 1);
        assert!(hub.least_busy(&target(Channel::Events), 2).is_none());
        let first = frames.try_recv().unwrap();
        assert!(!link.is_wanted(&first.message_id), "it is not sent");
        assert_eq!(hub.slots(&target(Channel::Events), 2), 2);
        assert!(hub.least_busy(&target(Channel::Events), 2).is_some());
    }

    #[test]
    fn connections_are_limited_for_each_app_for_all_and_while_they_are_silent() {
        let settings = DeliverySettings {
            connections_per_app: 2,
            connections: 4,
            silent_connections: 2,
            ..DeliverySettings::default()
        };
        let hub = Hub::default();
        let add = |app: &str| hub.add(link(app).0, &settings);
        let (one, two) = (add("a").ok().unwrap(), add("a").ok().unwrap());
        assert_eq!(add("a").err(), Some(ConnectionLimit::OfApp(2)));
        assert_eq!(add("b").err(), Some(ConnectionLimit::Silent));
        one.confirm();
        two.confirm();
        let three = add("b").ok().unwrap();
        three.confirm();
        add("c").ok().unwrap().confirm();
        assert_eq!(add("d").err(), Some(ConnectionLimit::OfAll));
        hub.remove(&three);
        assert!(add("d").is_ok());
    }
}
