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

/// Disables all limits.
const OFF: SendSettings = SendSettings::UNLIMITED;

/// Sends new content.
fn send_text(fixture: &SendFixture, receivers: Receivers) -> Result<TaskId> {
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
        SendSettings {
            max_receivers: 100_000,
            daily_to_user: 100,
            daily_receivers_factor: 50,
            overdue_minutes: 10,
            ..OFF
        }
    );
}

#[test]
fn a_member_gets_at_most_a_hundred_sends_by_userid_a_day() {
    let mut fixture =
        SendFixture::with(SendSettings { daily_receivers_factor: 0, ..SendSettings::default() });
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    for _ in 0..100 {
        fixture.send_text("早", to_users(&[&a])).unwrap();
    }
    for _ in 0..2 {
        broken(fixture.send_text("早", to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    }
    send_text(&fixture, to_users(&[&b])).expect("another member is another matter");
    send_text(&fixture, to_all()).expect("so are sends to several");
    let first = fixture.account.clone();
    other_account(&mut fixture);
    broken(send_text(&fixture, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    fixture.account = first;
    fixture.reopen();
    until_midnight(&mut fixture);
    broken(send_text(&fixture, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    fixture.later(1);
    send_text(&fixture, to_users(&[&a])).expect("the next day");
    assert_eq!(fixture.inbox(&a).len(), 102);
}

#[test]
fn sends_to_several_do_not_consume_the_quota_of_a_member() {
    let mut fixture = SendFixture::with(SendSettings { daily_to_user: 1, ..OFF });
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    for receivers in [to_all(), to_users(&[&a, &b]), to_departments(&[ROOT])] {
        send_text(&fixture, receivers).unwrap();
    }
    let task = send_text(&fixture, to_users(&[&a])).unwrap();
    fixture.recall(&task).unwrap();
    broken(send_text(&fixture, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    fixture.limit(SendSettings { daily_to_user: 2, ..OFF });
    send_text(&fixture, to_users(&[&a])).expect("what was refused used nothing up");
    broken(send_text(&fixture, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
}

#[test]
fn the_organisations_day_has_fifty_sends_to_each_of_its_heads() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 3);
    for _ in 0..50 {
        send_text(&fixture, to_all()).unwrap();
    }
    for receivers in [to_all(), to_users(&[&members[0]])] {
        broken(send_text(&fixture, receivers), Rule::DailyReceiversUsedUp);
    }
    let first = fixture.account.clone();
    other_account(&mut fixture);
    broken(send_text(&fixture, to_all()), Rule::DailyReceiversUsedUp);
    fixture.account = first;
    until_midnight(&mut fixture);
    broken(send_text(&fixture, to_all()), Rule::DailyReceiversUsedUp);
    fixture.later(1);
    send_text(&fixture, to_all()).unwrap();
    assert_eq!(fixture.count(), 51);
}

#[test]
fn member_sends_count_to_the_last_one_and_a_refused_send_uses_none() {
    let mut fixture = SendFixture::with(SendSettings { daily_receivers_factor: 1, daily_to_user: 1, ..OFF });
    let members = fixture.members(ROOT, 5);
    let [a, b, c, d, _] = members.iter().collect::<Vec<&Member>>()[..] else { panic!() };
    send_text(&fixture, to_users(&[a, b, c])).unwrap();
    for _ in 0..2 {
        broken(send_text(&fixture, to_users(&[a, b, c])), Rule::DailyReceiversUsedUp);
        broken(send_text(&fixture, to_all()), Rule::DailyReceiversUsedUp);
    }
    send_text(&fixture, to_users(&[c, d])).expect("two of five are left");
    broken(send_text(&fixture, to_users(&[a])), Rule::DailyReceiversUsedUp);
    fixture.member(ROOT);
    send_text(&fixture, to_users(&[a]))
        .expect("one more head, and the refused send took nothing of the member's own");
    broken(send_text(&fixture, to_users(&[a])), Rule::DailySendsToUserUsedUp);
    broken(send_text(&fixture, to_users(&[b])), Rule::DailyReceiversUsedUp);
    assert_eq!(fixture.count(), 3);

    // Other organisations have their own number of members.
    fixture.corp = fixture.other_corp();
    fixture.account = fixture.add_account("新闻").unwrap();
    fixture.member(ROOT);
    send_text(&fixture, to_all()).unwrap();
    broken(send_text(&fixture, to_all()), Rule::DailyReceiversUsedUp);
}

#[test]
fn skipped_receivers_consume_no_quota() {
    let fixture = SendFixture::with(SendSettings { daily_receivers_factor: 1, ..OFF });
    let members = fixture.members(ROOT, 2);
    fixture.send_text("早", to_users(&[&members[0]])).unwrap();
    fixture.send_text("早", to_all()).expect("only one more gets it");
    fixture.send_text("早", to_all()).expect("nobody gets it");
    broken(fixture.send_text("晚", to_all()), Rule::DailyReceiversUsedUp);
}

#[test]
fn sends_of_a_second_and_of_a_minute() {
    for (limits, window, rule) in [
        (SendSettings { per_second: 3, ..OFF }, 1_000, Rule::SendsPerSecondUsedUp),
        (SendSettings { per_minute: 3, ..OFF }, 60_000, Rule::SendsPerMinuteUsedUp),
    ] {
        let mut fixture = SendFixture::with(limits);
        let member = fixture.member(ROOT);
        send_text(&fixture, to_users(&[&member])).unwrap();
        fixture.later(window / 2);
        let task = send_text(&fixture, to_all()).unwrap();
        fixture.recall(&task).unwrap();
        send_text(&fixture, to_all()).unwrap();
        fixture.later(window / 2 - 1);
        for receivers in [to_all(), to_users(&[&member])] {
            broken(send_text(&fixture, receivers), rule);
        }
        fixture.later(1);
        send_text(&fixture, to_all()).expect("the first one is a whole window ago");
        broken(send_text(&fixture, to_users(&[&member])), rule);
        assert_eq!(fixture.count(), 4, "{rule:?}");
        other_account(&mut fixture);
        send_text(&fixture, to_all()).expect("another account is another matter");
    }
}

#[test]
fn sends_to_several_keep_their_distance() {
    let mut fixture = SendFixture::with(SendSettings { min_interval_ms: 5_000, ..OFF });
    let member = fixture.member(ROOT);
    send_text(&fixture, to_users(&[&member])).unwrap();
    send_text(&fixture, to_all()).expect("a send to one member begins no interval");
    fixture.later(4_999);
    broken(send_text(&fixture, to_all()), Rule::SendTooFrequent);
    send_text(&fixture, to_users(&[&member])).expect("and waits for none");
    let first = fixture.account.clone();
    other_account(&mut fixture);
    send_text(&fixture, to_all()).expect("another account is another matter");
    fixture.account = first;
    fixture.later(1);
    send_text(&fixture, to_all()).unwrap();
    broken(send_text(&fixture, to_all()), Rule::SendTooFrequent);
    fixture.limit(SendSettings { min_interval_ms: 1, ..OFF });
    broken(send_text(&fixture, to_all()), Rule::SendTooFrequent);
    fixture.later(1);
    send_text(&fixture, to_all()).unwrap();
}

#[test]
fn sends_to_several_of_a_day() {
    let mut fixture = SendFixture::with(SendSettings { daily: 2, ..OFF });
    let member = fixture.member(ROOT);
    for receivers in [to_users(&[&member]), to_all(), to_departments(&[ROOT]), to_users(&[&member])] {
        send_text(&fixture, receivers).unwrap();
    }
    broken(send_text(&fixture, to_all()), Rule::DailySendsUsedUp);
    send_text(&fixture, to_users(&[&member])).expect("one member by name is not counted");
    let first = fixture.account.clone();
    other_account(&mut fixture);
    send_text(&fixture, to_all()).expect("another account is another matter");
    fixture.account = first;
    until_midnight(&mut fixture);
    broken(send_text(&fixture, to_all()), Rule::DailySendsUsedUp);
    fixture.later(1);
    send_text(&fixture, to_all()).unwrap();
    send_text(&fixture, to_all()).unwrap();
    broken(send_text(&fixture, to_all()), Rule::DailySendsUsedUp);
    fixture.later(DAY_MS);
    send_text(&fixture, to_all()).unwrap();
    assert_eq!(fixture.env.now(), Timestamp(MIDNIGHT.0 + DAY_MS));
    assert!(START < MIDNIGHT);
}

#[test]
fn disabled_limits_refuse_nothing() {
    let fixture = SendFixture::with(OFF);
    let member = fixture.member(ROOT);
    for _ in 0..120 {
        send_text(&fixture, to_users(&[&member])).unwrap();
        send_text(&fixture, to_all()).unwrap();
    }
    assert_eq!(fixture.count(), 240);
}

#[test]
fn a_limit_beyond_the_integer_range_refuses_nothing() {
    const MOST: u64 = u64::MAX;
    let mut fixture = SendFixture::with(SendSettings {
        max_receivers: MOST,
        daily_to_user: MOST,
        daily_receivers_factor: MOST,
        daily: MOST,
        per_second: MOST,
        per_minute: MOST,
        min_interval_ms: 0,
        overdue_minutes: MOST,
    });
    let member = fixture.member(ROOT);
    fixture.member(ROOT);
    for receivers in [to_all(), to_all(), to_users(&[&member])] {
        send_text(&fixture, receivers).unwrap();
    }
    fixture.limit(SendSettings { min_interval_ms: MOST, ..OFF });
    fixture.later(1_000 * DAY_MS);
    broken(send_text(&fixture, to_all()), Rule::SendTooFrequent);
    other_account(&mut fixture);
    send_text(&fixture, to_all()).expect("the first send of all");
    broken(send_text(&fixture, to_all()), Rule::SendTooFrequent);
}
