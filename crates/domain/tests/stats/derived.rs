//! Compares values that are derived from several days with the reference: recent sign-ins, meetings by id, years.

use std::collections::{BTreeMap, BTreeSet};

use carillon_domain::{
    page::Page,
    stats::{
        annual::{AnnualScope, annual},
        meeting,
        read::DayStatistics,
        sign_ins::{self, WINDOWS},
        year::DEPARTMENT_USERS,
    },
};
use carillon_model::{
    day::Day,
    error::{Error, Rule},
    fact::{Fact, VideoMeeting},
    id::{DeptId, MemberNo},
    statistic::{DAY_METRICS, Metric, YearTotals},
};

use crate::stats::fixture::{FIRST, StatsFixture};
use crate::stats::reference;

fn days(fixture: &StatsFixture) -> Vec<Day> {
    std::iter::successors(Some(FIRST), |day| Some(day.plus(1)))
        .take_while(|day| *day <= fixture.today())
        .collect()
}

/// Members with a value of a metric on a day, former members included.
fn users(fixture: &StatsFixture, metric: Metric, day: Day) -> BTreeSet<MemberNo> {
    let facts_of_day = reference::on(fixture, day);
    let members = reference::all(&facts_of_day).into_iter().flatten();
    members.filter(|member| reference::value(metric, &facts_of_day, Some(*member)) > 0).collect()
}

/// Compares windows of days, and the members outside of the shortest.
pub fn recent(fixture: &StatsFixture) {
    for day in days(fixture) {
        let windows = WINDOWS.map(|length| -> BTreeSet<MemberNo> {
            (0..length).flat_map(|back| users(fixture, Metric::Logins, day.plus(-back))).collect()
        });
        let found = fixture.read(|tx, corp| DayStatistics::open(tx, corp, day)?.sign_ins(tx));
        let found = found.windows.each_ref().map(|window| window.iter().collect::<BTreeSet<_>>());
        assert_eq!(found, windows, "{day}");

        let org = fixture.org_of(day);
        for department in [None].into_iter().chain(org.parents.keys().copied().map(Some)) {
            let members: BTreeSet<MemberNo> = match department {
                None => org.members.keys().copied().collect(),
                Some(top) => reference::below(org, top).into_iter().flatten().collect(),
            };
            let expected: Vec<_> = members
                .difference(&windows[0])
                .map(|no| {
                    let userid = fixture.userids[no].to_string();
                    (userid, [0, 1, 2, 3].map(|index: usize| windows[index].contains(no)))
                })
                .collect();
            let departments: Vec<DeptId> = department.into_iter().collect();
            let mut listed = Vec::new();
            for start in 1.. {
                let page = Page { start, size: 2 };
                let found = fixture.read(|tx, corp| sign_ins::inactive(tx, corp, day, &departments, page));
                assert_eq!(found.total, i64::try_from(expected.len()).unwrap(), "{day} {department:?}");
                if found.items.is_empty() {
                    break;
                }
                listed.extend(found.items.into_iter().map(|one| (one.member.userid, one.signed_in)));
            }
            assert_eq!(listed, expected, "{day} {department:?}");
        }
    }
}

/// Compares every meeting by both ids, and those that were not connected.
pub fn meetings(fixture: &StatsFixture) {
    let mut connected: BTreeMap<&str, (Day, MemberNo, &VideoMeeting)> = BTreeMap::new();
    let mut logical: BTreeMap<&str, &str> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for day in days(fixture) {
        for (member, fact) in reference::on(fixture, day) {
            let Fact::VideoMeeting(one) = fact else { continue };
            ids.insert(one.conference_id.as_str());
            if one.connected {
                let known = connected.entry(&one.conference_id).or_insert((day, member.unwrap(), one));
                if let Some(id) = &one.logical_conference_id {
                    logical.entry(id).or_insert(&one.conference_id);
                }
                assert!(known.0 <= day);
            }
        }
    }
    for id in ids {
        let found = fixture.store.read_blocking(&fixture.corp, |tx| meeting::by_id(tx, &fixture.corp, id));
        let Some((_, starter, one)) = connected.get(id) else {
            assert_eq!(found.unwrap_err(), Error::because(Rule::UnknownMeeting, id.to_owned()));
            continue;
        };
        let found = found.unwrap();
        let mut invited: BTreeMap<MemberNo, (bool, u64)> = BTreeMap::new();
        for (_, member, fact) in &fixture.facts {
            if let (Some(member), Fact::VideoParticipation(came)) = (member, fact)
                && came.conference_id == id
            {
                let known = invited.entry(*member).or_default();
                known.0 |= came.joined;
                known.1 += if came.joined { came.attend_ms } else { 0 };
            }
        }
        let meeting = &found.started.meeting;
        assert_eq!((&meeting.title, meeting.duration_ms), (&one.title, one.duration_ms));
        assert_eq!(found.started.starter.userid, fixture.userids[starter].as_str());
        assert_eq!(found.invited, u64::from(one.invited_count).max(invited.len() as u64));
        let came = invited.into_iter().filter(|(_, (joined, _))| *joined);
        let came: Vec<_> = came.map(|(no, (_, ms))| (fixture.userids[&no].to_string(), ms)).collect();
        let listed: Vec<_> = found.participants.into_iter().map(|(named, ms)| (named.userid, ms)).collect();
        assert_eq!(listed, came, "{id}");
    }
    for (id, conference) in logical {
        let found = fixture.read(|tx, corp| meeting::by_logical_id(tx, corp, id));
        assert_eq!(found.meeting.id, conference);
    }
}

