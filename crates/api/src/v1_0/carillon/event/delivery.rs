//! `/v1.0/carillon/event/delivery`: deliveries of the events that an app subscribed to.

pub mod get;
pub mod list;
pub mod retry;
pub mod retry_since;
pub mod test;

use carillon_domain::event::log::Entry as LogEntry;
use carillon_model::{
    error::{Error, Result},
    event::EventKind,
    id::EventId,
    time::Timestamp,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(list::operation),
    Entry::Operation(get::operation),
    Entry::Operation(retry::operation),
    Entry::Operation(retry_since::operation),
    Entry::Operation(test::operation),
];

/// Returns the type of events that a request names.
fn kind_of(name: Option<String>) -> Result<Option<EventKind>> {
    let kind = name.map(|name| {
        let kind = EventKind::parse(&name);
        kind.ok_or_else(|| Error::invalid("event_type", "must be the name of an event"))
    });
    kind.transpose()
}

/// An event.
#[derive(Serialize, JsonSchema)]
struct EventRow {
    /// The id of the event, the same in every delivery.
    event_id: EventId,
    /// The name of the event, such as `user_add_org`; `check_url` for tests.
    event_type: &'static str,
    /// The topic: `*` for events, or `/v1.0/im/bot/messages/get` for messages in the form of robots.
    topic: &'static str,
    /// The key of its order: events with the same key are delivered one after the other.
    conversation: String,
    /// When the event happened, in ms since 1970.
    born_time: Timestamp,
    /// The state of the delivery: `waiting`, `delivered` or `failed`.
    state: &'static str,
    /// When it was delivered or failed finally, in ms since 1970; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<Timestamp>,
    /// When it is sent next, in ms; absent after its end, during an attempt, and while an earlier event of its conversation waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_time: Option<Timestamp>,
    /// The attempts to deliver it, oldest first; empty before the first one.
    attempts: Vec<Attempt>,
}

/// An attempt to deliver an event.
#[derive(Serialize, JsonSchema)]
struct Attempt {
    /// The number of the attempt, from 1; one that a crash interrupted is missing.
    number: i64,
    /// When the attempt began, in ms since 1970.
    start_time: Timestamp,
    /// The duration of the attempt, in ms.
    took_ms: i64,
    /// The HTTP status, or the code of the acknowledgement; absent without a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    /// The first bytes of the response; empty without one.
    answer: String,
    /// Why the attempt failed; empty if it succeeded.
    problem: String,
}

impl EventRow {
    fn of(LogEntry { event, attempts }: LogEntry) -> Self {
        let attempts = attempts.into_iter().map(|(number, attempt)| Attempt {
            number,
            start_time: attempt.started_at,
            took_ms: attempt.took_ms,
            status: attempt.status,
            answer: attempt.answer,
            problem: attempt.problem,
        });
        Self {
            event_id: event.id,
            event_type: event.kind.as_str(),
            topic: event.channel.topic(),
            conversation: event.conversation,
            born_time: event.born_at,
            state: event.state.as_str(),
            end_time: event.ended_at,
            next_time: event.next_attempt_at,
            attempts: attempts.collect(),
        }
    }
}
