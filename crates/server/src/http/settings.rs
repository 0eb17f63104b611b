//! Limits of the listener, as an operator sets them.

use std::time::Duration;

use carillon_wire::{BodyPace, body_budget::BodyBudgetSettings};
use serde::Deserialize;

/// Section `[http]` of the configuration; `config.default.toml` describes each key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Connections that are open at the same time.
    pub max_connections: usize,
    /// Connections of one address, one signed-in session or one app.
    pub max_connections_per_address: usize,
    /// Seconds until the head of a request has to be there.
    pub head_seconds: u64,
    /// Seconds that every body has.
    pub body_seconds: u64,
    /// Bytes a second of larger bodies.
    pub body_bytes_per_second: u64,
    /// Seconds in which a client has to take some of a response.
    pub write_seconds: u64,
    /// Bytes of bodies in memory.
    pub body_bytes_in_flight: usize,
    /// The part of these that one app or session may take, in percent.
    pub body_percent_of_one: usize,
    /// Milliseconds that a body may wait for its part.
    pub body_wait_ms: u64,
    /// Days that browsers keep to https.
    pub hsts_days: u64,
}

impl HttpSettings {
    /// How long the head of a request may take, from the moment that it could have come.
    pub fn head_time(&self) -> Duration {
        Duration::from_secs(self.head_seconds.max(1))
    }

    /// How long a client may take nothing of a response.
    pub fn write_time(&self) -> Duration {
        Duration::from_secs(self.write_seconds.max(1))
    }

    /// How fast bodies have to come.
    pub fn body_pace(&self) -> BodyPace {
        BodyPace {
            grace: Duration::from_secs(self.body_seconds.max(1)),
            bytes_per_second: self.body_bytes_per_second.max(1),
            ..BodyPace::default()
        }
    }

    /// Who may have how many bytes of bodies in memory.
    pub fn body_budget(&self) -> BodyBudgetSettings {
        let wait = Duration::from_millis(self.body_wait_ms);
        BodyBudgetSettings::of(self.body_bytes_in_flight, self.body_percent_of_one, wait)
    }
}
