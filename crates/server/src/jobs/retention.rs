//! Removes rows after their retention time.

use std::sync::Arc;

use carillon_domain::{retention, stats::finalize};
use carillon_model::{
    audit::Signature,
    env::Env,
    error::Result,
    id::CorpId,
    time::{DAY_MS, HOUR_MS},
};
use carillon_store::Store;

use super::Next;

/// Retention is in days, so an hour more does no harm.
const INTERVAL_MS: i64 = HOUR_MS;
/// A turn scans all rows of the readers of articles.
const ARTICLE_READERS_INTERVAL_MS: i64 = DAY_MS;

/// Removes a batch of rows whose retention time is over.
pub async fn take_turn(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let (tx_env, corp_id) = (env.clone(), corp.clone());
    if let Some(day) = store.read(&corp, move |tx| finalize::next_to_prune(tx, &tx_env, &corp_id)).await? {
        let (tx_env, corp_id) = (env.clone(), corp.clone());
        let signature = Signature::server(&env, "retention");
        store.write(&corp, signature, move |tx| finalize::prune(tx, &tx_env, &corp_id, day)).await?;
        return Ok(Next::Now);
    }
    let (tx_env, corp_id) = (env.clone(), corp.clone());
    let signature = Signature::server(&env, "retention");
    let removed = store.write(&corp, signature, move |tx| retention::remove_batch(tx, &tx_env, &corp_id));
    Ok(if removed.await? { Next::Now } else { Next::after(&env, env.jittered(INTERVAL_MS, 4)) })
}

/// Removes the times at which members first read articles, one range of the table after the other.
pub async fn article_readers(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let mut from = retention::READERS_START;
    while let Some(before) = retention::article_readers_before(&env) {
        let corp_id = corp.clone();
        let page =
            store.read(&corp, move |tx| retention::expired_article_readers(tx, &corp_id, from, before));
        let (old, next) = page.await?;
        if !old.is_empty() {
            let corp_id = corp.clone();
            store
                .write(&corp, Signature::server(&env, "retention"), move |tx| {
                    tx.prune_first_reads(&corp_id, &old)
                })
                .await?;
        }
        match next {
            Some(next) => from = next,
            None => break,
        }
    }
    Ok(Next::after(&env, env.jittered(ARTICLE_READERS_INTERVAL_MS, 4)))
}
