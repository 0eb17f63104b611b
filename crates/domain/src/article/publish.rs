//! Publishes an article.

use carillon_model::{
    article::Article,
    env::Env,
    error::Result,
    id::{AccountId, ArticleId, CorpId},
};
use carillon_store::Tx;

use crate::{account, article};

/// Makes the draft what members read; answers the article as it is then.
pub fn publish(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    id: ArticleId,
) -> Result<Article> {
    account::enabled(tx, corp, account)?;
    article::find(tx, corp, account, id)?;
    tx.publish_article(corp, id, env.now())?;
    article::find(tx, corp, account, id)
}
