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
use testkit::agreement::{self, Day};

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
const LONG_AGO: [i64; 9] = [2, 4, 6, 8, 11, 13, 25, 28, 35];
/// Changes of the organisation in each half of a day.
const CHANGES: usize = 10;

/// Runs one history, and compares the responses about each of its days.
fn history(seed: u64, zone: &'static str, first_day: &str) -> Compared {
    let (mut dice, mut compared) = (Dice(seed), Compared::default());
    let mut fixture = Fixture::open(zone, first_day);
    random::found(&mut dice, &mut fixture);
    // Backdated facts count for recent activity and for cumulative totals.
    let before = LONG_AGO.map(|days| fixture.days_after(first_day, -days));
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
        of_day(&fixture, &today[0], &mut compared);
        group_lists::infos(&fixture, &mut compared);
        if number % 2 == 0 {
            fixture.close();
        }
        let next = fixture.days_after(&today[0], 1);
        fixture.go_on(&next);
    }
    of_all(&fixture, &mut compared);
    fixture.close();
    of_all(&fixture, &mut compared);
    let days = fixture.days();
    fixture.send(random::facts(&mut dice, &fixture, &days));
    of_all(&fixture, &mut compared);
    fixture.close();
    of_all(&fixture, &mut compared);
    is_worth_it(&fixture);
    year(&mut dice, &mut fixture, &mut compared);
    group_lists::words(&mut fixture, &mut compared);
    group_lists::infos(&fixture, &mut compared);
    compared
}

/// Asserts that the history contains every case that is hard to count.
fn is_worth_it(fixture: &Fixture) {
    let (people, org) = (&fixture.people, &fixture.org);
    let userids: BTreeSet<&String> = people.iter().map(|person| &person.userid).collect();
    assert!(userids.len() < people.len(), "a userid was given to somebody else");
    assert!(org.members.len() < people.len(), "somebody left");
    assert!(people.len() > 11 && org.departments.len() > 5);
    let ever: Vec<&Org> = fixture.ended.values().chain([org]).collect();
    let places =
        |who: usize| ever.iter().filter_map(move |org| org.members.get(&who)).collect::<BTreeSet<_>>();
    assert!((0..people.len()).any(|who| places(who).len() > 1), "somebody moved");
    assert!(ever.iter().any(|org| org.members.values().any(|places| places.len() > 1)), "somebody is in two");
    let last = org.departments.keys().last().unwrap();
    assert!(org.departments.len() < usize::try_from(*last).unwrap(), "a department was removed");
    let leavers = fixture
        .told
        .iter()
        .filter(|told| told.who.is_some_and(|who| !fixture.org_of(&told.day).members.contains_key(&who)));
    assert!(leavers.count() > 20, "members did something on days at whose end they were none");
    assert!(fixture.told.iter().any(|told| told.who.is_none()));
    let at_midnight = fixture.told.iter().filter(|told| told.at == fixture.start_of(&told.day));
    assert!(at_midnight.count() > 20);
}

/// Ends the year. Its reports must be the same before and after they are stored, and again with late facts.
fn year(dice: &mut Dice, fixture: &mut Fixture, compared: &mut Compared) {
    let days = fixture.days();
    fixture.go_on("20260101");
    for _ in 0..2 {
        annual::check(fixture, YEAR, compared);
        fixture.close();
        annual::check(fixture, YEAR, compared);
        fixture.send(random::facts(dice, fixture, &days));
    }
}

/// Compares each day, and what belongs to no single day.
fn of_all(fixture: &Fixture, compared: &mut Compared) {
    for day in fixture.days() {
        of_day(fixture, &day, compared);
    }
    kac_lists::viewers(fixture, compared);
    meetings::check(fixture, compared);
    group_lists::infos(fixture, compared);
}

fn of_day(fixture: &Fixture, day: &str, compared: &mut Compared) {
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

/// What all histories compared. They run once, for both tests.
static COMPARED: std::sync::LazyLock<Compared> = std::sync::LazyLock::new(|| {
    let mut all = Compared::default();
    std::thread::scope(|scope| {
        let live = |(seed, zone, day)| scope.spawn(move || history(seed, zone, day));
        for history in HISTORIES.map(live) {
            all.join(history.join().unwrap());
        }
    });
    all
});

#[test]
fn every_answer_is_that_of_the_reference() {
    assert!(!COMPARED.0.is_empty());
}

#[test]
fn every_documented_field_was_compared() {
    fields::check(&COMPARED);
}
