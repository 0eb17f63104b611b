//! Graceful shutdown.

use carillon_model::event::DeliveryState;
use serde_json::json;

use crate::{
    fixture::{Fixture, fast_settings, within},
    receiver::{Receiver, Reply},
    stream_client::Client,
};

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_asks_clients_to_reconnect_and_waits_for_acknowledgements() {
    let mut fixture = Fixture::start(fast_settings()).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    fixture.raise("u1").await;
    let frame = client.event().await;
    let answering = tokio::spawn(async move {
        let goodbye = client.next().await.unwrap();
        assert_eq!(
            (&goodbye["type"], &goodbye["headers"]["topic"]),
            (&json!("SYSTEM"), &json!("disconnect"))
        );
        client.acknowledge(&frame).await;
        assert_eq!(client.next().await, None, "then the server closes");
    });
    fixture.stop().await;
    within(answering).await.unwrap();
    fixture.restart().await;
    let log = fixture.log(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
    assert_eq!(log[1].event.state, DeliveryState::Waiting, "no new delivery was started");
    Client::connect(&fixture).await.receive_and_acknowledge(1).await;
    fixture.wait_until_settled(&fixture.app).await;
}

/// The task that held the sender of the signal may have panicked.
#[tokio::test(flavor = "multi_thread")]
async fn delivery_ends_when_the_stop_signal_is_dropped() {
    let mut fixture = Fixture::start(fast_settings()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    fixture.wait_until_settled(&fixture.app).await;
    let mut client = Client::connect(&fixture).await;
    fixture.drop_stop_signal().await;
    assert_eq!(client.next().await.unwrap()["headers"]["topic"], json!("disconnect"));
    assert_eq!(client.next().await, None);

    fixture.restart().await;
    fixture.raise("u2").await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log.iter().map(|entry| entry.event.state).collect::<Vec<_>>(), [DeliveryState::Delivered; 2]);
    assert_eq!(receiver.received().len(), 2);
}
