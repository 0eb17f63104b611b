//! Sessions end some days after the sign-in, and some hours after their last use.

use carillon_domain::session;
use carillon_model::{
    env::FixedClock,
    settings::{SessionSettings, Settings},
    time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp},
};
use testkit::env::ManualClock;

use crate::fixture::SignedInMember;

/// A signed-in member, the clock of the pages, and the time of the sign-in.
fn start() -> (SignedInMember, ManualClock, i64) {
    let mut started = None;
    let fixture = SignedInMember::start_at(|env| {
        let began = env.now().0;
        let clock = ManualClock::new(began);
        started = Some((clock.clone(), began));
        env.with_clock(clock)
    });
    let (clock, began) = started.unwrap();
    (fixture, clock, began)
}

fn is_signed_in(fixture: &SignedInMember) -> bool {
    fixture.get("/inbox", "zh").status == 200
}

fn used_at(fixture: &SignedInMember) -> Timestamp {
    let (corp, member) = (fixture.corp.clone(), fixture.member);
    let found =
        fixture.store.read_blocking(&fixture.corp, |tx| tx.sessions_of(&corp, member, Timestamp(0), 9));
    found.unwrap()[0].1.used_at
}

#[test]
fn a_session_that_is_not_used_ends() {
    let (fixture, clock, began) = start();
    clock.set(began + 14 * DAY_MS - 1);
    assert!(is_signed_in(&fixture), "to the millisecond");
    let (fixture, clock, began) = start();
    clock.set(began + 14 * DAY_MS);
    assert!(!is_signed_in(&fixture));
}

#[test]
fn a_session_that_is_used_ends_some_days_after_it_began() {
    let (fixture, clock, began) = start();
    for day in [13, 26] {
        clock.set(began + day * DAY_MS);
        assert!(is_signed_in(&fixture), "day {day}");
        assert_eq!(used_at(&fixture), Timestamp(began + day * DAY_MS));
    }
    clock.set(began + 30 * DAY_MS - 1);
    assert!(is_signed_in(&fixture));
    clock.set(began + 30 * DAY_MS);
    assert!(!is_signed_in(&fixture));
}

#[test]
fn a_use_is_recorded_every_quarter_of_an_hour() {
    let (fixture, clock, began) = start();
    clock.set(began + 15 * MINUTE_MS - 1);
    assert!(is_signed_in(&fixture));
    assert_eq!(used_at(&fixture), Timestamp(began));
    clock.set(began + 15 * MINUTE_MS);
    assert!(is_signed_in(&fixture));
    assert_eq!(used_at(&fixture), Timestamp(began + 15 * MINUTE_MS));
    let page = fixture.get("/me", "en").body;
    assert!(page.contains("Last used on") && page.contains("Ends on"), "{page}");
}

#[test]
fn lower_limits_hold_for_sessions_that_have_begun() {
    let with = |days: u32, idle_hours: u32, later_ms: i64| {
        let fixture = SignedInMember::start_at(|env| {
            let session = SessionSettings { days, idle_hours };
            let settings = Settings { session, ..Settings::default() };
            env.with_settings(settings).with_clock(FixedClock(env.now().plus_ms(later_ms)))
        });
        is_signed_in(&fixture)
    };
    assert!(with(1, 1, HOUR_MS - 1) && !with(1, 1, HOUR_MS));
    assert!(with(1, 0, 13 * HOUR_MS) && with(1, 24, DAY_MS - 1) && !with(1, 24, DAY_MS));
}

#[test]
fn without_an_idle_limit_a_session_lasts_its_days() {
    let settings = SessionSettings { idle_hours: 0, ..SessionSettings::default() };
    let (fixture, began) = {
        let mut began = 0;
        let fixture = SignedInMember::start_at(|env| {
            began = env.now().0;
            let settings = Settings { session: settings.clone(), ..Settings::default() };
            // The stored end is that of the settings at the sign-in, until the first use.
            env.with_settings(settings).with_clock(FixedClock(Timestamp(began + 13 * DAY_MS)))
        });
        (fixture, began)
    };
    assert!(is_signed_in(&fixture));
    let (corp, member) = (fixture.corp.clone(), fixture.member);
    let later = Timestamp(began + 30 * DAY_MS - 1);
    let found =
        fixture.store.read_blocking(&fixture.corp, |tx| tx.sessions_of(&corp, member, later, 9)).unwrap();
    assert_eq!(found[0].1.expires_at, Timestamp(began + 30 * DAY_MS));
    assert!(!session::id(&found[0].0).is_empty());
}
