//! What became of sends over time: readers by hour, views of articles and comments by day, and the totals of months.

use std::collections::BTreeMap;

use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
    statistic::Articles,
    time::{self, HOUR_MS, Timestamp},
};
use carillon_store::{LAST_HOUR, SINGLE_HOURS, SendTotals, Tx, UNKNOWN_HOUR};
use jiff::ToSpan;

use crate::stats::read::{self, DayStatistics};

/// Days from the send on for which views and comments are counted.
pub const MAX_DAYS: i32 = 31;
/// Months of an account's totals.
pub const MAX_MONTHS: usize = 12;

/// What became of a send.
#[derive(Clone, Debug)]
pub struct OverTime {
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Readers of each period since, in order. The last period is the current one.
    pub readers: Vec<Readers>,
    /// Readers whose time is not known.
    pub untimed: u64,
    /// Each day from that of the send on.
    pub days: Vec<SendDay>,
    /// Whether it has articles, so that days have views and comments.
    pub has_articles: bool,
}

/// Readers of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readers {
    /// When the period begins.
    pub from: Timestamp,
    /// Its length: an hour, or a day.
    pub hours: i64,
    /// Who read it in the period.
    pub readers: u64,
}

/// A day of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendDay {
    /// The day.
    pub day: Day,
    /// Whether it is over.
    pub is_over: bool,
    /// Views of its articles, wherever readers found them.
    pub views: u64,
    /// Comments below the articles of the send.
    pub comments: u64,
}

/// Returns what became of a send.
///
/// # Errors
/// [`Rule::UnknownTask`] for a send that there is not, or that was not sent.
pub fn over_time(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    task: &TaskId,
) -> Result<OverTime> {
    let full = super::record(tx, env, corp, account, task)?;
    let sent = tx.send_by_task(corp, account, task)?.ok_or(Error::Rule(Rule::UnknownTask))?;
    let hours = tx.reading_of(corp, sent.seq, sent.created_at)?;
    let untimed = hours.get(&UNKNOWN_HOUR).copied().unwrap_or_default();
    let articles: Vec<i64> = full.articles.iter().map(|article| article.id.0).collect();
    let mut days = Vec::new();
    if !articles.is_empty() {
        let today = read::today(tx, env, corp)?;
        let first = tx.state().corp(corp)?.day_of(sent.created_at)?;
        let comments = tx.comment_times(corp, sent.seq)?;
        let mut by_day: BTreeMap<Day, u64> = BTreeMap::new();
        for at in comments {
            *by_day.entry(tx.state().corp(corp)?.day_of(at)?).or_default() += 1;
        }
        let all = (0..MAX_DAYS).map(|after| first.plus(after)).take_while(|day| *day <= today);
        for day in all.collect::<Vec<_>>() {
            let uses = DayStatistics::open(tx, corp, day)?.part::<Articles>(tx)?;
            let of_send = uses
                .0
                .iter()
                .filter(|one| one.account == account.as_str() && articles.contains(&one.article));
            days.push(SendDay {
                day,
                is_over: day < today,
                views: of_send.map(|one| one.reads).sum(),
                comments: by_day.get(&day).copied().unwrap_or_default(),
            });
        }
    }
    Ok(OverTime {
        sent_at: sent.created_at,
        readers: periods(sent.created_at, env.now(), &hours),
        untimed: untimed.unsigned_abs(),
        days,
        has_articles: !articles.is_empty(),
    })
}

/// Returns each period from the send until now: hours as long as they are few, then days.
fn periods(sent_at: Timestamp, now: Timestamp, hours: &BTreeMap<i64, i64>) -> Vec<Readers> {
    let age = ((now.0 - sent_at.0) / HOUR_MS).clamp(0, LAST_HOUR);
    // A reader may be later than the clock of this request.
    let age = hours.last_key_value().map_or(age, |(last, _)| age.max(*last));
    let length = if age < SINGLE_HOURS { 1 } else { 24 };
    let begins = (0..=age / length).map(|period| period * length);
    let sum = |begin: i64| hours.range(begin..begin + length).map(|(_, count)| count.unsigned_abs()).sum();
    let period =
        |begin: i64| Readers { from: sent_at.plus_ms(begin * HOUR_MS), hours: length, readers: sum(begin) };
    begins.map(period).collect()
}

/// The totals of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Day,
    /// Whether it is over.
    pub is_over: bool,
    /// The totals of the sends in it.
    pub totals: SendTotals,
}

/// Returns the totals of the sends of an account for the last [`MAX_MONTHS`] months, the earliest first, from its creation on.
pub fn months(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, account: &AccountId) -> Result<Vec<Month>> {
    let account = crate::account::enabled(tx, corp, account)?;
    let state = tx.state().corp(corp)?;
    let zone = time::zone(&state.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let created = state.day_of(account.created_at)?;
    let today = read::today(tx, env, corp)?;
    let mut first = today.date().map(|date| date.first_of_month());
    let mut months = Vec::new();
    while let Some(begin) = first.filter(|_| months.len() < MAX_MONTHS) {
        let end = begin.checked_add(1.month()).map_err(Error::internal)?;
        let day = |date: jiff::civil::Date| Day::parse(&date.strftime("%Y%m%d").to_string());
        let (Some(begin_day), Some(end_day)) = (day(begin), day(end)) else { break };
        if end_day <= created {
            break;
        }
        let bounds = begin_day.start(&zone).zip(end_day.start(&zone));
        let (from, until) = bounds.ok_or_else(|| Error::internal("a day without a beginning"))?;
        let totals = tx.send_totals(corp, &account.id, from, until)?;
        months.push(Month { first: begin_day, is_over: end_day <= today, totals });
        first = begin.checked_sub(1.month()).ok();
    }
    months.reverse();
    Ok(months)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_hours_for_three_days_and_then_days() {
        let hours = BTreeMap::from([(UNKNOWN_HOUR, 9), (0, 2), (5, 1), (72, 4)]);
        let at = |hours: i64| Timestamp(hours * HOUR_MS);
        let young = BTreeMap::from([(UNKNOWN_HOUR, 9), (0, 2), (5, 1)]);
        let found = periods(at(0), at(71), &young);
        assert_eq!((found.len(), found[0].readers, found[5].readers, found[5].from), (72, 2, 1, at(5)));
        let found = periods(at(0), at(80), &hours);
        let readers: Vec<u64> = found.iter().map(|one| one.readers).collect();
        assert_eq!((readers, found[3].from, found[3].hours), (vec![3, 0, 0, 4], at(72), 24));
        assert_eq!(periods(at(0), at(100_000), &hours).len(), 91);
        assert_eq!(periods(at(10), at(0), &BTreeMap::new()).len(), 1, "a clock that went back");
    }
}
