use carillon_model::{
    contact::Member,
    error::{Result, Rule},
    id::{DeptId, TaskId},
    message::Receivers,
    settings::SendSettings,
    time::{DAY_MS, Timestamp},
};

use crate::{
    company::{Company, broken, to_all, to_departments, to_users},
    world::START,
};

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
fn tell(company: &Company, receivers: Receivers) -> Result<TaskId> {
    let mut new = company.text("", receivers);
    new.message = company.text(&new.uuid, Receivers::default()).message;
    company.send(new)
}

/// Another account with the same limits.
fn other_account(company: &mut Company) {
    company.account = company.add_account("别的").unwrap();
}

fn until_midnight(company: &mut Company) {
    let now = company.env.now();
    company.later(MIDNIGHT.0 - 1 - now.0);
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
    let mut company = Company::with(SendSettings { daily_receivers_factor: 0, ..SendSettings::default() });
    let (a, b) = (company.member(ROOT), company.member(ROOT));
    for _ in 0..100 {
        company.tell("早", to_users(&[&a])).unwrap();
    }
    for _ in 0..2 {
        broken(company.tell("早", to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    }
    tell(&company, to_users(&[&b])).expect("another member is another matter");
    tell(&company, to_all()).expect("so are sends to several");
    let first = company.account.clone();
    other_account(&mut company);
    broken(tell(&company, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    company.account = first;
    company.reopen();
    until_midnight(&mut company);
    broken(tell(&company, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    company.later(1);
    tell(&company, to_users(&[&a])).expect("the next day");
    assert_eq!(company.inbox(&a).len(), 102);
}

#[test]
fn sends_to_several_do_not_use_up_a_members_own() {
    let mut company = Company::with(SendSettings { daily_to_user: 1, ..OFF });
    let (a, b) = (company.member(ROOT), company.member(ROOT));
    for receivers in [to_all(), to_users(&[&a, &b]), to_departments(&[ROOT])] {
        tell(&company, receivers).unwrap();
    }
    let task = tell(&company, to_users(&[&a])).unwrap();
    company.recall(&task).unwrap();
    broken(tell(&company, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
    company.limit(SendSettings { daily_to_user: 2, ..OFF });
    tell(&company, to_users(&[&a])).expect("what was refused used nothing up");
    broken(tell(&company, to_users(&[&a])), Rule::DailySendsToUserUsedUp);
}

#[test]
fn the_organisations_day_has_fifty_sends_to_each_of_its_heads() {
    let mut company = Company::new();
    let members = company.members(ROOT, 3);
    for _ in 0..50 {
        tell(&company, to_all()).unwrap();
    }
    for receivers in [to_all(), to_users(&[&members[0]])] {
        broken(tell(&company, receivers), Rule::DailyReceiversUsedUp);
    }
    let first = company.account.clone();
    other_account(&mut company);
    broken(tell(&company, to_all()), Rule::DailyReceiversUsedUp);
    company.account = first;
    until_midnight(&mut company);
    broken(tell(&company, to_all()), Rule::DailyReceiversUsedUp);
    company.later(1);
    tell(&company, to_all()).unwrap();
    assert_eq!(company.count(), 51);
}

#[test]
fn member_sends_count_to_the_last_one_and_a_refused_send_uses_none() {
    let mut company = Company::with(SendSettings { daily_receivers_factor: 1, daily_to_user: 1, ..OFF });
    let members = company.members(ROOT, 5);
    let [a, b, c, d, _] = members.iter().collect::<Vec<&Member>>()[..] else { panic!() };
    tell(&company, to_users(&[a, b, c])).unwrap();
    for _ in 0..2 {
        broken(tell(&company, to_users(&[a, b, c])), Rule::DailyReceiversUsedUp);
        broken(tell(&company, to_all()), Rule::DailyReceiversUsedUp);
    }
    tell(&company, to_users(&[c, d])).expect("two of five are left");
    broken(tell(&company, to_users(&[a])), Rule::DailyReceiversUsedUp);
    company.member(ROOT);
    tell(&company, to_users(&[a]))
        .expect("one more head, and the refused send took nothing of the member's own");
    broken(tell(&company, to_users(&[a])), Rule::DailySendsToUserUsedUp);
    broken(tell(&company, to_users(&[b])), Rule::DailyReceiversUsedUp);
    assert_eq!(company.count(), 3);

    // Other organisations have heads of their own.
    company.corp = company.other_corp();
    company.account = company.add_account("新闻").unwrap();
    company.member(ROOT);
    tell(&company, to_all()).unwrap();
    broken(tell(&company, to_all()), Rule::DailyReceiversUsedUp);
}

#[test]
fn those_who_are_left_out_use_nothing_up() {
    let company = Company::with(SendSettings { daily_receivers_factor: 1, ..OFF });
    let members = company.members(ROOT, 2);
    company.tell("早", to_users(&[&members[0]])).unwrap();
    company.tell("早", to_all()).expect("only one more gets it");
    company.tell("早", to_all()).expect("nobody gets it");
    broken(company.tell("晚", to_all()), Rule::DailyReceiversUsedUp);
}

#[test]
fn sends_of_a_second_and_of_a_minute() {
    for (limits, window, rule) in [
        (SendSettings { per_second: 3, ..OFF }, 1_000, Rule::SendsPerSecondUsedUp),
        (SendSettings { per_minute: 3, ..OFF }, 60_000, Rule::SendsPerMinuteUsedUp),
    ] {
        let mut company = Company::with(limits);
        let member = company.member(ROOT);
        tell(&company, to_users(&[&member])).unwrap();
        company.later(window / 2);
        let task = tell(&company, to_all()).unwrap();
        company.recall(&task).unwrap();
        tell(&company, to_all()).unwrap();
        company.later(window / 2 - 1);
        for receivers in [to_all(), to_users(&[&member])] {
            broken(tell(&company, receivers), rule);
        }
        company.later(1);
        tell(&company, to_all()).expect("the first one is a whole window ago");
        broken(tell(&company, to_users(&[&member])), rule);
        assert_eq!(company.count(), 4, "{rule:?}");
        other_account(&mut company);
        tell(&company, to_all()).expect("another account is another matter");
    }
}

#[test]
fn sends_to_several_keep_their_distance() {
    let mut company = Company::with(SendSettings { min_interval_ms: 5_000, ..OFF });
    let member = company.member(ROOT);
    tell(&company, to_users(&[&member])).unwrap();
    tell(&company, to_all()).expect("a send to one member begins no interval");
    company.later(4_999);
    broken(tell(&company, to_all()), Rule::SendTooFrequent);
    tell(&company, to_users(&[&member])).expect("and waits for none");
    let first = company.account.clone();
    other_account(&mut company);
    tell(&company, to_all()).expect("another account is another matter");
    company.account = first;
    company.later(1);
    tell(&company, to_all()).unwrap();
    broken(tell(&company, to_all()), Rule::SendTooFrequent);
    company.limit(SendSettings { min_interval_ms: 1, ..OFF });
    broken(tell(&company, to_all()), Rule::SendTooFrequent);
    company.later(1);
    tell(&company, to_all()).unwrap();
}

#[test]
fn sends_to_several_of_a_day() {
    let mut company = Company::with(SendSettings { daily: 2, ..OFF });
    let member = company.member(ROOT);
    for receivers in [to_users(&[&member]), to_all(), to_departments(&[ROOT]), to_users(&[&member])] {
        tell(&company, receivers).unwrap();
    }
    broken(tell(&company, to_all()), Rule::DailySendsUsedUp);
    tell(&company, to_users(&[&member])).expect("one member by name is not counted");
    let first = company.account.clone();
    other_account(&mut company);
    tell(&company, to_all()).expect("another account is another matter");
    company.account = first;
    until_midnight(&mut company);
    broken(tell(&company, to_all()), Rule::DailySendsUsedUp);
    company.later(1);
    tell(&company, to_all()).unwrap();
    tell(&company, to_all()).unwrap();
    broken(tell(&company, to_all()), Rule::DailySendsUsedUp);
    company.later(DAY_MS);
    tell(&company, to_all()).unwrap();
    assert_eq!(company.env.now(), Timestamp(MIDNIGHT.0 + DAY_MS));
    assert!(START < MIDNIGHT);
}

#[test]
fn limits_that_are_off_limit_nothing() {
    let company = Company::with(OFF);
    let member = company.member(ROOT);
    for _ in 0..120 {
        tell(&company, to_users(&[&member])).unwrap();
        tell(&company, to_all()).unwrap();
    }
    assert_eq!(company.count(), 240);
}

#[test]
fn a_limit_may_be_as_large_as_it_likes() {
    const MOST: u64 = u64::MAX;
    let mut company = Company::with(SendSettings {
        max_receivers: MOST,
        daily_to_user: MOST,
        daily_receivers_factor: MOST,
        daily: MOST,
        per_second: MOST,
        per_minute: MOST,
        min_interval_ms: 0,
    });
    let member = company.member(ROOT);
    company.member(ROOT);
    for receivers in [to_all(), to_all(), to_users(&[&member])] {
        tell(&company, receivers).unwrap();
    }
    company.limit(SendSettings { min_interval_ms: MOST, ..OFF });
    company.later(1_000 * DAY_MS);
    broken(tell(&company, to_all()), Rule::SendTooFrequent);
    other_account(&mut company);
    tell(&company, to_all()).expect("the first send of all");
    broken(tell(&company, to_all()), Rule::SendTooFrequent);
}
