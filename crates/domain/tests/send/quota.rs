use carillon_model::{
    contact::Member,
    error::{Result, Rule},
    id::{DeptId, TaskId},
    message::Receivers,
    settings::SendSettings,
    time::{DAY_MS, Timestamp},
};

use crate::send::fixture::{SendFixture, broken, to_all, to_departments, to_users};
use testkit::store::START;

const ROOT: DeptId = DeptId::ROOT;
/// The first midnight of Asia/Shanghai after the start.
const MIDNIGHT: Timestamp = Timestamp(1_760_025_600_000);

/// No limit at all.
const OFF: SendSettings = SendSettings {
    max_receivers: 0,
    daily_to_user: 0,
    daily_receivers_factor: 0,
    daily: 0,
    per_second: 0,
    per_minute: 0,
    min_interval_ms: 0,
};

/// Sends something new.
fn tell(fixture: &SendFixture, receivers: Receivers) -> Result<TaskId> {
    let mut new = fixture.text("", receivers);
    new.message = fixture.text(&new.uuid, Receivers::default()).message;
    fixture.send(new)
}

/// Another account with the same limits.
fn other_account(fixture: &mut SendFixture) {
    fixture.account = fixture.add_account("别的").unwrap();
}

fn until_midnight(fixture: &mut SendFixture) {
    let now = fixture.env.now();
    fixture.later(MIDNIGHT.0 - 1 - now.0);
}

#[test]
fn the_defaults_are_what_is_documented() {
    let limits = SendSettings::default();
    assert_eq!(limits.max_receivers, 100_000);
    assert_eq!(
        limits,
        SendSettings { max_receivers: 100_000, daily_to_user: 100, daily_receivers_factor: 50, ..OFF }
    );
}

