//! What the server does on its own time.

use std::{sync::Arc, time::Duration};

use carillon_domain::{activity, inbox};
use carillon_model::error::Result;
use carillon_store::{Store, Tx};
use tokio::sync::watch;

/// Receipts and visits wait at most so long before they are folded.
const FOLD_EVERY: Duration = Duration::from_secs(30);

/// Folds receipts and visits until the server stops.
pub async fn fold(store: Arc<Store>, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(FOLD_EVERY) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        fold_all(&store, "receipts", inbox::fold_receipts).await;
        fold_all(&store, "visits", activity::fold).await;
    }
}

/// Folds until nothing waits; `what` is folded is for the log.
async fn fold_all(store: &Store, what: &'static str, fold: fn(&mut Tx<'_>) -> Result<bool>) {
    loop {
        match store.write(fold).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                tracing::error!(%error, what, "could not be folded");
                break;
            }
        }
    }
}
