//! `carillon.event_delivery_list`: the delivery log of an app. An operation of Carillon's own.

use carillon_domain::event::log::{self, Entry};
use carillon_model::{
    app::AppType,
    error::{Error, Result},
    event::{DeliveryState, EventKind},
    id::{EventId, EventSeq},
    time::Timestamp,
};
use carillon_store::{LogFilter, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Events that stand so: `waiting`, `delivered` or `failed`. Absent: all.
    state: Option<String>,
    /// Events of this name. Absent: all.
    event_type: Option<String>,
    /// Events at most.
    #[schemars(range(min = 1, max = 100))]
    #[serde(default = "default_size")]
    max_results: i64,
    /// Where to go on, as the page before said.
    next_token: Option<EventSeq>,
}

fn default_size() -> i64 {
    20
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// Events, newest first.
    events: Vec<Logged>,
    /// Where to go on; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<EventSeq>,
}

/// An event.
#[derive(Serialize, JsonSchema)]
struct Logged {
    /// Its id, the same in every delivery.
    event_id: EventId,
    /// Its name.
    event_type: &'static str,
    /// The topic on which the app is offered it; `*` for events.
    topic: &'static str,
    /// What it is about: events with the same one are delivered one after the other.
    conversation: String,
    /// When it happened, in ms.
    born_time: Timestamp,
    /// `waiting`, `delivered` or `failed`.
    state: &'static str,
    /// When it was delivered or given up, in ms; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<Timestamp>,
    /// Attempts to deliver it, oldest first.
    attempts: Vec<Attempt>,
}

/// An attempt to deliver an event.
#[derive(Serialize, JsonSchema)]
struct Attempt {
    /// Its number, from 1. One that a crash interrupted is missing.
    number: i64,
    /// When it began, in ms.
    start_time: Timestamp,
    /// How long it took, in ms.
    took_ms: i64,
    /// The HTTP status, or the code of the acknowledgement; absent when no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    /// The first bytes of the answer.
    answer: String,
    /// Why it does not count as delivered; empty when it does.
    problem: String,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("carillon.event_delivery_list", "/v1.0/carillon/event/delivery/list")
        .title("查询事件推送记录", "Delivery log of events")
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .example(json!({ "state": "failed", "max_results": 20 }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let state = request.state.map(|word| {
        let state = DeliveryState::parse(&word);
        state.ok_or_else(|| Error::invalid("state", "must be waiting, delivered or failed"))
    });
    let kind = request.event_type.map(|name| {
        let kind = EventKind::parse(&name);
        kind.ok_or_else(|| Error::invalid("event_type", "must be the name of an event"))
    });
    let filter = LogFilter { state: state.transpose()?, kind: kind.transpose()?, before: request.next_token };
    let mut entries = log::entries(tx, call.corp(), &call.app()?.key, filter, request.max_results + 1)?;
    let shown = usize::try_from(request.max_results).unwrap_or(usize::MAX);
    let more = entries.len() > shown;
    entries.truncate(shown);
    let next_token = entries.last().filter(|_| more).map(|entry| entry.event.seq);
    Ok(Response { events: entries.into_iter().map(logged).collect(), next_token })
}

fn logged(Entry { event, attempts }: Entry) -> Logged {
    let attempts = attempts.into_iter().map(|(number, attempt)| Attempt {
        number,
        start_time: attempt.started_at,
        took_ms: attempt.took_ms,
        status: attempt.status,
        answer: attempt.answer,
        problem: attempt.problem,
    });
    Logged {
        event_id: event.id,
        event_type: event.kind.as_str(),
        topic: event.channel.topic(),
        conversation: event.conversation,
        born_time: event.born_at,
        state: event.state.as_str(),
        end_time: event.ended_at,
        attempts: attempts.collect(),
    }
}
