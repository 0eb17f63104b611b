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
    /// Its id, the same in every delivery.
    event_id: EventId,
    /// Its name.
    event_type: &'static str,
    /// The topic of the subscription; `*` for events.
    topic: &'static str,
    /// Events of the same conversation are delivered in their order.
    conversation: String,
    /// When it happened, in ms.
    born_time: Timestamp,
    /// `waiting`, `delivered` or `failed`.
    state: &'static str,
    /// When it was delivered or failed finally, in ms; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<Timestamp>,
    /// When it is sent next, in ms; absent after its end, during an attempt, and while an earlier event of its conversation waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_time: Option<Timestamp>,
    /// Attempts to deliver it, oldest first.
    attempts: Vec<Attempt>,
}

/// An attempt to deliver an event.
#[derive(Serialize, JsonSchema)]
struct Attempt {
    /// Its number, from 1. An attempt that a crash interrupted is missing.
    number: i64,
    /// When it began, in ms.
    start_time: Timestamp,
    /// Its duration, in ms.
    took_ms: i64,
    /// The HTTP status, or the code of the acknowledgement; absent without a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    /// The first bytes of the response.
    answer: String,
    /// Why it failed; empty if it succeeded.
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
