//! Lists the articles of an account.

use carillon_model::{
    article::{Article, ArticleHead},
    error::Result,
    id::{AccountId, CorpId},
};
use carillon_store::{ArticleFilter, Tx};

use crate::page::{Page, Paged};

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

/// Returns a page of the articles of an account without their contents, those that changed last first.
pub fn heads(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    filter: ArticleFilter,
    page: Page,
) -> Result<Paged<ArticleHead>> {
    tx.state().corp(corp)?.account(account)?;
    Ok(Paged {
        items: tx.article_heads(corp, account, filter, page.offset(), page.size)?,
        total: tx.count_articles(corp, account, filter)?,
    })
}
