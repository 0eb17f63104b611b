//! The open Stream connections and their limits. Chooses the connection of each event.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use carillon_model::{id::AppKey, settings::DeliverySettings};
use carillon_store::{DeliveryTarget, State};

use super::connection::{ConnectionState, StreamConnection};

/// The open connections by app.
#[derive(Default)]
pub struct Hub {
    connections: Mutex<HashMap<AppKey, Vec<Arc<StreamConnection>>>>,
}

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionLimit {
    /// The app has reached its limit.
    PerApp(usize),
    /// All apps together have reached the limit.
    Total,
    /// Too many clients of all apps have sent nothing since they connected.
    Unconfirmed,
}

impl fmt::Display for ConnectionLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerApp(limit) => write!(f, "an app has at most {limit} connections"),
            Self::Total => f.write_str("all apps together have as many connections as they may have"),
            Self::Unconfirmed => f.write_str("too many connections have not shown a sign of life yet"),
        }
    }
}

impl Hub {
    /// Adds a connection.
    ///
    /// # Errors
    /// The limit that the connection would exceed.
    pub fn add(
        &self,
        connection: StreamConnection,
        settings: &DeliverySettings,
    ) -> Result<Arc<StreamConnection>, ConnectionLimit> {
        let mut connections = self.connections();
        let app_connections = connections.get(connection.app()).map_or(0, Vec::len);
        if app_connections >= settings.connections_per_app {
            return Err(ConnectionLimit::PerApp(settings.connections_per_app));
        }
        if connections.values().map(Vec::len).sum::<usize>() >= settings.connections {
            return Err(ConnectionLimit::Total);
        }
        if connections.values().flatten().filter(|connection| !connection.is_confirmed()).count()
            >= settings.silent_connections
        {
            return Err(ConnectionLimit::Unconfirmed);
        }
        let connection = Arc::new(connection);
        connections.entry(connection.app().clone()).or_default().push(Arc::clone(&connection));
        Ok(connection)
    }

    /// Removes a connection. Deliveries that wait for its acknowledgements are notified.
    pub fn remove(&self, connection: &Arc<StreamConnection>) {
        let mut connections = self.connections();
        if let Some(app_connections) = connections.get_mut(connection.app()) {
            app_connections.retain(|other| !Arc::ptr_eq(other, connection));
            if app_connections.is_empty() {
                connections.remove(connection.app());
            }
        }
        drop(connections);
        connection.close();
    }

    /// Returns how many events of a delivery target can be in flight, at most `at_once` on each connection.
    pub fn slots(&self, target: &DeliveryTarget, at_once: usize) -> usize {
        let connections = self.connections();
        let app_connections = connections
            .get(&target.app)
            .into_iter()
            .flatten()
            .filter(|connection| connection.accepts(target));
        app_connections
            .map(|connection| at_once.saturating_sub(connection.cancelled_frame_count(target.channel)))
            .sum()
    }

    /// Returns the connection with the fewest events of the channel in flight, or none if all have `at_once`.
    pub fn least_busy(&self, target: &DeliveryTarget, at_once: usize) -> Option<Arc<StreamConnection>> {
        let connections = self.connections();
        let app_connections = connections
            .get(&target.app)
            .into_iter()
            .flatten()
            .filter(|connection| connection.accepts(target));
        app_connections
            .map(|connection| (connection.frame_count(target.channel), connection))
            .filter(|(frame_count, _)| *frame_count < at_once)
            .min_by_key(|(frame_count, _)| *frame_count)
            .map(|(_, connection)| Arc::clone(connection))
    }

    /// Returns the delivery targets that have a connection.
    pub fn targets(&self) -> Vec<DeliveryTarget> {
        self.connections().values().flatten().flat_map(|connection| connection.targets()).collect()
    }

    /// Asks all connections to close once their events in flight are acknowledged.
    pub fn drain(&self) {
        self.connections()
            .values()
            .flatten()
            .for_each(|connection| connection.end(ConnectionState::Draining));
    }

