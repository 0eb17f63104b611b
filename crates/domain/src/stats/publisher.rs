//! Service accounts with their cumulative articles and reads.

use carillon_model::{
    day::Day,
    error::{Error, Result},
    id::{AccountId, ArticleId, CorpId},
    statistic::Cumulative,
    time::{self, Timestamp},
};
use carillon_store::{CorpState, Tx};

use super::read::DayStatistics;

/// Service accounts at the end of a day.
#[derive(Clone, Debug, Default)]
pub struct Publishers {
    /// A page of accounts, in the order of creation.
    pub items: Vec<Publisher>,
    /// Where the next page starts. None on the last page.
    pub next: Option<i64>,
    /// Number of accounts.
    pub accounts: u64,
    /// Number of articles of all accounts.
    pub articles: u64,
    /// Number of reads of all accounts.
    pub reads: u64,
    /// Titles of the most read articles, most read first.
    pub most_read: Vec<String>,
}

/// A service account with its cumulative numbers.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Number of articles published.
    pub articles: u64,
    /// Number of reads of its articles.
    pub reads: u64,
}

/// Returns the cumulative numbers of the service accounts that existed at the end of a day.
///
/// Decided: accounts that were disabled since are included, because their articles were read.
pub fn publishers(tx: &mut Tx<'_>, corp: &CorpId, day: Day, after: i64, size: usize) -> Result<Publishers> {
    let cumulative = DayStatistics::open(tx, corp, day)?.cumulative(tx)?;
    let state = tx.state().corp(corp)?;
    let ends = end_of(state, day)?;
    let mut found = Publishers::default();
    for account in state.accounts.values().filter(|account| account.created_at < ends) {
        let (articles, reads) = counts(&cumulative, &account.id);
        found.accounts += 1;
        found.articles += articles;
        found.reads += reads;
        if account.seq <= after {
            continue;
        }
        if found.items.len() < size {
            let (account, name) = (account.id.clone(), account.name.clone());
            found.items.push(Publisher { account, name, articles, reads });
        } else if found.next.is_none() {
            found.next = found.items.last().and_then(|last| state.account_seqs.get(&last.account)).copied();
        }
    }
    for read in &cumulative.most_read {
        if let Some(article) = tx.article_head(corp, ArticleId(read.article))? {
            found.most_read.push(article.published.unwrap_or(article.draft).title);
        }
    }
    Ok(found)
}

/// The numbers of all service accounts together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PublisherTotals {
    pub accounts: u64,
    pub articles: u64,
    pub reads: u64,
}

/// Returns what [`publishers`] adds up, without any of the accounts.
pub(super) fn totals(tx: &mut Tx<'_>, day: &DayStatistics) -> Result<PublisherTotals> {
    let cumulative = day.cumulative(tx)?;
    let state = tx.state().corp(day.corp())?;
    let ends = end_of(state, day.day)?;
    let mut sum = PublisherTotals::default();
    for account in state.accounts.values().filter(|account| account.created_at < ends) {
        let (articles, reads) = counts(&cumulative, &account.id);
        sum.accounts += 1;
        sum.articles += articles;
        sum.reads += reads;
    }
    Ok(sum)
}

fn end_of(state: &CorpState, day: Day) -> Result<Timestamp> {
    let zone = time::zone(&state.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    day.plus(1).start(&zone).ok_or_else(|| Error::internal("a day without a beginning"))
}

fn counts(cumulative: &Cumulative, account: &AccountId) -> (u64, u64) {
    let found = cumulative.accounts.iter().find(|one| one.account == account.as_str());
    found.map_or((0, 0), |one| (one.articles, one.reads))
}
