//! Random histories: facts on many days, moves, leavers, late facts, days closed now and then.

use carillon_model::{
    fact::Kind,
    id::{DeptId, MemberNo},
    time::{DAY_MS, HOUR_MS, Timestamp},
};
use proptest::prelude::*;

use crate::{
    company::{Company, FIRST, START},
    compare, derived,
    facts::{self, Dice},
};

/// Steps of a history.
const STEPS: usize = 24;

fn history(seed: u64) {
    let mut dice = Dice(seed);
    let mut company = Company::new();
    let mut departments = vec![DeptId::ROOT];
    let mut members: Vec<MemberNo> = (0..3).map(|_| company.add_member(&[DeptId::ROOT])).collect();
    let mut everybody = members.clone();
    // Those who left and whose userid nobody else has got since.
    let mut leavers = Vec::new();
    for _ in 0..STEPS {
        match dice.below(9) {
            0 if departments.len() < 6 => {
                let parent = dice.pick(&departments);
                departments.push(company.add_department(parent));
            }
            1 => {
                let places = some(&mut dice, &departments);
                let member = match leavers.pop() {
                    Some(leaver) => company.add_member_as(leaver, &places),
                    None => company.add_member(&places),
                };
                members.push(member);
                everybody.push(member);
            }
            2 => {
                let places = some(&mut dice, &departments);
                let member = dice.pick(&members);
                company.move_member(member, &places);
            }
            3 if members.len() > 2 => {
                let leaver = dice.pick(&members);
                members.retain(|member| *member != leaver);
                company.remove_member(leaver);
                leavers.push(leaver);
            }
            4 => company.pass(i32::try_from(1 + dice.below(2)).unwrap()),
            5 => company.close(),
            // Facts of today, of former days, at midnight or right before it, and of those who left.
            _ => {
                let now = company.env.now().0;
                let midnight = START.0 - 12 * HOUR_MS;
                let facts = (0..1 + dice.below(6)).map(|_| {
                    let days = i64::try_from(dice.below(4)).unwrap() * i64::from(dice.below(2) == 0);
                    let in_day = dice.pick(&[0, 1, DAY_MS / 2, DAY_MS - 1]);
                    let at = midnight + (now - midnight) / DAY_MS * DAY_MS - days * DAY_MS + in_day;
                    let (member, fact) = facts::any(&mut dice, &everybody);
                    (Timestamp(at.clamp(midnight, now)), member, fact)
                });
                let facts = facts.collect();
                company.send(facts);
            }
        }
    }
    compare::all_days(&company);
    derived::recent(&company);
    derived::meetings(&company);
    company.close();
    compare::all_days(&company);
    derived::recent(&company);
    derived::meetings(&company);

    // The year ends; then late facts arrive.
    while company.today().year() == 2025 {
        company.pass(1);
    }
    derived::year(&company, 2025);
    company.close();
    derived::year(&company, 2025);
    let first_days = |company: &Company| (0..5).for_each(|days| compare::one_day(company, FIRST.plus(days)));
    first_days(&company);
    let late = (0..6).map(|number| {
        let (member, fact) = facts::any(&mut dice, &everybody);
        (START.plus_ms(number % 3 * DAY_MS), member, fact)
    });
    let late = late.collect();
    company.send(late);
    derived::year(&company, 2025);
    first_days(&company);
    company.close();
    derived::year(&company, 2025);
    first_days(&company);

    // On its last day nothing had happened yet.
    let (member, fact) = (dice.pick(&everybody), facts::of_kind(&mut dice, Kind::GroupMessage));
    company.send(vec![(START.plus_ms(82 * DAY_MS), Some(member), fact)]);
    derived::year(&company, 2025);
    company.close();
    derived::year(&company, 2025);
}

fn some(dice: &mut Dice, departments: &[DeptId]) -> Vec<DeptId> {
    let mut places: Vec<DeptId> = (0..1 + dice.below(2)).map(|_| dice.pick(departments)).collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[test]
fn a_late_fact_is_of_whoever_had_the_userid_then() {
    let mut company = Company::new();
    let first = company.add_member(&[DeptId::ROOT]);
    let began = company.env.now();
    company.pass(3);
    company.remove_member(first);
    company.pass(2);
    let second = company.add_member_as(first, &[DeptId::ROOT]);
    company.pass(1);
    company.close();
    let login = |at: Timestamp| (at, Some(second), facts::of_kind(&mut Dice(1), Kind::Login));
    let (joined_at, now) = (began.plus_ms(5 * DAY_MS), company.env.now());
    // Before anybody had it, while the first did, when nobody had it any more, and from the moment that the second got it.
    let moments = [began.plus_ms(-1), began.plus_ms(DAY_MS), joined_at.plus_ms(-1), joined_at, now];
    company.send(moments.map(login).to_vec());
    let whose: Vec<MemberNo> = company.facts.iter().filter_map(|(_, member, _)| *member).collect();
    assert_eq!(whose, [first, first, first, second, second]);
    compare::all_days(&company);
    company.close();
    compare::all_days(&company);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_that_of_the_reference(seed: u64) {
        history(seed);
    }
}
