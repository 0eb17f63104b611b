//! What the server does on its own time.

use std::{sync::Arc, time::Duration};

use carillon_domain::inbox;
use carillon_store::Store;
use tokio::sync::watch;

/// Receipts wait at most so long before they are folded.
const FOLD_EVERY: Duration = Duration::from_secs(30);

/// Folds receipts until the server stops.
pub async fn fold_receipts(store: Arc<Store>, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(FOLD_EVERY) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        loop {
            match store.write(inbox::fold_receipts).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::error!(%error, "receipts could not be folded");
                    break;
                }
            }
        }
    }
}
