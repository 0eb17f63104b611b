//! Who is told what, and by which way.

use carillon_domain::event::{log, subscription};
use carillon_model::{
    error::{Error, Rule},
    event::{DeliveryState, EventData},
    id::DeptId,
};

use crate::{
    receiver::{AES_KEY, Receiver, Reply, TOKEN},
    stream_client::Client,
    world::{World, quick},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_told_what_its_patterns_match() {
    let world = World::start(quick()).await;
    let (departments, _) = world.add_app().await;
    let (nothing, _) = world.add_app().await;
    let receiver = Receiver::start(world.corp.as_str(), |_, _| Reply::Success).await;
    let callback = || Some(receiver.callback.clone());
    world.subscribe_to(&world.app, &["user_*", "label_{conf_add,user_change}"], callback()).await;
    world.subscribe_to(&departments, &["org_dept_create"], callback()).await;
    world.raise("u1").await;
    world.raise_event(EventData::DepartmentsAdded(vec![DeptId(5)])).await;
    world.raise_event(EventData::DepartmentsChanged(vec![DeptId(5)])).await;
    world.raise_event(EventData::RolesAdded(Vec::new())).await;
    world.raise_event(EventData::RolesRemoved(Vec::new())).await;
    let kinds = |log: Vec<log::Entry>| log.iter().map(|entry| entry.event.kind.as_str()).collect::<Vec<_>>();
    assert_eq!(kinds(world.settled(&world.app).await), ["user_add_org", "label_conf_add"]);
    assert_eq!(kinds(world.settled(&departments).await), ["org_dept_create"]);
    assert!(world.log(&nothing).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_goes_before_stream_and_leaves_it_the_rest() {
    let world = World::start(quick()).await;
    let mut client = Client::connect(&world).await;
    world.raise("streamed").await;
    assert!(client.take(1).await[0]["data"].as_str().unwrap().contains("streamed"));
    let receiver = Receiver::start(world.corp.as_str(), |_, _| Reply::Success).await;
    world.subscribe(&world.app, receiver.callback.clone()).await;
    world.raise("called back").await;
    receiver.have(1).await;
    let app = world.app.clone();
    world.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await.unwrap();
    world.raise("streamed again").await;
    assert!(client.take(1).await[0]["data"].as_str().unwrap().contains("streamed again"));
    assert_eq!(world.settled(&world.app).await.len(), 3);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_by_the_way_that_holds_when_it_goes() {
    let world = World::start(quick()).await;
    world.subscribe_to(&world.app, &["*"], None).await;
    world.raise("u1").await;
    let receiver = Receiver::start(world.corp.as_str(), |_, _| Reply::Success).await;
    world.subscribe(&world.app, receiver.callback.clone()).await;
    // Nothing else has to happen for it to leave.
    receiver.have(1).await;
    world.raise("u2").await;
    receiver.have(2).await;
    assert_eq!(world.settled(&world.app).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_subscription_gives_up_what_waits() {
    let world = World::start(quick()).await;
    world.subscribe_to(&world.app, &["*"], None).await;
    world.raise("u1").await;
    let app = world.app.clone();
    world.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await.unwrap();
    let log = world.settled(&world.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Failed);
    let app = world.app.clone();
    let (failed, more) = world.write(move |tx, env, corp| log::failed(tx, env, corp, &app)).await.unwrap();
    assert!(failed.is_empty() && !more, "nobody asked for it any more");
    let app = world.app.clone();
    let again = world.write(move |tx, env, corp| subscription::delete(tx, env, corp, &app)).await;
    assert_eq!(again, Err(Error::Rule(Rule::CallbackMissing)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_start_loads_the_subscriptions_that_were_kept() {
    let world = World::start(quick()).await;
    let receiver = Receiver::start(world.corp.as_str(), |_, _| Reply::Success).await;
    let (other, _) = world.add_app().await;
    let (gone, _) = world.add_app().await;
    world.subscribe(&world.app, receiver.callback.clone()).await;
    world.subscribe_to(&other, &["user_*", "org_*"], None).await;
    world.subscribe_to(&gone, &["*"], None).await;
    world.write(move |tx, env, corp| subscription::delete(tx, env, corp, &gone)).await.unwrap();
    Client::connect(&world).await.vanish();
    let kept = world.write(|tx, _, _| Ok(tx.state().clone())).await.unwrap();
    let (loaded, files) = world.close_and_load().await;
    assert!(kept == loaded);
    // The secrets of a callback are in no file in clear.
    for file in files {
        for secret in [TOKEN, AES_KEY] {
            let found = file.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
}
