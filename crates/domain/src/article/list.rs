//! Lists the articles of an account.

use carillon_model::{
    article::{Article, ArticleHead},
    error::Result,
    id::{AccountId, CorpId},
};
use carillon_store::{ArticleFilter, ArticlePosition, Seek, Tx};

use crate::{
    find::{self, Budget, Found, Listed},
    page::{Page, Paged},
    search::Query,
};

/// Returns a page of the articles of an account, newest first. Decided: no order is documented.
pub fn list(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    filter: ArticleFilter,
    page: Page,
) -> Result<Paged<Article>> {
    tx.state().corp(corp)?.account(account)?;
    Ok(Paged {
        items: tx.articles(corp, account, filter, page.offset(), page.size)?,
        total: tx.count_articles(corp, account, filter)?,
    })
}

/// Returns articles of an account from a place on without their contents, those that changed last first: those that a search finds in their
/// titles, summaries or texts, or all without one.
pub fn heads(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    (filter, query): (ArticleFilter, Option<&Query>),
    seek: Seek<ArticlePosition>,
    limit: usize,
) -> Result<Found<ArticleHead, ArticlePosition>> {
    tx.state().corp(corp)?.account(account)?;
    let listed = Listed {
        read: |tx: &mut Tx<'_>, seek: &Seek<ArticlePosition>, most| {
            tx.article_heads(corp, account, filter, seek, most)
        },
        key: ArticlePosition::of,
        matches: |tx: &mut Tx<'_>, query: &Query, head: &ArticleHead, budget: &mut Budget| {
            find::in_articles(tx, corp, query, Vec::new(), std::slice::from_ref(head), budget)
        },
    };
    find::find(tx, query, seek, limit, listed)
}

/// How many articles of an account pass a filter.
pub fn count(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, filter: ArticleFilter) -> Result<i64> {
    tx.count_articles(corp, account, filter)
}
