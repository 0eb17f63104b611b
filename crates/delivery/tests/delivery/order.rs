//! Each event arrives, and in order within its conversation, whatever receivers and crashes do.

use std::collections::{HashMap, HashSet};

use carillon_domain::event::{self, log::Entry};
use carillon_model::{
    event::{DeliveryState, EventData},
    id::UserId,
    settings::DeliverySettings,
};
use serde_json::{Value, json};

use crate::{
    fixture::{Fixture, quick},
    receiver::{Receiver, Reply},
    stream_client::Client,
};

const EVENTS: usize = 10_000;
const CONVERSATIONS: usize = 100;

/// So many attempts that nothing is given up.
fn patient() -> DeliverySettings {
    DeliverySettings { retry_ms: vec![1; 40], ..quick() }
}

/// Raises events, the conversation and the place within it in the list of members.
async fn raise_many(fixture: &Fixture, events: usize, conversations: usize) {
    for batch in (0..events).collect::<Vec<_>>().chunks(500) {
        let batch = batch.to_vec();
        fixture
            .write(move |tx, env, corp| {
                for number in batch {
                    let conversation = format!("c{}", number % conversations);
                    let place = (number / conversations).to_string();
                    let members = vec![UserId::from(conversation), UserId::from(place)];
                    event::raise(tx, env, corp, EventData::MembersAdded(members))?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }
}

/// Places by conversation, in the order in which they were first seen.
fn first_seen(received: &[Value]) -> HashMap<String, Vec<usize>> {
    let mut seen = HashSet::new();
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for message in received {
        if seen.insert(message["eventId"].as_str().unwrap().to_owned()) {
            let conversation = message["userId"][0].as_str().unwrap().to_owned();
            places
                .entry(conversation)
                .or_default()
                .push(message["userId"][1].as_str().unwrap().parse().unwrap());
        }
    }
    places
}

fn expect_in_order(received: &[Value], events: usize, conversations: usize) {
    let places = first_seen(received);
    assert_eq!(places.len(), conversations);
    let each = events / conversations;
    for (conversation, places) in places {
        assert!(places.iter().copied().eq(0..each), "{conversation}: {places:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_events_arrive_in_order_at_a_receiver_that_fails_one_time_in_three() {
    let fixture = Fixture::start(patient()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| match before % 9 {
        0 => Reply::Status(500),
        3 => Reply::Says("no"),
        6 => Reply::WrongSignature,
        _ => Reply::Success,
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    raise_many(&fixture, EVENTS, CONVERSATIONS).await;
    let log = fixture.settled(&fixture.app).await;
    assert_eq!(log.len(), EVENTS);
    assert!(log.iter().all(|entry| entry.event.state == DeliveryState::Delivered));
    let received = receiver.received();
    expect_in_order(&received, EVENTS, CONVERSATIONS);
    assert!(received.len() > EVENTS + EVENTS / 3, "some came again: {}", received.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_events_arrive_in_order_at_a_stream_client_that_fails_one_time_in_three() {
    let fixture = Fixture::start(DeliverySettings { acknowledge_ms: 1_000, ..patient() }).await;
    let mut client = Client::connect(&fixture).await;
    raise_many(&fixture, EVENTS, CONVERSATIONS).await;
    let mut received = Vec::new();
    let mut delivered = HashSet::new();
    while delivered.len() < EVENTS {
        let frame = client.event().await;
        let data: Value = serde_json::from_str(frame["data"].as_str().unwrap()).unwrap();
        let id = frame["headers"]["eventId"].as_str().unwrap().to_owned();
        received.push(json!({ "eventId": id, "userId": data["userId"] }));
        match received.len() % 9 {
            // Now and then it crashes, or says nothing; else it fails, or wants the event later.
            0 if received.len() % 900 == 0 => {
                client.vanish();
                client = Client::connect(&fixture).await;
            }
            3 if received.len() % 900 == 3 => {}
            0 | 6 => client.answer(&frame, 500, json!({})).await,
            3 => client.answer(&frame, 200, json!({ "status": "LATER" })).await,
            _ => {
                client.acknowledge(&frame).await;
                delivered.insert(id);
            }
        }
    }
    // A crash can take along what was acknowledged a moment before.
    let log = take_the_rest(&fixture, client).await;
    assert_eq!(log.len(), EVENTS);
    assert!(log.iter().all(|entry| entry.event.state == DeliveryState::Delivered));
    expect_in_order(&received, EVENTS, CONVERSATIONS);
    assert!(received.len() > EVENTS + EVENTS / 3, "some came again: {}", received.len());
}

/// Acknowledges whatever still comes until nothing waits.
async fn take_the_rest(fixture: &Fixture, mut client: Client) -> Vec<Entry> {
    let taking = tokio::spawn(async move {
        while let Some(frame) = client.next().await {
            if frame["type"] != "SYSTEM" {
                client.acknowledge(&frame).await;
            }
        }
    });
    let log = fixture.settled(&fixture.app).await;
    taking.abort();
    log
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_loses_nothing_and_changes_no_order() {
    let mut fixture = Fixture::start(patient()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| {
        if before % 5 == 0 { Reply::Status(503) } else { Reply::Success }
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    let (events, conversations) = (2_000, 20);
    raise_many(&fixture, events, conversations).await;
    for crash in 1..=8 {
        receiver.have(crash * 150).await;
        fixture.crash().await;
    }
    let log = fixture.settled(&fixture.app).await;
    assert!(log.iter().all(|entry| entry.event.state == DeliveryState::Delivered));
    expect_in_order(&receiver.received(), events, conversations);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_and_not_written_down_comes_again_with_the_same_id() {
    let mut fixture = Fixture::start(DeliverySettings { answer_ms: 60_000, ..quick() }).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| match before {
        0 => Reply::Hang,
        _ => Reply::Success,
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    receiver.have(1).await;
    fixture.crash().await;
    let log = fixture.settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0], received[1]);
    // The attempt that the crash interrupted counts in its number alone.
    assert_eq!(log[0].attempts.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_given_up_makes_way_for_the_next_and_can_be_tried_again() {
    let fixture = Fixture::start(quick()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| match before {
        0..3 => Reply::Status(500),
        _ => Reply::Success,
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    fixture.raise("u1").await;
    let log = fixture.settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Failed);
    assert_eq!(log[1].event.state, DeliveryState::Delivered);

    let (app, id) = (fixture.app.clone(), log[0].event.id.clone());
    fixture
        .write(move |tx, env, corp| carillon_domain::event::log::retry(tx, env, corp, &app, &id))
        .await
        .unwrap();
    let log = fixture.settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
    assert_eq!(log[0].attempts.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(receiver.received()[4]["eventId"], serde_json::json!(log[0].event.id));
}
