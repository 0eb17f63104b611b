//! A client that connects and then neither reads nor acknowledges.

use std::time::{Duration, Instant};

use carillon_model::{
    event::{AccountMessage, AccountMessageContent, Channel, DeliveryState, EventData},
    id::{AccountId, UserId},
    settings::DeliverySettings,
    time::Timestamp,
};

use crate::{
    fixture::{Fixture, fast_settings},
    receiver::{Receiver, Reply},
    stream_client::Client,
};

/// More than the operating system takes for a client that does not read.
const MORE_THAN_BUFFERS: usize = 24 << 20;

fn long_message() -> EventData {
    EventData::AccountMessage(Box::new(AccountMessage {
        account: AccountId::from("accountiE"),
        member: UserId::from("u1"),
        member_unionid: "unioniE".to_owned(),
        member_name: "张三".to_owned(),
        member_is_admin: false,
        message_id: "msg1".to_owned(),
        content: AccountMessageContent::Text("x".repeat(MORE_THAN_BUFFERS)),
        created_at: Timestamp(1),
        session_webhook: "http://127.0.0.1/robot/sendBySession".to_owned(),
        session_webhook_expires_at: Timestamp(2),
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_client_on_both_channels_is_not_retried_in_a_loop() {
    let settings =
        DeliverySettings { at_once: 1, acknowledge_ms: 100, retry_ms: vec![100; 10_000], ..fast_settings() };
    let fixture = Fixture::start(settings).await;
    let started = Instant::now();
    let stalled = Client::connect_for(&fixture, &[Channel::Events, Channel::BotMessages]).await;
    fixture.raise_event(long_message()).await;
    let (other, _) = fixture.add_app().await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe_to(&other, &["user_add_org"], Some(receiver.callback.clone())).await;
    for number in 0..300 {
        fixture.raise(&format!("u{number}")).await;
    }
    let delivered = fixture.wait_until_settled(&other).await;
    assert_eq!(delivered.len(), 300);
    assert!(delivered.iter().all(|entry| entry.event.state == DeliveryState::Delivered));

    let app = fixture.app.clone();
    let attempts =
        fixture.log(&app).await.iter().flat_map(|entry| entry.attempts.last().cloned()).collect::<Vec<_>>();
    let max_attempts = attempts.iter().map(|(number, _)| *number).max().unwrap_or_default();
    // Each attempt takes at least the time that the client has to acknowledge, or the shortest wait after a lost connection.
    let allowed = started.elapsed().as_millis() / 100 + 7;
    assert!(
        u128::try_from(max_attempts).unwrap() <= allowed,
        "{max_attempts} attempts in {:?}",
        started.elapsed()
    );
    drop(stalled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_keeps_disconnecting_is_retried_with_back_off() {
    let fixture = Fixture::start(fast_settings()).await;
    fixture.subscribe_to(&fixture.app, &["*"], None).await;
    fixture.raise("u1").await;
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(2) {
        // It receives the event and disconnects before it acknowledges.
        let mut client = Client::connect(&fixture).await;
        let _ = tokio::time::timeout(Duration::from_millis(20), client.event()).await;
    }
    let log = fixture.log(&fixture.app).await;
    let attempts = log[0].attempts.last().map_or(0, |(number, _)| *number);
    // Five without a wait, then after 100 ms, 200, 400 and 800.
    assert!(attempts <= 10, "{attempts} attempts");
    let mut client = Client::connect(&fixture).await;
    let frame = client.event().await;
    client.acknowledge(&frame).await;
    assert_eq!(fixture.wait_until_settled(&fixture.app).await[0].event.state, DeliveryState::Delivered);
}
