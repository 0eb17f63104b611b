//! Which apps receive an event, and by which route.

use carillon_domain::event::{log, subscription};
use carillon_model::{
    error::{Error, Rule},
    event::{DeliveryState, EventData},
    id::DeptId,
};

use crate::{
    fixture::{Fixture, fast_settings},
    receiver::{AES_KEY, Receiver, Reply, TOKEN},
    stream_client::Client,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_receives_the_events_that_match_its_patterns() {
    let fixture = Fixture::start(fast_settings()).await;
    let (departments, _) = fixture.add_app().await;
    let (nothing, _) = fixture.add_app().await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    let callback = || Some(receiver.callback.clone());
    fixture.subscribe_to(&fixture.app, &["user_*", "label_{conf_add,user_change}"], callback()).await;
    fixture.subscribe_to(&departments, &["org_dept_create"], callback()).await;
    fixture.raise("u1").await;
    fixture.raise_event(EventData::DepartmentsAdded(vec![DeptId(5)])).await;
    fixture.raise_event(EventData::DepartmentsChanged(vec![DeptId(5)])).await;
    fixture.raise_event(EventData::RolesAdded(Vec::new())).await;
    fixture.raise_event(EventData::RolesRemoved(Vec::new())).await;
    let kinds = |log: Vec<log::Entry>| log.iter().map(|entry| entry.event.kind.as_str()).collect::<Vec<_>>();
    assert_eq!(kinds(fixture.wait_until_settled(&fixture.app).await), ["user_add_org", "label_conf_add"]);
    assert_eq!(kinds(fixture.wait_until_settled(&departments).await), ["org_dept_create"]);
    assert!(fixture.log(&nothing).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_takes_precedence_over_stream() {
    let fixture = Fixture::start(fast_settings()).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("streamed").await;
    assert!(client.receive_and_acknowledge(1).await[0]["data"].as_str().unwrap().contains("streamed"));
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("called back").await;
    receiver.wait_for_messages(1).await;
    let app = fixture.app.clone();
    fixture.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await.unwrap();
    fixture.raise("streamed again").await;
    assert!(client.receive_and_acknowledge(1).await[0]["data"].as_str().unwrap().contains("streamed again"));
    assert_eq!(fixture.wait_until_settled(&fixture.app).await.len(), 3);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_event_uses_the_route_that_is_current_when_it_is_sent() {
    let fixture = Fixture::start(fast_settings()).await;
    fixture.subscribe_to(&fixture.app, &["*"], None).await;
    fixture.raise("u1").await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    // The new callback alone makes it leave.
    receiver.wait_for_messages(1).await;
    fixture.raise("u2").await;
    receiver.wait_for_messages(2).await;
    assert_eq!(fixture.wait_until_settled(&fixture.app).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_subscription_fails_its_waiting_events() {
    let fixture = Fixture::start(fast_settings()).await;
    fixture.subscribe_to(&fixture.app, &["*"], None).await;
    fixture.raise("u1").await;
    let app = fixture.app.clone();
    fixture.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await.unwrap();
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Failed);
    let app = fixture.app.clone();
    let (failed, more) = fixture.write(move |tx, env, corp| log::failed(tx, env, corp, &app)).await.unwrap();
    assert!(failed.is_empty() && !more, "the subscription no longer exists");
    let app = fixture.app.clone();
    let second_delete = fixture.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await;
    assert_eq!(second_delete, Err(Error::Rule(Rule::CallbackMissing)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loads_the_stored_subscriptions() {
    let fixture = Fixture::start(fast_settings()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    let (other, _) = fixture.add_app().await;
    let (deleted, _) = fixture.add_app().await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.subscribe_to(&other, &["user_*", "org_*"], None).await;
    fixture.subscribe_to(&deleted, &["*"], None).await;
    fixture.write(move |tx, env, corp| subscription::delete(tx, env, corp, &deleted)).await.unwrap();
    Client::connect(&fixture).await.disconnect();
    let stored = fixture.write(|tx, _, _| Ok(tx.state().clone())).await.unwrap();
    let (loaded, files) = fixture.close_and_load().await;
    assert!(stored == loaded);
    // No file contains the secrets of a callback in clear text.
    for file in files {
        for secret in [TOKEN, AES_KEY] {
            let found = file.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
}
