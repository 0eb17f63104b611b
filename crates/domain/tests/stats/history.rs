//! Random histories: facts on many days, moves, former members, late facts, and days finalized in between.

use carillon_model::{
    fact::Kind,
    id::{DeptId, MemberNo},
    time::{DAY_MS, HOUR_MS, Timestamp},
};
use proptest::prelude::*;

use crate::stats::compare;
use crate::stats::derived;
use crate::stats::facts::{self, Dice};
use crate::stats::fixture::{FIRST, START, StatsFixture};

/// Steps of a history.
const STEPS: usize = 24;

fn history(seed: u64) {
    let mut dice = Dice(seed);
    let mut fixture = StatsFixture::new();
    let mut departments = vec![DeptId::ROOT];
    let mut members: Vec<MemberNo> = (0..3).map(|_| fixture.add_member(&[DeptId::ROOT])).collect();
    let mut everybody = members.clone();
    // Former members whose userid was not assigned again.
    let mut leavers = Vec::new();
    for _ in 0..STEPS {
        match dice.below(9) {
            0 if departments.len() < 6 => {
                let parent = dice.pick(&departments);
                departments.push(fixture.add_department(parent));
            }
            1 => {
                let memberships = random_departments(&mut dice, &departments);
                let member = match leavers.pop() {
                    Some(leaver) => fixture.add_member_as(leaver, &memberships),
                    None => fixture.add_member(&memberships),
                };
                members.push(member);
                everybody.push(member);
            }
            2 => {
                let memberships = random_departments(&mut dice, &departments);
                let member = dice.pick(&members);
                fixture.move_member(member, &memberships);
            }
            3 if members.len() > 2 => {
                let leaver = dice.pick(&members);
                members.retain(|member| *member != leaver);
                fixture.remove_member(leaver);
                leavers.push(leaver);
            }
            4 => fixture.pass(i32::try_from(1 + dice.below(2)).unwrap()),
            5 => fixture.close(),
            // Facts of today and of past days, at midnight or just before it, and of former members.
            _ => {
                let now = fixture.env.now().0;
                let midnight = START.0 - 12 * HOUR_MS;
                let facts = (0..1 + dice.below(6)).map(|_| {
                    let days = i64::try_from(dice.below(4)).unwrap() * i64::from(dice.below(2) == 0);
                    let in_day = dice.pick(&[0, 1, DAY_MS / 2, DAY_MS - 1]);
                    let at = midnight + (now - midnight) / DAY_MS * DAY_MS - days * DAY_MS + in_day;
                    let (member, fact) = facts::any(&mut dice, &everybody);
                    (Timestamp(at.clamp(midnight, now)), member, fact)
                });
                let facts = facts.collect();
                fixture.send(facts);
            }
        }
    }
    compare::all_days(&fixture);
    derived::recent(&fixture);
    derived::meetings(&fixture);
    fixture.close();
    compare::all_days(&fixture);
    derived::recent(&fixture);
    derived::meetings(&fixture);

    // The year ends; then late facts arrive.
    while fixture.today().year() == 2025 {
        fixture.pass(1);
    }
    derived::year(&fixture, 2025);
    fixture.close();
    derived::year(&fixture, 2025);
    let first_days =
        |fixture: &StatsFixture| (0..5).for_each(|days| compare::one_day(fixture, FIRST.plus(days)));
    first_days(&fixture);
    let late = (0..6).map(|number| {
        let (member, fact) = facts::any(&mut dice, &everybody);
        (START.plus_ms(number % 3 * DAY_MS), member, fact)
    });
    let late = late.collect();
    fixture.send(late);
    derived::year(&fixture, 2025);
    first_days(&fixture);
    fixture.close();
    derived::year(&fixture, 2025);
    first_days(&fixture);

    // The last day of the year had no facts before.
    let (member, fact) = (dice.pick(&everybody), facts::of_kind(&mut dice, Kind::GroupMessage));
    fixture.send(vec![(START.plus_ms(82 * DAY_MS), Some(member), fact)]);
    derived::year(&fixture, 2025);
    fixture.close();
    derived::year(&fixture, 2025);
}

fn random_departments(dice: &mut Dice, departments: &[DeptId]) -> Vec<DeptId> {
    let mut memberships: Vec<DeptId> = (0..1 + dice.below(2)).map(|_| dice.pick(departments)).collect();
    memberships.sort_unstable();
    memberships.dedup();
    memberships
}

#[test]
fn a_late_fact_is_of_whoever_had_the_userid_then() {
    let mut fixture = StatsFixture::new();
    let first = fixture.add_member(&[DeptId::ROOT]);
    let began = fixture.env.now();
    fixture.pass(3);
    fixture.remove_member(first);
    fixture.pass(2);
    let second = fixture.add_member_as(first, &[DeptId::ROOT]);
    fixture.pass(1);
    fixture.close();
    let login = |at: Timestamp| (at, Some(second), facts::of_kind(&mut Dice(1), Kind::Login));
    let (joined_at, now) = (began.plus_ms(5 * DAY_MS), fixture.env.now());
    // Before the first holder, during, after, and from the moment of the second holder.
    let moments = [began.plus_ms(-1), began.plus_ms(DAY_MS), joined_at.plus_ms(-1), joined_at, now];
    fixture.send(moments.map(login).to_vec());
    let whose: Vec<MemberNo> = fixture.facts.iter().filter_map(|(_, member, _)| *member).collect();
    assert_eq!(whose, [first, first, first, second, second]);
    compare::all_days(&fixture);
    fixture.close();
    compare::all_days(&fixture);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::env::cases(12), max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_that_of_the_reference(seed: u64) {
        history(seed);
    }
}
