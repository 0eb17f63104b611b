//! Cumulative totals from the first fact to the end of a day. Those of a day are those of the previous day plus its own facts.

use std::{collections::BTreeMap, sync::Arc};

use carillon_model::{
    day::Day,
    error::{Error, Result},
    fact::Employment,
    id::{CorpId, DeptId},
    statistic::{
        AccountArticles, ArticleUse, Articles, Basis, Cumulative, Departments, Employments, MOST_READ, Metric,
    },
};
use carillon_store::Tx;

use super::read::DayStatistics;

/// Returns the cumulative totals of a day for which none are stored.
pub(super) fn find(tx: &mut Tx<'_>, corp: &CorpId, day: Day) -> Result<Arc<Cumulative>> {
    match tx.last_cumulative_day(corp, day)? {
        // No facts in between, so the totals are unchanged.
        Some((last, version)) if next_day(tx, corp, last)?.is_none_or(|next| next > day) => {
            stored(tx, corp, last, version)
        }
        _ => count(tx, corp, day).map(|(cumulative, _)| Arc::new(cumulative)),
    }
}

/// Computes the totals from the last stored basis. Also returns the basis for the next day.
pub(super) fn count(tx: &mut Tx<'_>, corp: &CorpId, day: Day) -> Result<(Cumulative, Basis)> {
    let (mut last, mut sum, mut basis) = match tx.last_basis(corp, day.plus(-1))? {
        Some((from, version, basis)) => (from, (*stored(tx, corp, from, version)?).clone(), basis),
        None => (Day(0), Cumulative::default(), Basis::default()),
    };
    while let Some(next) = next_day(tx, corp, last)?.filter(|next| *next <= day) {
        add_day(tx, corp, next, &mut sum, &mut basis)?;
        last = next;
    }
    sum.circle_authors = basis.circle_authors.len();
    sum.employees = employees(&basis);
    sum.accounts = accounts(&basis.articles);
    sum.most_read = most_read(&basis.articles);
    Ok((sum, basis))
}

/// Returns the stored totals of a version.
pub(super) fn stored(tx: &mut Tx<'_>, corp: &CorpId, day: Day, version: i64) -> Result<Arc<Cumulative>> {
    tx.stored_cumulative(corp, day, version)?
        .ok_or_else(|| Error::internal("what has come together up to a day is missing"))
}

/// Returns the next day with facts or stored statistics.
pub(super) fn next_day(tx: &mut Tx<'_>, corp: &CorpId, after: Day) -> Result<Option<Day>> {
    let with_facts = tx.next_day_with_facts(corp, after)?;
    let stored = tx.next_final_day(corp, after)?;
    Ok(with_facts.into_iter().chain(stored).min())
}

fn add_day(tx: &mut Tx<'_>, corp: &CorpId, day: Day, sum: &mut Cumulative, basis: &mut Basis) -> Result<()> {
    let day = DayStatistics::open(tx, corp, day)?;
    let summary = day.summary(tx)?;
    sum.totals.add_values(&summary.totals);
    if summary.totals.users(Metric::Logins) > 0 {
        sum.activated.unite(&day.users(tx, Metric::Logins)?);
    }
    if summary.totals.users(Metric::CirclePosts) > 0 {
        basis.circle_authors.unite(&day.users(tx, Metric::CirclePosts)?);
    }
    if summary.totals.users(Metric::DingsSent) > 0 {
        add_dings(&mut sum.department_dings, &*day.departments(tx)?);
    }
    let employments = day.part::<Employments>(tx)?;
    if !employments.0.is_empty() {
        let mut by_member: BTreeMap<_, _> = std::mem::take(&mut basis.employments).into_iter().collect();
        by_member.extend(employments.0.iter().cloned());
        basis.employments = by_member.into_iter().collect();
    }
    let articles = day.part::<Articles>(tx)?;
    if !articles.0.is_empty() {
        add_articles(&mut basis.articles, &articles);
    }
    Ok(())
}

fn add_dings(sum: &mut Vec<(DeptId, u64)>, departments: &Departments) {
    let mut by_department: BTreeMap<DeptId, u64> = std::mem::take(sum).into_iter().collect();
    for (id, totals) in &departments.0 {
        let count = totals.value(Metric::DingsSent);
        if count > 0 {
            *by_department.entry(*id).or_default() += count;
        }
    }
    *sum = by_department.into_iter().collect();
}

fn add_articles(sum: &mut Articles, more: &Articles) {
    let mut by_article: BTreeMap<(String, i64), (bool, u64)> = BTreeMap::new();
    for one in std::mem::take(&mut sum.0).into_iter().chain(more.0.iter().cloned()) {
        let (published, reads) = by_article.entry((one.account, one.article)).or_default();
        *published |= one.published;
        *reads += one.reads;
    }
    let articles = by_article.into_iter();
    sum.0 = articles
        .map(|((account, article), (published, reads))| ArticleUse { account, article, published, reads })
        .collect();
}

fn employees(basis: &Basis) -> Vec<(Employment, u64)> {
    let mut counts: BTreeMap<&Employment, u64> = BTreeMap::new();
    for (_, employment) in &basis.employments {
        *counts.entry(employment).or_default() += 1;
    }
    counts.into_iter().map(|(employment, count)| (employment.clone(), count)).collect()
}

fn accounts(articles: &Articles) -> Vec<AccountArticles> {
    let mut accounts: Vec<AccountArticles> = Vec::new();
    // Articles are sorted by account.
    for one in &articles.0 {
        let known = accounts.last_mut().filter(|account| account.account == one.account);
        let account = match known {
            Some(account) => account,
            None => {
                accounts.push(AccountArticles { account: one.account.clone(), articles: 0, reads: 0 });
                let Some(account) = accounts.last_mut() else { continue };
                account
            }
        };
        account.articles += u64::from(one.published);
        account.reads += one.reads;
    }
    accounts
}

/// Decided: of articles read equally often, the newer one comes first.
fn most_read(articles: &Articles) -> Vec<ArticleUse> {
    let mut read: Vec<&ArticleUse> = articles.0.iter().filter(|one| one.reads > 0).collect();
    read.sort_unstable_by_key(|one| (std::cmp::Reverse(one.reads), std::cmp::Reverse(one.article)));
    read.into_iter().take(MOST_READ).cloned().collect()
}
