//! Statistics of a past year: a roll-up of its days, stored until late facts arrive.

use std::collections::{BTreeMap, BTreeSet};

use carillon_model::{
    audience::Audience,
    day::Day,
    env::Env,
    error::Result,
    id::{CorpId, DeptId, MemberNo},
    statistic::{
        DAY_METRICS, DepartmentYears, Groups, MemberYears, Metric, Organisation, OrganisationYear,
        RolledYear, Total, Totals, YearTotals,
    },
};
use carillon_store::{OrganisationKey, Tx};

use super::{
    cumulative::next_day,
    read::{self, DayStatistics},
};

/// Metrics for which a department's year counts different members. The organisation's year counts them for all metrics.
pub const DEPARTMENT_USERS: [Metric; 5] = [
    Metric::AppVisits,
    Metric::CalendarsCreated,
    Metric::DocumentsUsed,
    Metric::GroupMessages,
    Metric::ReportsSent,
];

/// Statistics of a year that are computed but not stored yet.
pub struct YearToFinalize {
    corp: CorpId,
    year: i32,
    version: i64,
    rolled: RolledYear,
}

/// The organisation's year.
pub fn of_organisation(tx: &mut Tx<'_>, corp: &CorpId, year: i32) -> Result<OrganisationYear> {
    if is_final(tx, corp, year)? {
        return Ok(tx.organisation_year(corp, year)?.unwrap_or_default());
    }
    Ok(roll_up(tx, corp, year)?.organisation)
}

/// A department's year.
pub fn of_department(tx: &mut Tx<'_>, corp: &CorpId, year: i32, id: DeptId) -> Result<YearTotals> {
    let years = if is_final(tx, corp, year)? {
        tx.department_years(corp, year)?.unwrap_or_default()
    } else {
        roll_up(tx, corp, year)?.departments
    };
    Ok(years.0.into_iter().find(|(one, _)| *one == id).map(|(_, year)| year).unwrap_or_default())
}

/// A member's year.
pub fn of_member(tx: &mut Tx<'_>, corp: &CorpId, year: i32, member: MemberNo) -> Result<YearTotals> {
    let years = if is_final(tx, corp, year)? {
        tx.member_years(corp, year, member)?.unwrap_or_default()
    } else {
        roll_up(tx, corp, year)?.members
    };
    let found = years.0.binary_search_by_key(&member, |(one, _)| *one);
    Ok(found.map(|index| years.0[index].1.clone()).unwrap_or_default())
}

/// Returns true if the statistics of a year are stored and include all facts.
pub(super) fn is_final(tx: &mut Tx<'_>, corp: &CorpId, year: i32) -> Result<bool> {
    Ok(match version(tx, corp, year)? {
        Some(version) => tx.final_year(corp, year)? == Some(version),
        None => false,
    })
}

