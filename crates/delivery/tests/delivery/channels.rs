//! Who is told what, and by which way.

use carillon_domain::event::{log, subscription};
use carillon_model::{
    error::{Error, Rule},
    event::{DeliveryState, EventData},
    id::DeptId,
};

use crate::{
    fixture::{Fixture, quick},
    receiver::{AES_KEY, Receiver, Reply, TOKEN},
    stream_client::Client,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_told_what_its_patterns_match() {
    let fixture = Fixture::start(quick()).await;
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
    assert_eq!(kinds(fixture.settled(&fixture.app).await), ["user_add_org", "label_conf_add"]);
    assert_eq!(kinds(fixture.settled(&departments).await), ["org_dept_create"]);
    assert!(fixture.log(&nothing).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_goes_before_stream_and_leaves_it_the_rest() {
    let fixture = Fixture::start(quick()).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("streamed").await;
    assert!(client.take(1).await[0]["data"].as_str().unwrap().contains("streamed"));
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("called back").await;
    receiver.have(1).await;
    let app = fixture.app.clone();
    fixture.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await.unwrap();
    fixture.raise("streamed again").await;
    assert!(client.take(1).await[0]["data"].as_str().unwrap().contains("streamed again"));
    assert_eq!(fixture.settled(&fixture.app).await.len(), 3);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_by_the_way_that_holds_when_it_goes() {
    let fixture = Fixture::start(quick()).await;
    fixture.subscribe_to(&fixture.app, &["*"], None).await;
    fixture.raise("u1").await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    // Nothing else has to happen for it to leave.
    receiver.have(1).await;
    fixture.raise("u2").await;
    receiver.have(2).await;
    assert_eq!(fixture.settled(&fixture.app).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_subscription_gives_up_what_waits() {
    let fixture = Fixture::start(quick()).await;
    fixture.subscribe_to(&fixture.app, &["*"], None).await;
    fixture.raise("u1").await;
    let app = fixture.app.clone();
    fixture.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await.unwrap();
    let log = fixture.settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Failed);
    let app = fixture.app.clone();
    let (failed, more) = fixture.write(move |tx, env, corp| log::failed(tx, env, corp, &app)).await.unwrap();
    assert!(failed.is_empty() && !more, "nobody asked for it any more");
    let app = fixture.app.clone();
    let again = fixture.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await;
    assert_eq!(again, Err(Error::Rule(Rule::CallbackMissing)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_start_loads_the_subscriptions_that_were_kept() {
    let fixture = Fixture::start(quick()).await;
    let receiver = Receiver::start(fixture.corp.as_str(), |_, _| Reply::Success).await;
    let (other, _) = fixture.add_app().await;
    let (gone, _) = fixture.add_app().await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.subscribe_to(&other, &["user_*", "org_*"], None).await;
    fixture.subscribe_to(&gone, &["*"], None).await;
    fixture.write(move |tx, env, corp| subscription::delete(tx, env, corp, &gone)).await.unwrap();
    Client::connect(&fixture).await.vanish();
    let kept = fixture.write(|tx, _, _| Ok(tx.state().clone())).await.unwrap();
    let (loaded, files) = fixture.close_and_load().await;
    assert!(kept == loaded);
    // The secrets of a callback are in no file in clear.
    for file in files {
        for secret in [TOKEN, AES_KEY] {
            let found = file.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
}
