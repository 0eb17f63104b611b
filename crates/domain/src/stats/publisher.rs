//! Service accounts with their articles and reads to date.

use carillon_model::{
    day::Day,
    error::{Error, Result},
    id::{AccountId, ArticleId, CorpId},
    statistic::Cumulative,
    time,
};
use carillon_store::Tx;

use super::read::DayStatistics;

/// Service accounts of a day.
#[derive(Clone, Debug, Default)]
pub struct Publishers {
    /// A page of them, in the order of creation.
    pub items: Vec<Publisher>,
    /// Where the next page begins; none when this is the last one.
    pub next: Option<i64>,
    /// How many there were.
    pub accounts: u64,
    /// Articles of all of them.
    pub articles: u64,
    /// Reads of all of them.
    pub reads: u64,
    /// Titles of the most read articles, most read first.
    pub most_read: Vec<String>,
}

/// A service account to date.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// How many articles were published.
    pub articles: u64,
    /// How often they were opened.
    pub reads: u64,
}

/// What the service accounts that existed at the end of a day had come to.
///
/// Decided: an account that was disabled since counts like any other; what it published was read.
pub fn publishers(tx: &mut Tx<'_>, corp: &CorpId, day: Day, after: i64, size: usize) -> Result<Publishers> {
    let cumulative = DayStatistics::open(tx, corp, day)?.cumulative(tx)?;
    let state = tx.state().corp(corp)?;
    let zone = time::zone(&state.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let ends = day.plus(1).start(&zone).ok_or_else(|| Error::internal("a day without a beginning"))?;
    let existing = state.accounts.values().filter(|account| account.created_at < ends);
    let mut found = Publishers::default();
    for account in existing {
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

fn counts(cumulative: &Cumulative, account: &AccountId) -> (u64, u64) {
    let found = cumulative.accounts.iter().find(|one| one.account == account.as_str());
    found.map_or((0, 0), |one| (one.articles, one.reads))
}
