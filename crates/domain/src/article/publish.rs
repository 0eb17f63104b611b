//! Publishes an article.

use carillon_model::{
    article::Article,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    fact::ArticlePublished,
    id::{AccountId, ArticleId, CorpId},
};
use carillon_store::Tx;

use crate::{account, article, stats::fact};

/// Publishes the draft if it is complete and, with a revision, still the one that the caller has read.
///
/// # Errors
/// [`Rule::DraftChanged`] for another revision, [`Error::Invalid`] for a draft without title or content.
pub fn publish_revision(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    id: ArticleId,
    revision: Option<i64>,
) -> Result<Article> {
    account::enabled(tx, corp, account)?;
    let article = article::find(tx, corp, account, id)?;
    let draft = &article.draft;
    for (field, text) in [("title", &draft.title), ("content", &draft.content)] {
        if text.trim().is_empty() {
            return Err(Error::invalid(field, "must not be empty"));
        }
    }
    if let Some(revision) = revision
        && revision != tx.article_revision(corp, id)?
    {
        return Err(Rule::DraftChanged.into());
    }
    publish(tx, env, corp, account, id)
}

/// Publishes the draft. Returns the article with its new state.
pub fn publish(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    id: ArticleId,
) -> Result<Article> {
    account::enabled(tx, corp, account)?;
    let before = article::find(tx, corp, account, id)?;
    tx.publish_article(corp, id, env.now())?;
    if before.publish_time.is_none() {
        let published = ArticlePublished { unionid: account.to_string(), article_id: id.0 };
        fact::record(tx, corp, env.now(), None, published)?;
    }
    let after = article::find(tx, corp, account, id)?;
    let time = |article: &Article| article.publish_time.map_or_else(String::new, |time| time.0.to_string());
    let title =
        |article: &Article| article.published.as_ref().map_or_else(String::new, |text| text.title.clone());
    let change = Change::updated(Subject::Article, id)
        .between("publish_time", time(&before), time(&after))
        .between("published_title", title(&before), title(&after));
    tx.changed(corp, change);
    Ok(after)
}