    /// Closes the connections whose app was removed, or whose secret was replaced.
    pub fn close_invalid(&self, state: &State) {
        let connections = self.connections();
        connections
            .values()
            .flatten()
            .filter(|connection| !connection.is_valid(state))
            .for_each(|connection| connection.end(ConnectionState::Closing));
    }

    /// Whether there is any connection.
    pub fn is_empty(&self) -> bool {
        self.connections().is_empty()
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<AppKey, Vec<Arc<StreamConnection>>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use carillon_domain::event::stream::AcceptedTicket;
    use carillon_model::{
        event::{Channel, EventKind},
        id::CorpId,
        time::Timestamp,
    };
    use carillon_store::StreamTicket;

    use super::*;
    use crate::stream::connection::OutgoingFrame;

    fn connection(app: &str) -> (StreamConnection, tokio::sync::mpsc::Receiver<OutgoingFrame>) {
        let ticket = StreamTicket {
            corp: CorpId::from("corp"),
            app: AppKey::from(app),
            channels: Channel::ALL.to_vec(),
            expires_at: Timestamp(0),
        };
        StreamConnection::new(String::new(), AcceptedTicket { ticket, secret_hash: Vec::new() }, 2)
    }

    fn target(channel: Channel) -> DeliveryTarget {
        DeliveryTarget { corp: CorpId::from("corp"), app: AppKey::from("a"), channel }
    }

    fn send(connection: &StreamConnection, channel: Channel, id: &str) -> bool {
        let frame =
            OutgoingFrame { message_id: id.to_owned(), kind: EventKind::AccountMessage, text: String::new() };
        connection.send(channel, frame).is_some()
    }

    #[test]
    fn each_channel_has_its_own_slots_and_a_stalled_client_has_none() {
        let hub = Hub::default();
        let (new, mut frames) = connection("a");
        let connection = hub.add(new, &DeliverySettings::default()).ok().unwrap();
        for (number, channel) in
            [0, 1].into_iter().flat_map(|number| Channel::ALL.map(|channel| (number, channel)))
        {
            assert!(hub.least_busy(&target(channel), 2).is_some());
            assert!(
                send(&connection, channel, &format!("{channel:?}{number}")),
                "the queue has room for both channels"
            );
        }
        for channel in Channel::ALL {
            assert!(hub.least_busy(&target(channel), 2).is_none());
            assert_eq!(hub.slots(&target(channel), 2), 2);
        }
        // No delivery waits for it, but it occupies the queue until the client reads on.
        connection.cancel("Events0");
        assert_eq!(hub.slots(&target(Channel::Events), 2), 1);
        assert!(hub.least_busy(&target(Channel::Events), 2).is_none());
        let first = frames.try_recv().unwrap();
        assert!(!connection.mark_dequeued(&first.message_id), "it is not sent");
        assert_eq!(hub.slots(&target(Channel::Events), 2), 2);
        assert!(hub.least_busy(&target(Channel::Events), 2).is_some());
    }

    #[test]
    fn connections_are_limited_per_app_in_total_and_while_unconfirmed() {
        let settings = DeliverySettings {
            connections_per_app: 2,
            connections: 4,
            silent_connections: 2,
            ..DeliverySettings::default()
        };
        let hub = Hub::default();
        let add = |app: &str| hub.add(connection(app).0, &settings);
        let (one, two) = (add("a").ok().unwrap(), add("a").ok().unwrap());
        assert_eq!(add("a").err(), Some(ConnectionLimit::PerApp(2)));
        assert_eq!(add("b").err(), Some(ConnectionLimit::Unconfirmed));
        one.confirm();
        two.confirm();
        let three = add("b").ok().unwrap();
        three.confirm();
        add("c").ok().unwrap().confirm();
        assert_eq!(add("d").err(), Some(ConnectionLimit::Total));
        hub.remove(&three);
        assert!(add("d").is_ok());
    }
}
