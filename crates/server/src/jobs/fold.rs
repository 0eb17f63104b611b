//! Folds rows into bitmaps, and writes counts that are kept in memory.

use std::sync::Arc;

use carillon_domain::{activity, article::views, inbox};
use carillon_model::{audit::Signature, env::Env, error::Result, id::CorpId, time::MINUTE_MS};
use carillon_store::Store;

use super::Next;

/// The longest wait of a row, and the shortest interval between two writes of a bitmap.
const INTERVAL_MS: i64 = MINUTE_MS;

/// Folds the receipts of all sends. Receipts that arrive meanwhile wait for the next turn.
pub async fn receipts(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let corp_id = corp.clone();
    for send in store.read(&corp, move |tx| inbox::sends_to_fold(tx, &corp_id)).await? {
        loop {
            let corp_id = corp.clone();
            let signature = Signature::server(&env, "fold");
            if !store.write(&corp, signature, move |tx| inbox::fold_receipts(tx, &corp_id, send)).await? {
                break;
            }
        }
    }
    Ok(Next::after(&env, env.jittered(INTERVAL_MS, 4)))
}

/// Folds the activity of members.
pub async fn activity(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let corp_id = corp.clone();
    for day in store.read(&corp, move |tx| activity::days_to_fold(tx, &corp_id)).await? {
        loop {
            let corp_id = corp.clone();
            let signature = Signature::server(&env, "fold");
            if !store.write(&corp, signature, move |tx| activity::fold(tx, &corp_id, day)).await? {
                break;
            }
        }
    }
    Ok(Next::after(&env, env.jittered(INTERVAL_MS, 4)))
}

/// Writes the views of articles. The first view that is counted after that announces the next turn.
pub async fn article_views(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    views::write_counts(store, env, corp).await?;
    Ok(Next::WhenNotified)
}
