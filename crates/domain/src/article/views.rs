//! Counts views of articles in memory. Counts are written in batches: every few seconds, before a response that shows them, and
//! at shutdown. A member's first view of an article on a day is written at once.

use std::sync::Arc;

use carillon_model::{
    article::ArticleCopy,
    audit::Signature,
    env::Env,
    error::{Error, Result},
    fact::ArticleViews,
    id::CorpId,
    time::Timestamp,
};
use carillon_store::{PendingViews, Store, Tx, ViewCount, ViewKey};

use super::{OpenedArticle, Reader, count_view};
use crate::stats::fact;

/// Maximum number of counts written in one unit of work, which takes some milliseconds.
const BATCH: usize = 256;
/// Maximum count of one fact.
const MAX_FACT_COUNT: u32 = 1_000_000;

/// Counts a view in memory if possible. Returns false if [`write()`] has to count it.
///
/// Decided: the documentation counts how often an article was opened, so each opening counts, whatever the reader and the
/// address. Members are counted separately, because statistics of members and departments contain their views.
pub fn count_in_memory(
    store: &Store,
    env: &Env,
    corp: &CorpId,
    reader: &Reader,
    opened: &OpenedArticle,
) -> Result<bool> {
    if opened.copy == ArticleCopy::Draft {
        return Ok(true);
    }
    let at = env.now();
    let counted = store.count_article_view(corp, key(store, corp, reader, at)?, at);
    Ok(matches!(counted, ViewCount::Counted | ViewCount::CountedFirst))
}

/// Counts a view that needs a unit of work: a member's first of the day, or one that found no room in memory.
pub async fn write(
    store: Arc<Store>,
    env: Env,
    corp: CorpId,
    reader: Reader,
    opened: OpenedArticle,
) -> Result<()> {
    let at = env.now();
    let key = key(&store, &corp, &reader, at)?;
    if reader.member.is_none() {
        write_counts(Arc::clone(&store), env.clone(), corp.clone()).await?;
        return match store.count_article_view(&corp, key, at) {
            // Other views took the room meanwhile.
            ViewCount::Full => Err(Error::internal("too many articles are read at the same time")),
            _ => Ok(()),
        };
    }
    let (signature, of) = (Signature::server(&env, "article.view"), corp.clone());
    store.write(&corp, signature, move |tx| count_view(tx, &env, &of, &reader, &opened)).await?;
    store.article_views().note_first_written(&corp, key, at);
    Ok(())
}

fn key(store: &Store, corp: &CorpId, reader: &Reader, at: Timestamp) -> Result<ViewKey> {
    let day = store.state().corp(corp)?.day_of(at)?;
    Ok(ViewKey { article: reader.link.id, member: reader.member, day })
}

/// Writes the counts of an organisation that are in memory. It continues if the caller goes away, because written counts must be
/// subtracted from memory.
pub async fn write_counts(store: Arc<Store>, env: Env, corp: CorpId) -> Result<()> {
    if store.article_views().is_empty(&corp) {
        return Ok(());
    }
    let writing = tokio::spawn(async move {
        let turn = store.article_views().write_lock(&corp);
        let _turn = turn.lock().await;
        let written = write_pending(&store, &env, &corp).await;
        if written.is_err() {
            store.article_views().note_failure(&corp);
        }
        written
    });
    writing.await.map_err(Error::internal)?
}

/// Views counted meanwhile are left to the next batch.
async fn write_pending(store: &Store, env: &Env, corp: &CorpId) -> Result<()> {
    for batch in store.article_views().pending(corp).chunks(BATCH) {
        let (work, at, of) = (batch.to_vec(), env.clone(), corp.clone());
        let (signature, today) =
            (Signature::server(env, "article.views"), store.state().corp(corp)?.day_of(env.now())?);
        // Nothing may fail between the commit and the subtraction, or the views would count twice.
        store.write(corp, signature, move |tx| record(tx, &at, &of, &work)).await?;
        store.article_views().note_written(corp, batch, today);
    }
    Ok(())
}

/// Writes counts to the articles and as facts for statistics. The facts have the times of the views, and so their days.
fn record(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, counts: &[PendingViews]) -> Result<()> {
    for one in counts {
        let views = i64::try_from(one.views).map_err(Error::internal)?;
        let Some(account) = tx.add_article_views(corp, one.key.article, views)? else { continue };
        let mut rest = one.views;
        while rest > 0 {
            let count = u32::try_from(rest).map_or(MAX_FACT_COUNT, |rest| rest.min(MAX_FACT_COUNT));
            rest -= u64::from(count);
            let views = ArticleViews { unionid: account.to_string(), article_id: one.key.article.0, count };
            fact::record_late(tx, env, corp, one.last_at, one.key.member, views)?;
        }
    }
    Ok(())
}
