//! Expiry and retention of events, channels and tickets.

use carillon_domain::event::{delivery, log, stream};
use carillon_model::{
    env::{Env, FixedClock},
    error::{Error, Rule},
    event::{Channel, DeliveryState},
    time::{DAY_MS, HOUR_MS},
};
use carillon_store::DeliveryTarget;

use crate::{
    fixture::{Fixture, fast_settings},
    receiver::{Receiver, Reply},
    stream_client::{Client, ticket},
};

/// The environment with a later clock.
fn after(env: &Env, ms: i64) -> Env {
    env.with_clock(FixedClock(env.now().plus_ms(ms)))
}

async fn maintain(fixture: &Fixture, ms: i64, connected: Vec<DeliveryTarget>) {
    let more = fixture
        .write(move |tx, env, corp| delivery::maintain(tx, &after(env, ms), corp, &connected))
        .await
        .unwrap();
    assert!(!more);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_waits_a_day_for_a_stream_client() {
    let fixture = Fixture::start(fast_settings()).await;
    Client::connect(&fixture).await.disconnect();
    fixture.raise("u1").await;
    maintain(&fixture, 24 * HOUR_MS - 1_000, Vec::new()).await;
    assert_eq!(fixture.log(&fixture.app).await[0].event.state, DeliveryState::Waiting);
    maintain(&fixture, 24 * HOUR_MS + 1_000, Vec::new()).await;
    assert_eq!(fixture.wait_until_settled(&fixture.app).await[0].event.state, DeliveryState::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_for_a_callback_does_not_expire() {
    let fixture = Fixture::start(fast_settings()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Hang).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    receiver.wait_for_messages(1).await;
    maintain(&fixture, 25 * HOUR_MS, Vec::new()).await;
    assert_eq!(fixture.log(&fixture.app).await[0].event.state, DeliveryState::Waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_delivery_log_is_retained_for_a_week() {
    let fixture = Fixture::start(fast_settings()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    fixture.wait_until_settled(&fixture.app).await;
    maintain(&fixture, 7 * DAY_MS - 60_000, Vec::new()).await;
    assert_eq!(fixture.log(&fixture.app).await.len(), 1);
    maintain(&fixture, 7 * DAY_MS + 60_000, Vec::new()).await;
    assert!(fixture.log(&fixture.app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_without_connections_for_a_week_is_forgotten() {
    let fixture = Fixture::start(fast_settings()).await;
    Client::connect(&fixture).await.disconnect();
    let target =
        DeliveryTarget { corp: fixture.corp.clone(), app: fixture.app.clone(), channel: Channel::Events };
    maintain(&fixture, 8 * DAY_MS, vec![target]).await;
    maintain(&fixture, 14 * DAY_MS, Vec::new()).await;
    fixture.raise("u1").await;
    assert_eq!(fixture.log(&fixture.app).await.len(), 1, "it was connected a week ago");
    maintain(&fixture, 16 * DAY_MS, Vec::new()).await;
    fixture.raise("u2").await;
    assert!(fixture.log(&fixture.app).await.iter().all(|entry| entry.event.conversation == "user:u1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_valid_for_ninety_seconds() {
    let fixture = Fixture::start(fast_settings()).await;
    for (ms, is_valid) in [(89_000, true), (91_000, false)] {
        let text = ticket(&fixture, &[Channel::Events]).await;
        let redeemed = fixture
            .write(move |tx, env, corp| stream::connect(tx, &after(env, ms), corp, &text))
            .await
            .unwrap();
        assert_eq!(redeemed.is_some(), is_valid, "after {ms} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_failed_list_returns_200_per_call_and_each_event_once() {
    let fixture = Fixture::start(carillon_model::settings::DeliverySettings {
        retry_ms: Vec::new(),
        ..fast_settings()
    })
    .await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Status(500)).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    for number in 0..201 {
        fixture.raise(&format!("u{number}")).await;
    }
    fixture.wait_until_settled(&fixture.app).await;
    let list_failed = async || {
        let app = fixture.app.clone();
        fixture.write(move |tx, env, corp| log::failed(tx, env, corp, &app)).await.unwrap()
    };
    let (first, more) = list_failed().await;
    assert_eq!((first.len(), more), (200, true));
    let (second, more) = list_failed().await;
    assert_eq!((second.len(), more), (1, false));
    assert!(first.iter().all(|event| event.id != second[0].id));
    assert_eq!(list_failed().await, (Vec::new(), false));

    let unknown = fixture.app.clone();
    let retried =
        fixture.write(move |tx, env, corp| log::retry(tx, env, corp, &unknown, &"none".into())).await;
    assert!(matches!(retried, Err(Error::RuleBecause(Rule::UnknownEvent, _))));
}
