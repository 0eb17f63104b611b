//! The retry table of failed deliveries.

use carillon_domain::event::delivery::{self, DeliveryOutcome};
use carillon_model::{
    env::{Env, FixedClock, SettableClock},
    event::{Attempt, Channel, DeliveryState},
    settings::DeliverySettings,
    time::{HOUR_MS, Timestamp},
};
use carillon_store::{DeliveryTarget, LeasedEvent};

use crate::{
    fixture::{Fixture, fast_settings},
    receiver::{Receiver, Reply},
};

const START: Timestamp = Timestamp(1_760_000_000_000);

/// Creates an event that only the test leases: its app has neither a client nor a callback.
async fn with_waiting_event() -> (Fixture, DeliveryTarget) {
    let fixture = Fixture::start(DeliverySettings::default()).await;
    fixture.subscribe_to(&fixture.app, &["*"], None).await;
    fixture.raise("u1").await;
    let target =
        DeliveryTarget { corp: fixture.corp.clone(), app: fixture.app.clone(), channel: Channel::Events };
    (fixture, target)
}

/// Returns the event that is due at a moment, and when the next one is.
async fn due(
    fixture: &Fixture,
    target: &DeliveryTarget,
    at: Timestamp,
) -> (Option<LeasedEvent>, Option<Timestamp>) {
    let target = target.clone();
    let due =
        fixture.write(move |tx, _, _| tx.lease_events(&target, at, at.plus_ms(HOUR_MS), 1)).await.unwrap();
    (due.events.into_iter().next(), due.next_at)
}

async fn fail(
    fixture: &Fixture,
    target: &DeliveryTarget,
    leased: LeasedEvent,
    at: Timestamp,
    outcome: DeliveryOutcome,
) {
    let target = target.clone();
    let attempt = Attempt {
        started_at: at,
        took_ms: 1,
        status: Some(500),
        answer: String::new(),
        problem: "no".to_owned(),
    };
    let finish = move |tx: &mut carillon_store::Tx<'_>, env: &Env, _: &_| {
        delivery::finish(tx, &env.with_clock(FixedClock(at)), &target, &leased, &attempt, outcome)
    };
    fixture.write(finish).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_retried_after_the_documented_times_plus_jitter() {
    assert_eq!(DeliverySettings::default().retry_ms, [10_000, 30_000], "as documented");
    let (fixture, target) = with_waiting_event().await;
    let mut now = fixture.env.now().plus_ms(1_000);
    for wait in [10_000, 30_000] {
        let leased = due(&fixture, &target, now).await.0.expect("it is due");
        fail(&fixture, &target, leased, now, DeliveryOutcome::Failed { retry_after_ms: 0 }).await;
        let (early, next_at) = due(&fixture, &target, now.plus_ms(wait - 1)).await;
        assert_eq!(early, None, "before {wait} ms");
        let next_at = next_at.expect("it is retried");
        assert!((wait..=wait + wait / 10).contains(&(next_at.0 - now.0)), "{wait}: {}", next_at.0 - now.0);
        assert_eq!(due(&fixture, &target, next_at.plus_ms(-1)).await.0, None, "a moment before");
        now = next_at;
    }
    let leased = due(&fixture, &target, now).await.0.expect("it is due");
    assert_eq!((leased.attempt, leased.failures), (3, 2));
    fail(&fixture, &target, leased, now, DeliveryOutcome::Failed { retry_after_ms: 0 }).await;
    assert_eq!(due(&fixture, &target, now.plus_ms(HOUR_MS)).await, (None, None), "it has failed");
    assert_eq!(fixture.log(&fixture.app).await[0].event.state, DeliveryState::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_retry_after_overrides_the_retry_table() {
    let (fixture, target) = with_waiting_event().await;
    let now = fixture.env.now().plus_ms(1_000);
    let leased = due(&fixture, &target, now).await.0.expect("it is due");
    fail(&fixture, &target, leased, now, DeliveryOutcome::Failed { retry_after_ms: 60_000 }).await;
    assert_eq!(due(&fixture, &target, now.plus_ms(59_999)).await, (None, Some(now.plus_ms(60_000))));
    assert!(due(&fixture, &target, now.plus_ms(60_000)).await.0.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_counts_as_a_failure_and_a_lost_connection_does_not() {
    let (fixture, target) = with_waiting_event().await;
    let now = fixture.env.now().plus_ms(1_000);
    for _ in 0..5 {
        let leased = due(&fixture, &target, now).await.0.expect("a lost connection is retried at once");
        assert_eq!(leased.failures, 0);
        fail(&fixture, &target, leased, now, DeliveryOutcome::Interrupted).await;
    }
    for failures in 0..3 {
        let leased = due(&fixture, &target, now).await.0.expect("a timeout adds no further wait");
        assert_eq!(leased.failures, failures);
        fail(&fixture, &target, leased, now, DeliveryOutcome::Unanswered).await;
    }
    assert_eq!(due(&fixture, &target, now.plus_ms(HOUR_MS)).await, (None, None), "but not for ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_waits_for_the_clock_of_the_environment() {
    let clock = SettableClock::new(START);
    let settings = DeliverySettings { retry_ms: vec![36_000_000, 72_000_000], ..fast_settings() };
    let fixture = Fixture::start_at(settings, clock.clone()).await;
    let answer = |_: &_, before| if before < 2 { Reply::Status(500) } else { Reply::Success };
    let receiver = Receiver::start(fixture.corp.as_str(), answer).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    for (attempts, wait) in [(1, 10 * HOUR_MS), (2, 20 * HOUR_MS)] {
        receiver.wait_for_messages(attempts).await;
        fixture.wait_for_attempts(&fixture.app, attempts).await;
        // The jitter adds at most a tenth.
        clock.advance(wait + wait / 10);
    }
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!((log[0].event.state, log[0].attempts.len()), (DeliveryState::Delivered, 3));
    let delivered_after = log[0].attempts.last().map(|(_, attempt)| attempt.started_at.0 - START.0);
    assert_eq!(delivered_after, Some(33 * HOUR_MS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_rescheduled_when_the_clock_is_moved_backward() {
    let clock = SettableClock::new(START);
    let fixture =
        Fixture::start_at(DeliverySettings { retry_ms: vec![3_600_000], ..fast_settings() }, clock.clone())
            .await;
    let answer = |_: &_, before| if before < 1 { Reply::Status(500) } else { Reply::Success };
    let receiver = Receiver::start(fixture.corp.as_str(), answer).await;
    fixture.subscribe(&fixture.app, receiver.callback.clone()).await;
    fixture.raise("u1").await;
    fixture.wait_for_attempts(&fixture.app, 1).await;
    clock.set(START.plus_ms(-HOUR_MS));
    // It is due at the same moment as before.
    clock.set(START.plus_ms(2 * HOUR_MS));
    assert_eq!(fixture.wait_until_settled(&fixture.app).await[0].event.state, DeliveryState::Delivered);
}
