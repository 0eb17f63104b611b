//! Each event arrives, in order within its conversation, despite failing receivers and crashes.

use std::collections::{HashMap, HashSet};

use carillon_domain::event::{self, log::Entry};
use carillon_model::{
    event::{DeliveryState, EventData},
    id::UserId,
    settings::DeliverySettings,
};
use serde_json::{Value, json};

use crate::{
    fixture::{Fixture, fast_settings},
    receiver::{Receiver, Reply},
    stream_client::Client,
};

/// In short tests a part of them.
const EVENTS: u32 = 10_000;
const CONVERSATIONS: usize = 100;

/// As many as the conversations divide.
fn event_count() -> usize {
    let count = testkit::env::cases(EVENTS) as usize;
    count - count % CONVERSATIONS
}

/// Enough retries that no event is given up.
fn settings_without_give_up() -> DeliverySettings {
    DeliverySettings { retry_ms: vec![1; 40], ..fast_settings() }
}

/// Raises events whose member ids are the conversation and the position within it.
async fn raise_many(fixture: &Fixture, events: usize, conversations: usize) {
    for batch in (0..events).collect::<Vec<_>>().chunks(500) {
        let batch = batch.to_vec();
        fixture
            .write(move |tx, env, corp| {
                for number in batch {
                    let conversation = format!("c{}", number % conversations);
                    let position = (number / conversations).to_string();
                    let members = vec![UserId::from(conversation), UserId::from(position)];
                    event::raise(tx, env, corp, EventData::MembersAdded(members))?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }
}

/// Returns the positions by conversation, in the order in which they first arrived.
fn positions_by_conversation(received: &[Value]) -> HashMap<String, Vec<usize>> {
    let mut seen_ids = HashSet::new();
    let mut positions: HashMap<String, Vec<usize>> = HashMap::new();
    for message in received {
        if seen_ids.insert(message["eventId"].as_str().unwrap().to_owned()) {
            let conversation = message["userId"][0].as_str().unwrap().to_owned();
            positions
                .entry(conversation)
                .or_default()
                .push(message["userId"][1].as_str().unwrap().parse().unwrap());
        }
    }
    positions
}

fn assert_in_order(received: &[Value], events: usize, conversations: usize) {
    let positions = positions_by_conversation(received);
    assert_eq!(positions.len(), conversations);
    let each = events / conversations;
    for (conversation, positions) in positions {
        assert!(positions.iter().copied().eq(0..each), "{conversation}: {positions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_events_arrive_in_order_at_a_receiver_that_fails_one_time_in_three() {
    let events = event_count();
    let fixture = Fixture::start(settings_without_give_up()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| match before % 9 {
        0 => Reply::Status(500),
        3 => Reply::Plaintext("no"),
        6 => Reply::WrongSignature,
        _ => Reply::Success,
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    raise_many(&fixture, events, CONVERSATIONS).await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log.len(), events);
    assert!(log.iter().all(|entry| entry.event.state == DeliveryState::Delivered));
    let received = receiver.received();
    assert_in_order(&received, events, CONVERSATIONS);
    assert!(received.len() > events + events / 3, "some were sent again: {}", received.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_events_arrive_in_order_at_a_stream_client_that_fails_one_time_in_three() {
    let events = event_count();
    let fixture =
        Fixture::start(DeliverySettings { acknowledge_ms: 1_000, ..settings_without_give_up() }).await;
    let mut client = Client::connect(&fixture).await;
    raise_many(&fixture, events, CONVERSATIONS).await;
    let mut received = Vec::new();
    let mut delivered = HashSet::new();
    while delivered.len() < events {
        let frame = client.event().await;
        let data: Value = serde_json::from_str(frame["data"].as_str().unwrap()).unwrap();
        let id = frame["headers"]["eventId"].as_str().unwrap().to_owned();
        received.push(json!({ "eventId": id, "userId": data["userId"] }));
        match received.len() % 9 {
            // The client sometimes disconnects, or does not respond; otherwise it fails, or asks for a retry.
            0 if received.len() % 900 == 0 => {
                client.disconnect();
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
    // A disconnect can lose the latest acknowledgements.
    let log = acknowledge_remaining(&fixture, client).await;
    assert_eq!(log.len(), events);
    assert!(log.iter().all(|entry| entry.event.state == DeliveryState::Delivered));
    assert_in_order(&received, events, CONVERSATIONS);
    assert!(received.len() > events + events / 3, "some were sent again: {}", received.len());
}

/// Acknowledges the remaining events. Returns the log once none is waiting.
async fn acknowledge_remaining(fixture: &Fixture, mut client: Client) -> Vec<Entry> {
    let acknowledging = tokio::spawn(async move {
        while let Some(frame) = client.next().await {
            if frame["type"] != "SYSTEM" {
                client.acknowledge(&frame).await;
            }
        }
    });
    let log = fixture.wait_until_settled(&fixture.app).await;
    acknowledging.abort();
    log
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_loses_and_reorders_nothing() {
    let mut fixture = Fixture::start(settings_without_give_up()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| {
        if before % 5 == 0 { Reply::Status(503) } else { Reply::Success }
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    let (events, conversations) = (2_000, 20);
    raise_many(&fixture, events, conversations).await;
    for crash in 1..=8 {
        receiver.wait_for_messages(crash * 150).await;
        fixture.crash().await;
    }
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert!(log.iter().all(|entry| entry.event.state == DeliveryState::Delivered));
    assert_in_order(&receiver.received(), events, conversations);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unrecorded_success_is_delivered_again_with_the_same_id() {
    let mut fixture = Fixture::start(DeliverySettings { answer_ms: 60_000, ..fast_settings() }).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| match before {
        0 => Reply::Hang,
        _ => Reply::Success,
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    receiver.wait_for_messages(1).await;
    fixture.crash().await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0], received[1]);
    // The interrupted attempt is not recorded, but its number is used.
    assert_eq!(log[0].attempts.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_event_unblocks_the_next_and_can_be_retried() {
    let fixture = Fixture::start(fast_settings()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, before| match before {
        0..3 => Reply::Status(500),
        _ => Reply::Success,
    })
    .await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    fixture.raise("u1").await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Failed);
    assert_eq!(log[1].event.state, DeliveryState::Delivered);

    let (app, id) = (fixture.app.clone(), log[0].event.id.clone());
    fixture
        .write(move |tx, env, corp| carillon_domain::event::log::retry(tx, env, corp, &app, &id))
        .await
        .unwrap();
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
    assert_eq!(log[0].attempts.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(receiver.received()[4]["eventId"], serde_json::json!(log[0].event.id));
}
