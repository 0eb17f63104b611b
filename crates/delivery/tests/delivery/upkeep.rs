//! What is given up and forgotten with time.

use carillon_domain::event::{delivery, log, stream};
use carillon_model::{
    env::{Env, FixedClock},
    error::{Error, Rule},
    event::{Channel, DeliveryState},
    time::{DAY_MS, HOUR_MS},
};
use carillon_store::Outlet;

use crate::{
    receiver::{Receiver, Reply},
    stream_client::{Client, ticket},
    world::{World, quick},
};

/// The world, later.
fn after(env: &Env, ms: i64) -> Env {
    env.at(FixedClock(env.now().plus_ms(ms)))
}

async fn keep_up(world: &World, ms: i64, connected: Vec<Outlet>) {
    let more = world
        .write(move |tx, env, corp| delivery::keep_up(tx, &after(env, ms), corp, &connected))
        .await
        .unwrap();
    assert!(!more);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_waits_a_day_for_a_stream_client() {
    let world = World::start(quick()).await;
    Client::connect(&world).await.vanish();
    world.raise("u1").await;
    keep_up(&world, 24 * HOUR_MS - 1_000, Vec::new()).await;
    assert_eq!(world.log(&world.app).await[0].event.state, DeliveryState::Waiting);
    keep_up(&world, 24 * HOUR_MS + 1_000, Vec::new()).await;
    assert_eq!(world.settled(&world.app).await[0].event.state, DeliveryState::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_for_a_callback_does_not_grow_old() {
    let world = World::start(quick()).await;
    let receiver = Receiver::start(world.corp.as_str(), |_, _| Reply::Hang).await;
    world.subscribe(&world.app, receiver.callback.clone()).await;
    world.raise("u1").await;
    receiver.have(1).await;
    keep_up(&world, 25 * HOUR_MS, Vec::new()).await;
    assert_eq!(world.log(&world.app).await[0].event.state, DeliveryState::Waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_kept_for_a_week() {
    let world = World::start(quick()).await;
    let receiver = Receiver::start(world.corp.as_str(), |_, _| Reply::Success).await;
    world.subscribe(&world.app, receiver.callback.clone()).await;
    world.raise("u1").await;
    world.settled(&world.app).await;
    keep_up(&world, 7 * DAY_MS - 60_000, Vec::new()).await;
    assert_eq!(world.log(&world.app).await.len(), 1);
    keep_up(&world, 7 * DAY_MS + 60_000, Vec::new()).await;
    assert!(world.log(&world.app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_not_come_for_a_week_is_not_waited_for() {
    let world = World::start(quick()).await;
    Client::connect(&world).await.vanish();
    let outlet = Outlet { corp: world.corp.clone(), app: world.app.clone(), channel: Channel::Events };
    keep_up(&world, 8 * DAY_MS, vec![outlet]).await;
    keep_up(&world, 14 * DAY_MS, Vec::new()).await;
    world.raise("u1").await;
    assert_eq!(world.log(&world.app).await.len(), 1, "it was connected a week ago");
    keep_up(&world, 16 * DAY_MS, Vec::new()).await;
    world.raise("u2").await;
    assert!(world.log(&world.app).await.iter().all(|entry| entry.event.conversation == "user:u1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lives_for_ninety_seconds() {
    let world = World::start(quick()).await;
    for (ms, works) in [(89_000, true), (91_000, false)] {
        let text = ticket(&world, &[Channel::Events]).await;
        let taken = world
            .write(move |tx, env, corp| stream::connect(tx, &after(env, ms), corp, &text))
            .await
            .unwrap();
        assert_eq!(taken.is_some(), works, "after {ms} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_failed_list_tells_200_at_a_call_and_forgets_them_at_the_next() {
    let world =
        World::start(carillon_model::settings::DeliverySettings { retry_ms: Vec::new(), ..quick() }).await;
    let receiver = Receiver::start(world.corp.as_str(), |_, _| Reply::Status(500)).await;
    world.subscribe(&world.app, receiver.callback.clone()).await;
    for number in 0..201 {
        world.raise(&format!("u{number}")).await;
    }
    world.settled(&world.app).await;
    let tell = async || {
        let app = world.app.clone();
        world.write(move |tx, env, corp| log::failed(tx, env, corp, &app)).await.unwrap()
    };
    let (first, more) = tell().await;
    assert_eq!((first.len(), more), (200, true));
    let (second, more) = tell().await;
    assert_eq!((second.len(), more), (1, false));
    assert!(first.iter().all(|event| event.id != second[0].id));
    assert_eq!(tell().await, (Vec::new(), false));

    let unknown = world.app.clone();
    let retried = world.write(move |tx, env, corp| log::retry(tx, env, corp, &unknown, &"none".into())).await;
    assert!(matches!(retried, Err(Error::RuleBecause(Rule::UnknownEvent, _))));
}
