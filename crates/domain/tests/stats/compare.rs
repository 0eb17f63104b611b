//! Compares the statistics of a day with the reference.

use std::collections::{BTreeMap, BTreeSet};

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{
    day::Day,
    fact::{EmploymentStatus, Fact},
    id::MemberNo,
    statistic::{Apps, Cumulative, Groups, Lives, Metric, VideoMeetings, Viewers},
};

use crate::stats::fixture::{FIRST, StatsFixture};
use crate::stats::reference;

/// All days from the first to today.
pub fn all_days(fixture: &StatsFixture) {
    let mut day = FIRST;
    while day <= fixture.today() {
        one_day(fixture, day);
        day = day.plus(1);
    }
}

pub fn one_day(fixture: &StatsFixture, day: Day) {
    let facts_of_day = reference::on(fixture, day);
    let org = fixture.org_of(day);
    fixture.read(|tx, corp| {
        let statistics = DayStatistics::open(tx, corp, day)?;
        let summary = statistics.summary(tx)?;
        assert_eq!(summary.totals, reference::totals(&facts_of_day, &reference::all(&facts_of_day)), "{day}");
        assert_eq!(summary.contacts, org.members.len() as u64, "{day}");
        let groups = reference::different(&facts_of_day, |fact| match fact {
            Fact::GroupMessage(message) => Some(&message.open_conversation_id),
            _ => None,
        });
        assert_eq!(summary.active_groups, groups.len() as u64);
        let templates = reference::different(&facts_of_day, |fact| match fact {
            Fact::ApprovalSubmitted(approval) => Some(&approval.template_id),
            _ => None,
        });
        assert_eq!(summary.templates_used, templates.len() as u64);

        let tree = statistics.tree(tx)?;
        let names: BTreeMap<_, _> = tree.0.iter().map(|node| (node.id, node.parent)).collect();
        assert_eq!(names, org.parents, "{day}");
        let departments = statistics.departments(tx)?;
        for dept in org.parents.keys() {
            let expected = reference::totals(&facts_of_day, &reference::below(org, *dept));
            let found = departments.get(*dept).cloned().unwrap_or_default();
            assert_eq!(found, expected, "department {dept} on {day}");
        }
        let organisation = statistics.organisation(tx)?;
        let headcounts = statistics.headcounts(tx)?;
        assert_eq!(headcounts.0.len(), organisation.tree.0.len());
        for (node, count) in organisation.tree.0.iter().zip(&headcounts.0) {
            assert_eq!(*count, reference::below(org, node.id).len() as u64, "{day}");
        }
        for metric in Metric::ALL {
            let column: BTreeMap<MemberNo, u64> = statistics.column(tx, *metric)?.iter().collect();
            let members = reference::all(&facts_of_day).into_iter().flatten();
            let expected =
                members.map(|member| (member, reference::value(*metric, &facts_of_day, Some(member))));
            let expected: BTreeMap<MemberNo, u64> = expected.filter(|(_, value)| *value > 0).collect();
            assert_eq!(column, expected, "{metric:?} on {day}");
        }
        compare_lists(fixture, &statistics, tx, &facts_of_day)?;
        assert_cumulative(fixture, day, &*statistics.cumulative(tx)?);
        Ok(())
    });
}

