//! `carillon.event_delivery_list`: the delivery log of an app. An operation of Carillon.

use carillon_domain::event::log::{self, Entry};
use carillon_model::{
    app::AppType,
    error::{Error, Result},
    event::{DeliveryState, EventKind},
    id::{AppKey, EventId, EventSeq},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::{LogFilter, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::{APPS_AND_LOCAL, apps};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app. The calling app if absent; operators and local callers name one.
    #[schemars(length(max = 128))]
    app_key: Option<AppKey>,
    /// Only events in this state: `waiting`, `delivered` or `failed`.
    state: Option<String>,
    /// Only events of this name.
    event_type: Option<String>,
    /// The most events to return; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    #[serde(default = "default_size")]
    max_results: i64,
    /// `next_token` of the previous page.
    next_token: Option<EventSeq>,
}

fn default_size() -> i64 {
    20
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Events, newest first.
    events: Vec<EventRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<EventSeq>,
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

pub fn operation() -> Operation {
    Operation::v1("carillon.event_delivery_list", "/v1.0/carillon/event/delivery/list")
        .title("查询事件推送记录", "Delivery log of events")
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({ "app_key": "dingappkey0001", "state": "failed", "event_type": "user_add_org", "max_results": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let state = request.state.map(|name| {
        let state = DeliveryState::parse(&name);
        state.ok_or_else(|| Error::invalid("state", "must be waiting, delivered or failed"))
    });
    let kind = request.event_type.map(|name| {
        let kind = EventKind::parse(&name);
        kind.ok_or_else(|| Error::invalid("event_type", "must be the name of an event"))
    });
    let filter = LogFilter { state: state.transpose()?, kind: kind.transpose()?, before: request.next_token };
    let app = apps::named(tx, call, "app_key", request.app_key.as_ref())?;
    let mut entries = log::entries(tx, call.corp(), &app.key, filter, request.max_results + 1)?;
    let page_size = usize::try_from(request.max_results).unwrap_or(usize::MAX);
    let has_more = entries.len() > page_size;
    entries.truncate(page_size);
    let next_token = entries.last().filter(|_| has_more).map(|entry| entry.event.seq);
    Ok(Response { events: entries.into_iter().map(event_row).collect(), next_token })
}

fn event_row(Entry { event, attempts }: Entry) -> EventRow {
    let attempts = attempts.into_iter().map(|(number, attempt)| Attempt {
        number,
        start_time: attempt.started_at,
        took_ms: attempt.took_ms,
        status: attempt.status,
        answer: attempt.answer,
        problem: attempt.problem,
    });
    EventRow {
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