/// Compares a past year: all reports.
pub fn year(fixture: &StatsFixture, year: i32) {
    let days: Vec<Day> = days(fixture)
        .into_iter()
        .filter(|day| day.year() == year && !reference::on(fixture, *day).is_empty())
        .collect();
    let ask = |scope: &AnnualScope| {
        fixture.read(|tx, corp| annual(tx, &fixture.env, corp, &year.to_string(), scope))
    };

    let found = ask(&AnnualScope::Organisation);
    let everybody = |day: Day| reference::all(&reference::on(fixture, day));
    let expected = add_up(fixture, &days, everybody);
    assert_same(&found.year, &expected, Metric::ALL, "the organisation");
    let groups: BTreeSet<&str> = days
        .iter()
        .flat_map(|day| reference::on(fixture, *day))
        .filter_map(|(_, fact)| match fact {
            Fact::GroupMessage(message) => Some(message.open_conversation_id.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(found.groups_with_messages, groups.len() as u64);

    for department in fixture.org.parents.keys() {
        let found = ask(&AnnualScope::Department(*department));
        let members = |day: Day| reference::below(fixture.org_of(day), *department);
        let expected = add_up(fixture, &days, members);
        assert_same(&found.year, &expected, &DEPARTMENT_USERS, &format!("department {department}"));
    }
    // A userid with several holders is that of the last.
    let last = |no: &MemberNo| fixture.holder(*no, fixture.env.now()) == *no;
    for (no, userid) in fixture.userids.iter().filter(|(no, _)| last(no)) {
        let found = ask(&AnnualScope::Member(userid.clone()));
        let expected = add_up(fixture, &days, |_| BTreeSet::from([Some(*no)]));
        assert_same(&found.year, &expected, Metric::ALL, userid.as_str());
    }
}

struct Sum {
    values: BTreeMap<Metric, u64>,
    users: BTreeMap<Metric, BTreeSet<MemberNo>>,
    days: [u64; DAY_METRICS.len()],
}

/// Adds up values of some members on each day, fact by fact.
fn add_up(fixture: &StatsFixture, days: &[Day], members: impl Fn(Day) -> BTreeSet<Option<MemberNo>>) -> Sum {
    let mut sum = Sum { values: BTreeMap::new(), users: BTreeMap::new(), days: [0; DAY_METRICS.len()] };
    for day in days {
        let facts_of_day = reference::on(fixture, *day);
        for member in members(*day) {
            if !facts_of_day.iter().any(|(fact_member, _)| *fact_member == member) {
                continue;
            }
            for metric in Metric::ALL {
                let value = reference::value(*metric, &facts_of_day, member);
                if value == 0 {
                    continue;
                }
                let known = sum.values.get(metric).copied().unwrap_or_default();
                sum.values.insert(*metric, reference::combine(*metric, [known, value].into_iter()));
                if let Some(member) = member {
                    sum.users.entry(*metric).or_default().insert(member);
                    if let Some(index) = DAY_METRICS.iter().position(|one| one == metric) {
                        sum.days[index] += 1;
                    }
                }
            }
        }
    }
    sum
}

fn assert_same(found: &YearTotals, expected: &Sum, with_users: &[Metric], scope: &str) {
    for metric in Metric::ALL {
        let value = expected.values.get(metric).copied().unwrap_or_default();
        assert_eq!(found.totals.value(*metric), value, "{metric:?} of {scope}");
    }
    for metric in with_users {
        let users = expected.users.get(metric).map_or(0, BTreeSet::len);
        assert_eq!(found.totals.users(*metric), users as u64, "users of {metric:?} of {scope}");
    }
    assert_eq!(found.member_days, expected.days, "days of {scope}");
}
