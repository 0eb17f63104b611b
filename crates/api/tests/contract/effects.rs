//! What operations declare of their effects: the events that they raise, and whether they reach members. All are called
//! on a server on which an app receives all events.

use std::collections::BTreeSet;

use carillon_domain::{contact::import, send};
use carillon_model::{
    audit::Signature,
    event::EventKind,
    id::{AppKey, EventSeq, TaskId},
};
use carillon_store::{LiveEvent, LogFilter, Tx};
use carillon_wire::Operation;
use serde_json::{Map, Value, json};
use testkit::server::NOW;

use crate::matrix::{fixture::Fixture, request::Request, valid_requests};

/// Events that an operation raises only by a request other than its example.
fn more_requests(fixture: &Fixture, operation: &str) -> Vec<Map<String, Value>> {
    let requests = match operation {
        "contacts.user_update" => vec![json!({ "userid": "ann", "name": "新名" })],
        "carillon.member_set" => vec![json!({ "userId": "ann", "name": "新名" })],
        "carillon.member_import_apply" => {
            let id = run_import(fixture, Some("userid,name\neve,改名\n"));
            vec![json!({ "importId": id })]
        }
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

/// Does what a call leaves to the jobs of the server: an import, and a send that is due.
fn finish(fixture: &Fixture, operation: &str, answer: &Value) {
    let server = &fixture.server;
    match operation {
        "carillon.member_import_apply" => {
            run_import(fixture, None);
        }
        "carillon.mass_schedule" => {
            let task = TaskId::from(answer["task_id"].as_str().unwrap());
            let of = task.clone();
            let waiting = server.write(move |tx, _, corp| tx.scheduled(corp, &of)).expect("the send");
            server.clock.set(waiting.due_at.0);
            server.write(move |tx, env, corp| send::send_due(tx, env, corp, &task));
            server.clock.set(NOW);
        }
        _ => {}
    }
}

/// Uploads a list of members, if there is one, and takes all steps of the open import. Returns its id.
fn run_import(fixture: &Fixture, list: Option<&'static str>) -> i64 {
    let (store, env, corp) = (&fixture.server.store, &fixture.server.env, &fixture.server.corp);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut id = 0;
        if let Some(list) = list {
            let file = ("members.csv".to_owned(), import::upload::read(env, corp, list).unwrap());
            id = import::submit(store, env, corp, Signature::server(env, "test"), file).await.unwrap().0;
        }
        while import::take_step(store, env, corp).await.unwrap().is_some_and(|at| at <= env.now()) {}
        id
    })
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
    let mut first = valid_requests::request(fixture, operation.id);
    // The import of the example has ended by then.
    if operation.id == "carillon.member_import_cancel" {
        let id = run_import(fixture, Some("userid,name\nzed,新人\n"));
        first = json!({ "importId": id }).as_object().cloned();
    }
    let mut requests: Vec<Map<String, Value>> = first.into_iter().collect();
    let mut index = 0;
    while let Some(fields) = requests.get(index).cloned() {
        let (_, before) = events_after(fixture, None);
        let mut live = fixture.server.store.subscribe();
        let request = Request::of(operation, &fields).allowed(operation, &fixture.server);
        let answer = fixture.server.send(&request);
        let is_done = answer.status == 200 && answer.body["errcode"].as_i64().unwrap_or(0) == 0;
        assert!(is_done, "{} {fields:?}: {} {}", operation.id, answer.status, answer.body);
        finish(fixture, operation.id, &answer.body);
        effects.raised.extend(events_after(fixture, before).0);
        while let Ok(event) = live.try_recv() {
            effects.reached |= matches!(
                event,
                LiveEvent::Sent { .. } | LiveEvent::Recalled { .. } | LiveEvent::ChatMessagePosted { .. }
            );
        }
        index += 1;
        if index == 1 {
            requests.extend(more_requests(fixture, operation.id));
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
        if reached != operation.reaches.is_some() {
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
fn the_fields_that_name_the_reached_members_exist() {
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
