//! Articles: a draft that its author edits, and the copy that members read.

mod add;
pub mod article_link;
mod audience;
mod delete;
pub mod difference;
mod difference_blocks;
mod list;
mod open;
mod plain_text;
mod preview;
mod publish;
mod update;
mod version;
pub mod views;

use carillon_model::{
    article::Article,
    error::{Result, Rule},
    id::{AccountId, ArticleId, CorpId},
};
use carillon_store::Tx;

pub use add::{NewArticle, add};
pub use article_link::{ArticleLink, LinkSource};
pub use delete::delete;
pub use difference_blocks::BlockKind;
pub use list::{count, heads, list};
pub use open::{AccessDenied, OpenedArticle, Reader, count_view, open, resolve_link};
pub use plain_text::plain_text;
pub use preview::send_preview;
pub use publish::{publish, publish_revision};
pub use update::{ArticleChange, update};
pub use version::{
    DraftChange, DraftState, MAX_VERSIONS, Saved, draft_state, restore, save_draft, set_aside, version,
    versions,
};

/// Returns an article of an account. A deleted article and an unknown one are different errors.
pub fn find(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: ArticleId) -> Result<Article> {
    match tx.article(corp, id)? {
        Some(article) if article.account != *account => Err(Rule::UnknownArticle.into()),
        Some(article) if article.deleted => Err(Rule::ArticleDeleted.into()),
        Some(article) => Ok(article),
        None => Err(Rule::UnknownArticle.into()),
    }
}

/// Returns an article of an account, which must exist but may be disabled.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: ArticleId) -> Result<Article> {
    tx.state().corp(corp)?.account(account)?;
    find(tx, corp, account, id)
}
