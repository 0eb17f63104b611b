//! Removes stored files that nothing names.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering::Relaxed},
};

use carillon_model::{env::Env, error::Result, time::HOUR_MS};
use carillon_store::{OBJECT_FOLDERS, Store};

use super::Next;

/// Between two sweeps. The first begins at the start: what a crash left goes then.
const EVERY_MS: i64 = HOUR_MS;
/// Files that changed since are left alone.
const GRACE_MS: i64 = HOUR_MS;

/// How far a sweep came.
#[derive(Default)]
pub struct Sweep {
    /// The folder that is next.
    folder: AtomicU8,
}

/// Sweeps one folder. A folder that cannot be swept is tried again before the others.
pub async fn take_turn(store: Arc<Store>, sweep: Arc<Sweep>, env: Env) -> Result<Next> {
    let folder = sweep.folder.load(Relaxed);
    let removed = store.sweep_objects(folder, env.now().plus_ms(-GRACE_MS)).await?;
    if removed > 0 {
        tracing::info!(removed, "stored files that nothing names were removed");
    }
    let next = folder.checked_add(1).filter(|next| u16::from(*next) < OBJECT_FOLDERS);
    sweep.folder.store(next.unwrap_or(0), Relaxed);
    Ok(if next.is_some() { Next::Now } else { Next::after(&env, EVERY_MS) })
}
