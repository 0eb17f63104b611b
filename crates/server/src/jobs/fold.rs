//! What is written as rows first, and then folded into bitmaps; and what is counted in memory, and then written.

use std::sync::Arc;

use carillon_domain::{activity, article::views, inbox};
use carillon_model::{audit::Signature, env::Env, error::Result, id::CorpId, time::MINUTE_MS};
use carillon_store::Store;

use super::Next;

/// Rows wait this long at most, however few they are; a bitmap is written no more often than that.
const EVERY_MS: i64 = MINUTE_MS;

/// Folds the receipts of all sends that have any. Those that come meanwhile wait for the next turn.
pub async fn receipts(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let of = corp.clone();
    for send in store.read(&corp, move |tx| inbox::sends_to_fold(tx, &of)).await? {
        loop {
            let of = corp.clone();
            let signature = Signature::server(&env, "fold");
            if !store.write(&corp, signature, move |tx| inbox::fold_receipts(tx, &of, send)).await? {
                break;
            }
        }
    }
    Ok(Next::after(&env, env.jittered(EVERY_MS, 4)))
}

/// Folds who was active, the same way.
pub async fn activity(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let of = corp.clone();
    for day in store.read(&corp, move |tx| activity::days_to_fold(tx, &of)).await? {
        loop {
            let of = corp.clone();
            let signature = Signature::server(&env, "fold");
            if !store.write(&corp, signature, move |tx| activity::fold(tx, &of, day)).await? {
                break;
            }
        }
    }
    Ok(Next::after(&env, env.jittered(EVERY_MS, 4)))
}

/// Writes views of articles. Whoever counts the next one tells when it is due.
pub async fn article_views(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    views::write_counts(store, env, corp).await?;
    Ok(Next::WhenTold)
}
