//! Compares whole responses with an oracle, for random organisations with random histories. The oracle counts the
//! facts as they were sent, slowly, and knows the documentation alone.

mod annual;
mod catalogue;
mod change;
mod compare;
mod datacenter;
mod exclusive;
mod fields;
mod fixture;
mod group_lists;
mod groups;
mod kac;
mod kac_lists;
mod meetings;
mod oracle;
mod random;

use std::collections::BTreeSet;

use compare::Compared;
use fixture::{Fixture, Org};
use random::Dice;
use testkit::{
    agreement::{self, Day},
    env::cases,
};

/// Seed, time zone and first day of each history.
const HISTORIES: [(u64, &str, &str); 3] = [
    (1, "Asia/Shanghai", "20251228"),
    // The clocks go back on the third day.
    (2, "America/New_York", "20251031"),
    // UTC+05:45.
    (3, "Asia/Kathmandu", "20251229"),
];
/// The year in which all histories begin.
const YEAR: &str = "2025";
/// Length of a history.
const DAYS: i64 = 5;
/// Days before the first on which facts are backdated: inside and outside of every window of "recent".
const BACKDATED_DAYS: [i64; 9] = [2, 4, 6, 8, 11, 13, 25, 28, 35];
/// Changes of the organisation in each half of a day.
const CHANGES: usize = 10;

/// Runs one history, and compares the responses about each of its days.
fn history(seed: u64, zone: &'static str, first_day: &str) -> Compared {
    let (mut dice, mut compared) = (Dice(seed), Compared::default());
    let mut fixture = Fixture::open(zone, first_day);
    random::populate(&mut dice, &mut fixture);
    // Backdated facts count for recent activity and for cumulative totals.
    let before = BACKDATED_DAYS.map(|days| fixture.days_after(first_day, -days));
    fixture.send(random::facts(&mut dice, &fixture, &before));
    fixture.send(random::logins(&mut dice, &fixture, &before));
    for number in 1..=DAYS {
        for _ in 0..CHANGES {
            random::change(&mut dice, &mut fixture);
        }
        let days = fixture.days();
        fixture.send(random::facts(&mut dice, &fixture, &days));
        for _ in 0..CHANGES {
            random::change(&mut dice, &mut fixture);
        }
        let today = [fixture.today()];
        fixture.send(random::facts(&mut dice, &fixture, &today));
        compare_day(&fixture, &today[0], &mut compared);
        group_lists::compare_infos(&fixture, &mut compared);
        if number % 2 == 0 {
            fixture.finalize_days();
        }
        let next = fixture.days_after(&today[0], 1);
        fixture.advance_to(&next);
    }
    compare_all(&fixture, &mut compared);
    fixture.finalize_days();
    compare_all(&fixture, &mut compared);
    let days = fixture.days();
    fixture.send(random::facts(&mut dice, &fixture, &days));
    compare_all(&fixture, &mut compared);
    fixture.finalize_days();
    compare_all(&fixture, &mut compared);
    assert_covers_hard_cases(&fixture);
    compare_year(&mut dice, &mut fixture, &mut compared);
    group_lists::compare_bans(&mut fixture, &mut compared);
    group_lists::compare_infos(&fixture, &mut compared);
    compared
}

/// Asserts that the history contains every case that is hard to count.
fn assert_covers_hard_cases(fixture: &Fixture) {
    let (people, org) = (&fixture.people, &fixture.org);
    let userids: BTreeSet<&String> = people.iter().map(|person| &person.userid).collect();
    assert!(userids.len() < people.len(), "a userid was given to somebody else");
    assert!(org.members.len() < people.len(), "somebody left");
    assert!(people.len() > 11 && org.departments.len() > 5);
    let orgs: Vec<&Org> = fixture.past_orgs.values().chain([org]).collect();
    let memberships =
        |who: usize| orgs.iter().filter_map(move |org| org.members.get(&who)).collect::<BTreeSet<_>>();
    assert!((0..people.len()).any(|who| memberships(who).len() > 1), "somebody moved");
    assert!(
        orgs.iter().any(|org| org.members.values().any(|memberships| memberships.len() > 1)),
        "somebody is in two"
    );
    let last = org.departments.keys().last().unwrap();
    assert!(org.departments.len() < usize::try_from(*last).unwrap(), "a department was removed");
    let leavers = fixture.records.iter().filter(|record| {
        record.who.is_some_and(|who| !fixture.org_on(&record.day).members.contains_key(&who))
    });
    assert!(leavers.count() > 20, "members did something on days at whose end they were none");
    assert!(fixture.records.iter().any(|record| record.who.is_none()));
    let at_midnight = fixture.records.iter().filter(|record| record.at == fixture.start_of(&record.day));
    assert!(at_midnight.count() > 20);
}

/// Ends the year. Its reports must be the same before and after they are stored, and again with late facts.
fn compare_year(dice: &mut Dice, fixture: &mut Fixture, compared: &mut Compared) {
    let days = fixture.days();
    fixture.advance_to("20260101");
    for _ in 0..2 {
        annual::check(fixture, YEAR, compared);
        fixture.finalize_days();
        annual::check(fixture, YEAR, compared);
        fixture.send(random::facts(dice, fixture, &days));
    }
}

/// Compares each day, and what belongs to no single day.
fn compare_all(fixture: &Fixture, compared: &mut Compared) {
    for day in fixture.days() {
        compare_day(fixture, &day, compared);
    }
    kac_lists::viewers(fixture, compared);
    meetings::check(fixture, compared);
    group_lists::compare_infos(fixture, compared);
}

fn compare_day(fixture: &Fixture, day: &str, compared: &mut Compared) {
    kac::numbers(fixture, day, compared);
    kac::departments(fixture, day, compared);
    kac_lists::check(fixture, day, compared);
    exclusive::check(fixture, day, compared);
    datacenter::check(fixture, day, compared);
    group_lists::active(fixture, day, compared);
    let operator = fixture.userid(*fixture.org.members.keys().next().unwrap());
    let is_today = day == fixture.today();
    let day = Day { day, is_today, with_leavers: true, operator: operator.as_str().unwrap() };
    agreement::check(fixture, &day);
}

/// The number of histories to run: one in short tests.
fn histories() -> usize {
    cases(HISTORIES.len() as u32) as usize
}

/// What all histories compared. They run once, for both tests.
static COMPARED: std::sync::LazyLock<Compared> = std::sync::LazyLock::new(|| {
    let mut all = Compared::default();
    std::thread::scope(|scope| {
        let run = |(seed, zone, day)| scope.spawn(move || history(seed, zone, day));
        for history in HISTORIES.into_iter().take(histories()).map(run).collect::<Vec<_>>() {
            all.join(history.join().unwrap());
        }
    });
    all
});

#[test]
fn every_response_matches_the_oracle() {
    assert!(!COMPARED.0.is_empty());
}

#[test]
fn every_documented_field_was_compared() {
    // One history alone does not have all of them.
    if histories() == HISTORIES.len() {
        fields::check(&COMPARED);
    }
}