/// Rolls up the first past year without valid stored statistics. Only reads.
pub fn roll_up_one(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Option<YearToFinalize>> {
    let today = read::today(tx, env, corp)?;
    let Some(first) = next_day(tx, corp, Day(0))? else { return Ok(None) };
    for year in first.year()..today.year() {
        let version = version(tx, corp, year)?;
        if let Some(version) = version
            && tx.final_year(corp, year)? != Some(version)
        {
            let rolled = roll_up(tx, corp, year)?;
            return Ok(Some(YearToFinalize { corp: corp.clone(), year, version, rolled }));
        }
    }
    Ok(None)
}

/// Stores what was rolled up, unless facts arrived meanwhile. Then the year has to be rolled up again.
pub fn finalize(tx: &mut Tx<'_>, to_finalize: &YearToFinalize) -> Result<()> {
    if version(tx, &to_finalize.corp, to_finalize.year)? != Some(to_finalize.version) {
        return Ok(());
    }
    tx.finalize_year(&to_finalize.corp, to_finalize.year, to_finalize.version, &to_finalize.rolled)
}

/// Returns the version of a year's statistics: that of the cumulative totals at its end. None if those are not stored, or facts
/// arrived since.
fn version(tx: &mut Tx<'_>, corp: &CorpId, year: i32) -> Result<Option<i64>> {
    let Some((last, version)) = tx.last_cumulative_day(corp, Day(year * 10_000 + 1_231))? else {
        return Ok(None);
    };
    let next = next_day(tx, corp, last)?;
    Ok(next.is_none_or(|next| next.year() > year).then_some(version))
}

/// Returns the days of a year with facts or stored statistics.
pub(super) fn days_of(tx: &mut Tx<'_>, corp: &CorpId, year: i32) -> Result<Vec<Day>> {
    let mut days = Vec::new();
    // The last day of the previous year: no other day comes in between.
    let mut last = Day((year - 1) * 10_000 + 1_231);
    while let Some(next) = next_day(tx, corp, last)?.filter(|next| next.year() == year) {
        days.push(next);
        last = next;
    }
    Ok(days)
}

fn roll_up(tx: &mut Tx<'_>, corp: &CorpId, year: i32) -> Result<RolledYear> {
    let mut days = Vec::new();
    for day in days_of(tx, corp, year)? {
        days.push(DayStatistics::open(tx, corp, day)?);
    }
    let mut rolled = RolledYear::default();
    let mut departments: BTreeMap<DeptId, YearTotals> = BTreeMap::new();
    let mut groups = BTreeSet::new();
    for day in &days {
        add(&mut rolled.organisation.year, &day.summary(tx)?.totals);
        for (id, totals) in &day.departments(tx)?.0 {
            add(departments.entry(*id).or_default(), totals);
        }
        let uses = day.part::<Groups>(tx)?;
        groups.extend(uses.0.iter().filter(|one| one.messages > 0).map(|one| one.id.clone()));
    }
    rolled.organisation.groups_with_messages = groups.len() as u64;
    count_department_users(tx, &days, &mut departments)?;
    rolled.departments = DepartmentYears(departments.into_iter().collect());
    rolled.members = members(tx, &days, &mut rolled.organisation.year.totals)?;
    Ok(rolled)
}

fn add(year: &mut YearTotals, day: &Totals) {
    year.totals.add_values(day);
    for (days, metric) in year.member_days.iter_mut().zip(DAY_METRICS) {
        *days += day.users(metric);
    }
}

/// A member is a user of a metric in a department if the member had a value on a day on which the member belonged to it.
/// Consecutive days usually have the same organisation and are computed together.
fn count_department_users(
    tx: &mut Tx<'_>,
    days: &[DayStatistics],
    departments: &mut BTreeMap<DeptId, YearTotals>,
) -> Result<()> {
    let mut runs: Vec<(OrganisationKey, Vec<&DayStatistics>)> = Vec::new();
    for day in days {
        let key = day.organisation_key();
        match runs.iter_mut().find(|(known, _)| *known == key) {
            Some((_, run)) => run.push(day),
            None => runs.push((key, vec![day])),
        }
    }
    let mut users: BTreeMap<(DeptId, Metric), Audience> = BTreeMap::new();
    for (_, run) in &runs {
        let Some(first) = run.first() else { continue };
        let organisation = first.organisation(tx)?;
        let below = organisation.members_by_department();
        for metric in DEPARTMENT_USERS {
            let mut of_run = Audience::empty();
            for day in run {
                of_run.unite(&day.users(tx, metric)?);
            }
            unite_below(&organisation, &below, metric, &of_run, &mut users);
        }
    }
    for ((id, metric), members) in users {
        if let Some(year) = departments.get_mut(&id) {
            year.totals.set_users(metric, members.len());
        }
    }
    Ok(())
}

fn unite_below(
    organisation: &Organisation,
    below: &[Audience],
    metric: Metric,
    of_run: &Audience,
    users: &mut BTreeMap<(DeptId, Metric), Audience>,
) {
    for (node, members) in organisation.tree.0.iter().zip(below) {
        let mut common = members.clone();
        common.intersect(of_run);
        if !common.is_empty() {
            users.entry((node.id, metric)).or_default().unite(&common);
        }
    }
}

/// Computes the years of all members. Also sets the number of users of each metric in the organisation.
fn members(tx: &mut Tx<'_>, days: &[DayStatistics], organisation: &mut Totals) -> Result<MemberYears> {
    let mut years: BTreeMap<MemberNo, YearTotals> = BTreeMap::new();
    for metric in Metric::ALL {
        // Indexed by member number: numbers are dense, and most have values.
        let mut values: Vec<(u64, u64)> = Vec::new();
        for day in days {
            for (member, value) in day.column(tx, *metric)?.iter() {
                let index = member.0 as usize;
                if values.len() <= index {
                    values.resize(index + 1, (0, 0));
                }
                let (sum, count) = &mut values[index];
                *sum = metric.combine(*sum, value);
                *count += 1;
            }
        }
        let with_value = (0..).map(MemberNo).zip(values).filter(|(_, (_, count))| *count > 0);
        let counts_days = DAY_METRICS.iter().position(|one| one == metric);
        let mut users = 0;
        for (member, (value, count)) in with_value {
            users += 1;
            let year = years.entry(member).or_default();
            year.totals.0.push((*metric, Total { value, users: 1 }));
            if let Some(index) = counts_days {
                year.member_days[index] = count;
            }
        }
        organisation.set_users(*metric, users);
    }
    Ok(MemberYears(years.into_iter().collect()))
}