fn compare_lists(
    _company: &StatsFixture,
    statistics: &DayStatistics,
    tx: &mut carillon_store::Tx<'_>,
    facts_of_day: &reference::Facts<'_>,
) -> carillon_model::error::Result<()> {
    let watched_by = |id: &str| -> BTreeSet<MemberNo> {
        let viewers = facts_of_day.iter().filter_map(|(member, fact)| match fact {
            Fact::LiveViewing(viewing) if viewing.live_id == id && viewing.live_ms > 0 => *member,
            _ => None,
        });
        viewers.collect()
    };
    let lives = statistics.part::<Lives>(tx)?;
    let started =
        facts_of_day.iter().filter(|(_, fact)| matches!(fact, Fact::LiveSession(live) if live.succeeded));
    assert_eq!(lives.0.len(), started.count());
    for live in &lives.0 {
        assert_eq!(live.viewers, watched_by(&live.id).len() as u64);
        let views = facts_of_day.iter().filter(
            |(_, fact)| matches!(fact, Fact::LiveViewing(viewing) if viewing.live_id == live.id && viewing.live_ms > 0),
        );
        assert_eq!(live.views, views.count() as u64);
    }
    for (id, viewers) in &statistics.part::<Viewers>(tx)?.0 {
        for viewer in viewers {
            let mut sums = (0, 0);
            for (member, fact) in facts_of_day {
                if let (Some(member), Fact::LiveViewing(viewing)) = (member, fact)
                    && *member == viewer.member
                    && viewing.live_id == *id
                {
                    sums = (sums.0 + viewing.live_ms, sums.1 + viewing.replay_ms);
                }
            }
            assert_eq!((viewer.live_ms, viewer.replay_ms), sums);
        }
    }
    for meeting in &statistics.part::<VideoMeetings>(tx)?.0 {
        let joined: BTreeSet<_> = facts_of_day
            .iter()
            .filter(|(_, fact)| {
                matches!(fact, Fact::VideoParticipation(one) if one.conference_id == meeting.id && one.joined)
            })
            .map(|(member, _)| member)
            .collect();
        assert_eq!(meeting.participants, joined.len() as u64);
    }
    for app in &statistics.part::<Apps>(tx)?.0 {
        let users: BTreeSet<_> = facts_of_day
            .iter()
            .filter(|(_, fact)| matches!(fact, Fact::AppVisit(visit) if visit.app_id == app.id))
            .map(|(member, _)| member)
            .collect();
        assert_eq!(app.users, users.len() as u64);
    }
    for group in &statistics.part::<Groups>(tx)?.0 {
        let sent = facts_of_day.iter().filter_map(|(member, fact)| match fact {
            Fact::GroupMessage(message) if message.open_conversation_id == group.id => {
                Some((member, u64::from(message.count)))
            }
            _ => None,
        });
        let sent: Vec<_> = sent.collect();
        assert_eq!(group.messages, sent.iter().map(|(_, count)| count).sum::<u64>());
        assert_eq!(
            group.senders,
            sent.iter().map(|(member, _)| member).collect::<BTreeSet<_>>().len() as u64
        );
    }
    Ok(())
}

fn assert_cumulative(fixture: &StatsFixture, day: Day, found: &Cumulative) {
    let mut days = vec![];
    let mut one = FIRST;
    while one <= day {
        days.push(one);
        one = one.plus(1);
    }
    let facts_of_day: reference::Facts<'_> =
        days.iter().flat_map(|day| reference::on(fixture, *day)).collect();
    let by_day: Vec<_> = days.iter().map(|day| reference::on(fixture, *day)).collect();
    for metric in Metric::ALL {
        let values = by_day.iter().map(|facts_of_day| {
            reference::totals(facts_of_day, &reference::all(facts_of_day)).value(*metric)
        });
        assert_eq!(found.totals.value(*metric), reference::combine(*metric, values), "{metric:?} to {day}");
    }
    let who = |metric: Metric| -> BTreeSet<MemberNo> {
        let members = reference::all(&facts_of_day).into_iter().flatten();
        members.filter(|member| reference::value(metric, &facts_of_day, Some(*member)) > 0).collect()
    };
    assert_eq!(found.activated.iter().collect::<BTreeSet<_>>(), who(Metric::Logins), "{day}");
    assert_eq!(found.circle_authors, who(Metric::CirclePosts).len() as u64);
    for (dept, dings) in &found.department_dings {
        let expected: u64 = days
            .iter()
            .zip(&by_day)
            .map(|(day, facts_of_day)| {
                let members = reference::below(fixture.org_of(*day), *dept);
                reference::totals(facts_of_day, &members).value(Metric::DingsSent)
            })
            .sum();
        assert_eq!(*dings, expected, "DINGs of {dept} to {day}");
    }
    let zone = carillon_model::time::zone(carillon_domain::corp::DEFAULT_TIME_ZONE).unwrap();
    let mut employments = BTreeMap::new();
    let mut last: Vec<_> = fixture.facts.iter().filter(|(at, ..)| Day::of(*at, &zone) <= day).collect();
    last.sort_by_key(|(at, ..)| *at);
    for (_, member, fact) in last {
        if let (Some(member), Fact::Employment(employment)) = (member, fact) {
            employments.insert(*member, employment.clone());
        }
    }
    let leaving = employments.values().filter(|one| one.status == EmploymentStatus::Leaving).count() as u64;
    let found_leaving = found.employees.iter().filter(|(one, _)| one.status == EmploymentStatus::Leaving);
    assert_eq!(found_leaving.map(|(_, count)| count).sum::<u64>(), leaving, "{day}");
    let reads = |account: &str| {
        let reads = facts_of_day.iter().map(|(_, fact)| match fact {
            Fact::ArticleRead(read) if read.unionid == account => 1,
            Fact::ArticleViews(views) if views.unionid == account => u64::from(views.count),
            _ => 0,
        });
        reads.sum::<u64>()
    };
    for account in &found.accounts {
        assert_eq!(account.reads, reads(&account.account));
    }
    assert!(found.most_read.len() <= 5);
    assert!(found.most_read.is_sorted_by(|a, b| a.reads >= b.reads));
}
