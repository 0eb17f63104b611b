//! Deletes an article for good.

use carillon_model::{
    audit::{Change, Subject},
    error::Result,
    id::{AccountId, ArticleId, CorpId},
};
use carillon_store::Tx;

use crate::article;

/// Deletes an article: its link stops working, and it cannot be published again.
///
/// Decided: deleting it again returns the same error as any other use of a deleted article. Articles of a disabled account can
/// still be deleted, to end their links.
pub fn delete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: ArticleId) -> Result<()> {
    let article = article::get(tx, corp, account, id)?;
    tx.changed(corp, Change::removed(Subject::Article, id).with("title", &article.draft.title));
    tx.delete_article(corp, id)
}
