//! Removes stored files without a row.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering::Relaxed},
};

use carillon_model::{env::Env, error::Result, time::HOUR_MS};
use carillon_store::{OBJECT_FOLDERS, Store};

use super::Next;

/// Between two sweeps. The first one starts with the server, and removes the leftovers of a crash.
const INTERVAL_MS: i64 = HOUR_MS;
/// Newer files are not removed.
const GRACE_MS: i64 = HOUR_MS;

/// The progress of a sweep.
#[derive(Default)]
pub struct Sweep {
    /// The folder that is next.
    folder: AtomicU8,
}

/// Sweeps one folder. A folder that fails is retried before the others.
pub async fn take_turn(store: Arc<Store>, sweep: Arc<Sweep>, env: Env) -> Result<Next> {
    let folder = sweep.folder.load(Relaxed);
    let removed = store.sweep_objects(folder, env.now().plus_ms(-GRACE_MS)).await?;
    if removed > 0 {
        tracing::info!(removed, "removed stored files without a row");
    }
    let next = folder.checked_add(1).filter(|next| u16::from(*next) < OBJECT_FOLDERS);
    sweep.folder.store(next.unwrap_or(0), Relaxed);
    Ok(if next.is_some() { Next::Now } else { Next::after(&env, INTERVAL_MS) })
}
