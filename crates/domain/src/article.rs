//! Articles: a draft that its author edits, and the copy that members read.

mod add;
mod audience;
mod delete;
pub mod link;
mod list;
mod open;
mod publish;
mod update;
pub mod views;
mod words;

use carillon_model::{
    article::Article,
    error::{Result, Rule},
    id::{AccountId, ArticleId, CorpId},
};
use carillon_store::Tx;

pub use add::{NewArticle, add};
pub use delete::delete;
pub use link::{ArticleLink, LinkSource};
pub use list::list;
pub use open::{Opened, Reader, Refused, count, look, open};
pub use publish::publish;
pub use update::{ArticleChange, update};
pub use words::words;

/// A live article of an account. One that was deleted is told from one that never was.
pub fn find(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: ArticleId) -> Result<Article> {
    match tx.article(corp, id)? {
        Some(article) if article.account != *account => Err(Rule::UnknownArticle.into()),
        Some(article) if article.deleted => Err(Rule::ArticleDeleted.into()),
        Some(article) => Ok(article),
        None => Err(Rule::UnknownArticle.into()),
    }
}

/// A live article of an account that exists, disabled or not.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: ArticleId) -> Result<Article> {
    tx.state().corp(corp)?.account(account)?;
    find(tx, corp, account, id)
}
