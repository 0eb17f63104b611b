//! The rules of sending hold exactly when many sends run at once.

use std::sync::atomic::{AtomicU32, Ordering};

use carillon_domain::send::NewSend;
use carillon_model::{
    error::{Error, Rule},
    id::DeptId,
    message::Receivers,
    settings::SendSettings,
};

use crate::send::fixture::{SendFixture, numbers, to_all, to_users};

const ROOT: DeptId = DeptId::ROOT;
const THREADS: u32 = 8;
const EACH: u32 = 10;
const NO_LIMITS: SendSettings = SendSettings::UNLIMITED;

/// Returns how many of eighty concurrent sends were accepted. All others must break one rule.
fn accepted(fixture: &SendFixture, rule: Rule, new: impl Fn(u32) -> NewSend + Sync) -> u32 {
    let accepted = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (accepted, new) = (&accepted, &new);
            scope.spawn(move || {
                for number in 0..EACH {
                    match fixture.send(new(thread * EACH + number)) {
                        Ok(_) => drop(accepted.fetch_add(1, Ordering::Relaxed)),
                        Err(Error::Rule(found) | Error::RuleBecause(found, _)) => assert_eq!(found, rule),
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
    });
    accepted.into_inner()
}

#[test]
fn every_quota_is_exact() {
    for (limits, rule, expected) in [
        (SendSettings { daily: 7, ..NO_LIMITS }, Rule::DailySendsUsedUp, 7),
        (SendSettings { per_second: 7, ..NO_LIMITS }, Rule::SendsPerSecondUsedUp, 7),
        (SendSettings { per_minute: 7, ..NO_LIMITS }, Rule::SendsPerMinuteUsedUp, 7),
        (SendSettings { min_interval_ms: 1, ..NO_LIMITS }, Rule::SendTooFrequent, 1),
        (SendSettings { daily_receivers_factor: 7, ..NO_LIMITS }, Rule::DailyReceiversUsedUp, 7),
    ] {
        let fixture = SendFixture::with(limits);
        fixture.members(ROOT, 3);
        let sent = accepted(&fixture, rule, |number| fixture.text(&format!("文{number}"), to_all()));
        assert_eq!((sent, fixture.count()), (expected, i64::from(expected)), "{rule:?}");
    }
    let fixture = SendFixture::with(SendSettings { daily_to_user: 7, ..NO_LIMITS });
    let members = fixture.members(ROOT, 2);
    let to = |number: u32| to_users(&[&members[(number % 2) as usize]]);
    let sent = accepted(&fixture, Rule::DailySendsToUserUsedUp, |number| fixture.text("同", to(number)));
    assert_eq!(sent, 14, "seven to each of two");
}

#[test]
fn the_same_content_reaches_each_once() {
    let fixture = SendFixture::with(NO_LIMITS);
    let members = fixture.members(ROOT, 5);
    let receivers = |number: u32| match number % 3 {
        0 => to_all(),
        1 => to_users(&[&members[0], &members[1]]),
        _ => Receivers { departments: vec![ROOT], ..Receivers::default() },
    };
    assert_eq!(accepted(&fixture, Rule::NoReceivers, |number| fixture.text("同", receivers(number))), 80);
    for member in &members {
        assert_eq!(fixture.inbox(member).len(), 1);
    }
    assert_eq!(fixture.reached("另", to_all()), numbers(&members));
}

#[test]
fn a_uuid_is_used_once() {
    let fixture = SendFixture::with(NO_LIMITS);
    fixture.member(ROOT);
    let new = |number: u32| NewSend {
        uuid: format!("uuid {}", number % 4),
        ..fixture.text(&format!("文{number}"), to_all())
    };
    assert_eq!(accepted(&fixture, Rule::UuidTaken, new), 4);
}