#[test]
fn one_member_by_name_gets_a_hundred_a_day() {
    let mut fixture =
        SendFixture::with(SendSettings { daily_receivers_factor: 0, ..SendSettings::default() });
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    for _ in 0..100 {
        fixture.tell("早", to_users(&[&a])).unwrap();
    }
    for _ in 0..2 {
        broken(fixture.tell("早", to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    }
    tell(&fixture, to_users(&[&b])).expect("another member is another matter");
    tell(&fixture, to_all()).expect("so are sends to several");
    let first = fixture.account.clone();
    other_account(&mut fixture);
    broken(tell(&fixture, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    fixture.account = first;
    fixture.reopen();
    until_midnight(&mut fixture);
    broken(tell(&fixture, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    fixture.later(1);
    tell(&fixture, to_users(&[&a])).expect("the next day");
    assert_eq!(fixture.inbox(&a).len(), 102);
}

#[test]
fn sends_to_several_do_not_use_up_a_members_own() {
    let mut fixture = SendFixture::with(SendSettings { daily_to_user: 1, ..OFF });
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    for receivers in [to_all(), to_users(&[&a, &b]), to_departments(&[ROOT])] {
        tell(&fixture, receivers).unwrap();
    }
    let task = tell(&fixture, to_users(&[&a])).unwrap();
    fixture.recall(&task).unwrap();
    broken(tell(&fixture, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    fixture.limit(SendSettings { daily_to_user: 2, ..OFF });
    tell(&fixture, to_users(&[&a])).expect("what was refused used nothing up");
    broken(tell(&fixture, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
}

#[test]
fn the_organisations_day_has_fifty_sends_to_each_of_its_heads() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 3);
    for _ in 0..50 {
        tell(&fixture, to_all()).unwrap();
    }
    for receivers in [to_all(), to_users(&[&members[0]])] {
        broken(tell(&fixture, receivers), Rule::DailyReceiversUsedUp);
    }
    let first = fixture.account.clone();
    other_account(&mut fixture);
    broken(tell(&fixture, to_all()), Rule::DailyReceiversUsedUp);
    fixture.account = first;
    until_midnight(&mut fixture);
    broken(tell(&fixture, to_all()), Rule::DailyReceiversUsedUp);
    fixture.later(1);
    tell(&fixture, to_all()).unwrap();
    assert_eq!(fixture.count(), 51);
}

#[test]
fn member_sends_count_to_the_last_one_and_a_refused_send_uses_none() {
    let mut fixture = SendFixture::with(SendSettings { daily_receivers_factor: 1, daily_to_user: 1, ..OFF });
    let members = fixture.members(ROOT, 5);
    let [a, b, c, d, _] = members.iter().collect::<Vec<&Member>>()[..] else { panic!() };
    tell(&fixture, to_users(&[a, b, c])).unwrap();
    for _ in 0..2 {
        broken(tell(&fixture, to_users(&[a, b, c])), Rule::DailyReceiversUsedUp);
        broken(tell(&fixture, to_all()), Rule::DailyReceiversUsedUp);
    }
    tell(&fixture, to_users(&[c, d])).expect("two of five are left");
    broken(tell(&fixture, to_users(&[a])), Rule::DailyReceiversUsedUp);
    fixture.member(ROOT);
    tell(&fixture, to_users(&[a]))
        .expect("one more head, and the refused send took nothing of the member's own");
    broken(tell(&fixture, to_users(&[a])), Rule::DailySendsToUserUsedUp);
    broken(tell(&fixture, to_users(&[b])), Rule::DailyReceiversUsedUp);
    assert_eq!(fixture.count(), 3);

    // Other organisations have heads of their own.
    fixture.corp = fixture.other_corp();
    fixture.account = fixture.add_account("新闻").unwrap();
    fixture.member(ROOT);
    tell(&fixture, to_all()).unwrap();
    broken(tell(&fixture, to_all()), Rule::DailyReceiversUsedUp);
}

#[test]
fn those_who_are_left_out_use_nothing_up() {
    let fixture = SendFixture::with(SendSettings { daily_receivers_factor: 1, ..OFF });
    let members = fixture.members(ROOT, 2);
    fixture.tell("早", to_users(&[&members[0]])).unwrap();
    fixture.tell("早", to_all()).expect("only one more gets it");
    fixture.tell("早", to_all()).expect("nobody gets it");
    broken(fixture.tell("晚", to_all()), Rule::DailyReceiversUsedUp);
}

#[test]
fn sends_of_a_second_and_of_a_minute() {
    for (limits, window, rule) in [
        (SendSettings { per_second: 3, ..OFF }, 1_000, Rule::SendsPerSecondUsedUp),
        (SendSettings { per_minute: 3, ..OFF }, 60_000, Rule::SendsPerMinuteUsedUp),
    ] {
        let mut fixture = SendFixture::with(limits);
        let member = fixture.member(ROOT);
        tell(&fixture, to_users(&[&member])).unwrap();
        fixture.later(window / 2);
        let task = tell(&fixture, to_all()).unwrap();
        fixture.recall(&task).unwrap();
        tell(&fixture, to_all()).unwrap();
        fixture.later(window / 2 - 1);
        for receivers in [to_all(), to_users(&[&member])] {
            broken(tell(&fixture, receivers), rule);
        }
        fixture.later(1);
        tell(&fixture, to_all()).expect("the first one is a whole window ago");
        broken(tell(&fixture, to_users(&[&member])), rule);
        assert_eq!(fixture.count(), 4, "{rule:?}");
        other_account(&mut fixture);
        tell(&fixture, to_all()).expect("another account is another matter");
    }
}

#[test]
fn sends_to_several_keep_their_distance() {
    let mut fixture = SendFixture::with(SendSettings { min_interval_ms: 5_000, ..OFF });
    let member = fixture.member(ROOT);
    tell(&fixture, to_users(&[&member])).unwrap();
    tell(&fixture, to_all()).expect("a send to one member begins no interval");
    fixture.later(4_999);
    broken(tell(&fixture, to_all()), Rule::SendTooFrequent);
    tell(&fixture, to_users(&[&member])).expect("and waits for none");
    let first = fixture.account.clone();
    other_account(&mut fixture);
    tell(&fixture, to_all()).expect("another account is another matter");
    fixture.account = first;
    fixture.later(1);
    tell(&fixture, to_all()).unwrap();
    broken(tell(&fixture, to_all()), Rule::SendTooFrequent);
    fixture.limit(SendSettings { min_interval_ms: 1, ..OFF });
    broken(tell(&fixture, to_all()), Rule::SendTooFrequent);
    fixture.later(1);
    tell(&fixture, to_all()).unwrap();
}

#[test]
fn sends_to_several_of_a_day() {
    let mut fixture = SendFixture::with(SendSettings { daily: 2, ..OFF });
    let member = fixture.member(ROOT);
    for receivers in [to_users(&[&member]), to_all(), to_departments(&[ROOT]), to_users(&[&member])] {
        tell(&fixture, receivers).unwrap();
    }
    broken(tell(&fixture, to_all()), Rule::DailySendsUsedUp);
    tell(&fixture, to_users(&[&member])).expect("one member by name is not counted");
    let first = fixture.account.clone();
    other_account(&mut fixture);
    tell(&fixture, to_all()).expect("another account is another matter");
    fixture.account = first;
    until_midnight(&mut fixture);
    broken(tell(&fixture, to_all()), Rule::DailySendsUsedUp);
    fixture.later(1);
    tell(&fixture, to_all()).unwrap();
    tell(&fixture, to_all()).unwrap();
    broken(tell(&fixture, to_all()), Rule::DailySendsUsedUp);
    fixture.later(DAY_MS);
    tell(&fixture, to_all()).unwrap();
    assert_eq!(fixture.env.now(), Timestamp(MIDNIGHT.0 + DAY_MS));
    assert!(START < MIDNIGHT);
}

#[test]
fn limits_that_are_off_limit_nothing() {
    let fixture = SendFixture::with(OFF);
    let member = fixture.member(ROOT);
    for _ in 0..120 {
        tell(&fixture, to_users(&[&member])).unwrap();
        tell(&fixture, to_all()).unwrap();
    }
    assert_eq!(fixture.count(), 240);
}

#[test]
fn a_limit_may_be_as_large_as_it_likes() {
    const MOST: u64 = u64::MAX;
    let mut fixture = SendFixture::with(SendSettings {
        max_receivers: MOST,
        daily_to_user: MOST,
        daily_receivers_factor: MOST,
        daily: MOST,
        per_second: MOST,
        per_minute: MOST,
        min_interval_ms: 0,
    });
    let member = fixture.member(ROOT);
    fixture.member(ROOT);
    for receivers in [to_all(), to_all(), to_users(&[&member])] {
        tell(&fixture, receivers).unwrap();
    }
    fixture.limit(SendSettings { min_interval_ms: MOST, ..OFF });
    fixture.later(1_000 * DAY_MS);
    broken(tell(&fixture, to_all()), Rule::SendTooFrequent);
    other_account(&mut fixture);
    tell(&fixture, to_all()).expect("the first send of all");
    broken(tell(&fixture, to_all()), Rule::SendTooFrequent);
}
