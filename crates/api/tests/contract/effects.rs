//! What operations declare of their effects: the events that they raise, and whether they reach members. All are called
//! on a server on which an app receives all events.

use std::collections::BTreeSet;

use carillon_model::{
    event::EventKind,
    id::{AppKey, EventSeq},
};
use carillon_store::{LiveEvent, LogFilter, Tx};
use carillon_wire::Operation;
use serde_json::{Map, Value, json};

use crate::matrix::{fixture::Fixture, request::Request, valid_requests};

/// Events that an operation raises only by a request other than its example.
fn more_requests(fixture: &Fixture, operation: &str) -> Vec<Map<String, Value>> {
    let requests = match operation {
        "contacts.user_update" => vec![json!({ "userid": "ann", "name": "新名" })],
        "carillon.member_set" => vec![json!({ "userId": "ann", "name": "新名" })],
        "contacts.dept_update" => vec![json!({ "dept_id": fixture.dept, "name": "新名" })],
        _ => Vec::new(),
    };
    requests.into_iter().filter_map(|request| request.as_object().cloned()).collect()
}

/// The events that the app has in its log after another one.
fn events_after(fixture: &Fixture, last: Option<EventSeq>) -> (BTreeSet<EventKind>, Option<EventSeq>) {
    let app = AppKey::from(fixture.server.credentials.0.as_str());
    let logged = fixture
        .server
        .write(move |tx: &mut Tx<'_>, _, corp| tx.logged_events(corp, &app, LogFilter::default(), 100));
    let newest = logged.first().map(|event| event.seq).or(last);
    let new = logged.iter().filter(|event| last.is_none_or(|last| event.seq > last));
    // Nobody subscribes to a test.
    let kinds = new.map(|event| event.kind).filter(|kind| *kind != EventKind::Test);
    (kinds.collect(), newest)
}

/// What a call did.
#[derive(Default)]
struct Effects {
    raised: BTreeSet<EventKind>,
    reached: bool,
}

/// Calls an operation with its example, and with more requests.
fn effects(fixture: &Fixture, operation: &Operation) -> Effects {
    let mut effects = Effects::default();
    let first = valid_requests::request(fixture, operation.id);
    for fields in first.into_iter().chain(more_requests(fixture, operation.id)) {
        let (_, before) = events_after(fixture, None);
        let mut live = fixture.server.store.subscribe();
        let request = Request::of(operation, &fields).allowed(operation, &fixture.server);
        let answer = fixture.server.send(&request);
        let is_done = answer.status == 200 && answer.body["errcode"].as_i64().unwrap_or(0) == 0;
        assert!(is_done, "{} {fields:?}: {} {}", operation.id, answer.status, answer.body);
        effects.raised.extend(events_after(fixture, before).0);
        while let Ok(event) = live.try_recv() {
            effects.reached |= matches!(
                event,
                LiveEvent::Sent { .. } | LiveEvent::Recalled { .. } | LiveEvent::ChatMessagePosted { .. }
            );
        }
    }
    effects
}

#[test]
fn operations_declare_their_events_and_whom_they_reach() {
    let (fixture, mut wrong) = (Fixture::open(), Vec::new());
    // The owner becomes a member now, and not in the course of a call.
    fixture.server.owner();
    for operation in valid_requests::operations() {
        let Effects { raised, reached } = effects(&fixture, operation);
        let declared: BTreeSet<EventKind> = operation.raises.iter().copied().collect();
        if raised != declared {
            wrong.push(format!("{} raises {raised:?}, and declares {declared:?}", operation.id));
        }
        // What is scheduled reaches members later.
        let is_later = operation.id == "carillon.mass_schedule";
        if reached != (operation.reaches.is_some() && !is_later) {
            wrong.push(format!(
                "{} reaches members: {reached}, and declares {:?}",
                operation.id, operation.reaches
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A read reaches nobody, and raises nothing.
#[test]
fn reads_have_no_effects() {
    for operation in
        carillon_api::operations().iter().filter(|operation| operation.needs_token && !operation.changes)
    {
        assert!(operation.raises.is_empty() && operation.reaches.is_none(), "{}", operation.id);
    }
}

/// Whom a call reaches can be reckoned from its fields: they are fields of the request.
#[test]
fn the_fields_that_say_whom_an_operation_reaches_exist() {
    let mut requests = 0;
    for operation in carillon_api::operations() {
        let Some(reaches) = operation.reaches.filter(|reaches| reaches.can_narrow()) else { continue };
        let mut body = Map::new();
        assert!(reaches.narrow(&mut body, "ann"), "{}", operation.id);
        for name in body.keys() {
            let properties = &operation.request.as_value()["properties"];
            assert!(properties.get(name).is_some(), "{} has no field {name}", operation.id);
        }
        requests += 1;
    }
    assert!(requests >= 5, "{requests}");
}
